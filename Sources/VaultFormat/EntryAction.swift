/// What an entry says was done. Spec 07 §5.
///
/// The list is open: one that this program does not know is shown by its name.
package struct EntryAction: RawRepresentable, Hashable, Sendable {
    package let rawValue: String

    package init(rawValue: String) { self.rawValue = rawValue }

    package static let created = EntryAction(rawValue: "created")
    package static let imported = EntryAction(rawValue: "imported")
    package static let indexed = EntryAction(rawValue: "indexed")
    package static let edited = EntryAction(rawValue: "edited")
    package static let filed = EntryAction(rawValue: "filed")
    package static let listed = EntryAction(rawValue: "listed")
    package static let lookedUp = EntryAction(rawValue: "looked up")
    package static let viewed = EntryAction(rawValue: "viewed")
    package static let exported = EntryAction(rawValue: "exported")
    package static let removed = EntryAction(rawValue: "removed")
    package static let restored = EntryAction(rawValue: "restored")
    package static let purged = EntryAction(rawValue: "purged")
    package static let compacted = EntryAction(rawValue: "compacted")
    package static let backedUp = EntryAction(rawValue: "backed up")
    package static let unlocked = EntryAction(rawValue: "unlocked")
    package static let unlockFailed = EntryAction(rawValue: "unlock failed")
    package static let slotAdded = EntryAction(rawValue: "slot added")
    package static let slotChanged = EntryAction(rawValue: "slot changed")
    package static let slotRemoved = EntryAction(rawValue: "slot removed")
    package static let rotated = EntryAction(rawValue: "rotated")
    package static let logRead = EntryAction(rawValue: "log read")
    package static let checkpoint = EntryAction(rawValue: "checkpoint")
    package static let stateAccepted = EntryAction(rawValue: "state accepted")
    package static let repaired = EntryAction(rawValue: "repaired")
    package static let deposited = EntryAction(rawValue: "deposited")
    package static let serverSaid = EntryAction(rawValue: "server said")

    package static let shared = EntryAction(rawValue: "shared")
    package static let shareExtended = EntryAction(rawValue: "share extended")
    package static let shareEnded = EntryAction(rawValue: "share ended")
    package static let bundled = EntryAction(rawValue: "bundled")
    package static let requested = EntryAction(rawValue: "requested")
    package static let requestExtended = EntryAction(rawValue: "request extended")
    package static let requestEnded = EntryAction(rawValue: "request ended")
    package static let set = EntryAction(rawValue: "set")

    /// Those that the specification lists, in its order.
    package static let known: [EntryAction] = [
        created, imported, indexed, edited, filed, listed, lookedUp, viewed, exported, removed,
        restored, purged,
        compacted, backedUp, unlocked, unlockFailed, slotAdded, slotChanged, slotRemoved, rotated,
        logRead, checkpoint, stateAccepted, repaired, shared, shareExtended, shareEnded,
        bundled, requested, requestExtended, requestEnded, set, deposited, serverSaid,
    ]
}
