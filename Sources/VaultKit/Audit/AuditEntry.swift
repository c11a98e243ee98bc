package import VaultFormat

/// One line of the audit log, opened.
package struct AuditEntry: Sendable {
    package var sequence: UInt64
    /// Seconds since 1970.
    package var time: Int64
    /// Who acted; `nil` for a program that held no key.
    package var actor: SlotID?
    package var actorLabel: String?
    package var actorRole: Role?
    package var action: EntryAction
    /// The pictures that are named.
    package var pictures: [RecordID] = []
    /// How many pictures or things, where they are not named.
    package var count: UInt64?
    package var slot: SlotID?
    package var slotLabel: String?
    package var remark: String?
    package var user: String?
    package var machine: String?
    /// What a share server said, where the entry holds that.
    package var said: [ServerSaid] = []
    /// SHA-256 tree root over all entries before this one.
    package var before: LogHash
}

/// Which entries are meant.
package struct AuditFilter: Sendable {
    /// Seconds since 1970; `until` is not meant any more.
    package var since: Int64?
    package var until: Int64?
    /// A slot's label or the beginning of its ID.
    package var actor: SlotID?
    package var actions: Set<EntryAction> = []
    /// Whose pictures: entries that name one of them.
    package var subject: String?
    /// Entries that name one of these; any, when there are none.
    package var pictures: Set<RecordID> = []
    /// Only the newest so many.
    package var limit: Int?

    package init() {}

    /// What can be told without opening the entry.
    func means(time: Int64, actor: SlotID?) -> Bool {
        if let since, time < since { return false }
        if let until, time >= until { return false }
        return self.actor == nil || self.actor == actor
    }
}
