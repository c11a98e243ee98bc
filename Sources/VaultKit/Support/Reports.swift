package import VaultFormat

/// One thing that `verify` found.
package struct Finding: Sendable, Hashable {
    package enum Kind: String, Sendable, CaseIterable {
        /// A pack that records name is not there.
        case missingPack = "missing-pack"
        /// A pack's bytes do not have the hash that is its name.
        case damagedPack = "damaged-pack"
        /// A picture's object does not open.
        case damagedPicture = "damaged-picture"
        /// A thumbnail that does not open, or whose pack is missing: it can be made anew.
        case damagedThumbnail = "damaged-thumbnail"
        /// A picture whose pack is missing.
        case missingPicture = "missing-picture"
        /// A record, key or occurrence does not open.
        case damagedRecord = "damaged-record"
        /// A pack that no record names: left by an interrupted import, or by a purge.
        case orphanPack = "orphan-pack"
        /// A temporary file of an interrupted import.
        case leftover
        /// `records.bak` does not say what `records.db` says.
        case mirror
        /// The audit log, or what it says the records are.
        case log
        /// `vault.json` does not say what `records.db` says.
        case headerCopy = "header-copy"
    }

    package var kind: Kind
    package var record: RecordID?
    package var pack: PackName?
    /// One sentence for a person.
    package var message: String

    package init(
        _ kind: Kind, record: RecordID? = nil, pack: PackName? = nil, message: String
    ) {
        self.kind = kind
        self.record = record
        self.pack = pack
        self.message = message
    }

    /// Whether something is lost or wrong; orphans and leftovers are only untidy.
    package var isDamage: Bool {
        switch kind {
        case .orphanPack, .leftover: false
        default: true
        }
    }
}

package struct VerifyRequest: Sendable {
    /// Share of pictures to open, 0 < share ≤ 1.
    package var sample = 1.0
    package init() {}
}

package struct VerifyReport: Sendable {
    package var pictures = 0
    package var packs = 0
    package var bytes: UInt64 = 0
    package var findings: [Finding] = []

    package init() {}
}

package struct CompactReport: Sendable {
    package var rewrittenPacks = 0
    package var removedPacks = 0
    package var removedOrphans = 0
    package var removedLeftovers = 0
    package var reclaimedBytes: UInt64 = 0
    /// Orphans and leftovers were left because an import is running.
    package var importRunning = false

    package init() {}
}

package struct BackupReport: Sendable {
    package var copy: CopyID
    package var copiedPacks = 0
    package var presentPacks = 0
    package var removedPacks = 0
    package var bytes: UInt64 = 0
    package var revision: UInt64 = 0

    package init(copy: CopyID) { self.copy = copy }
}

package struct StatusReport: Sendable {
    package struct Copy: Sendable {
        package var id: CopyID
        package var place: [UInt8]
        /// Seconds since 1970.
        package var time: Int64
        package var revision: UInt64
    }

    package struct SlotSummary: Sendable {
        package var id: SlotID
        package var kind: SlotKind
        package var role: Role
        package var label: String
        /// Argon2id memory in bytes and passes; `nil` for a recovery code.
        package var memory: UInt64?
        package var passes: UInt32?
    }

    package var vault: VaultID
    package var generation: UInt64
    package var revision: UInt64
    package var records: Int
    package var packs: Int
    package var packBytes: UInt64
    package var slots: [SlotSummary]
    package var copies: [Copy]
    /// How many deposits wait; `nil` when the inbox cannot be read.
    package var deposits: Int?
    /// What opening had to mend or could not, for a person.
    package var notes: [String]
}
