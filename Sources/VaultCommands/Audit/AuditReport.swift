import VaultFormat

/// What an audit report says of a period, as plain values: whoever read the log makes it, and
/// `AuditReportPage` shows it. Texts may hold anything at all; the page makes them harmless.
struct AuditReport: Sendable {
    /// Who acted, as far as the log tells.
    struct Person: Hashable, Sendable {
        /// The slot's label.
        var label: String
        var role: String?
        /// Whether the slot was taken away since.
        var isRetired = false
    }

    /// The log as it is now, of which the period is a part.
    struct Log: Sendable {
        var size: UInt64
        /// The root of its tree, 32 bytes.
        var root: [UInt8]
        /// How many of its entries lie in the period.
        var entriesInPeriod: UInt64
        var verification: Verification
    }

    enum Verification: Sendable {
        /// Tree, signatures and rows hold, and so does the checkpoint, if one was compared.
        case holds(against: Checkpoint?)
        /// Something is wrong; `findings` tells what.
        case fails
        case notDone
    }

    /// A checkpoint that was kept outside of the vault.
    struct Checkpoint: Sendable {
        var size: UInt64
        var root: [UInt8]
        /// Where it was kept, in the words of whoever compared it.
        var place: String
    }

    /// Sorts of actions, in the order in which they are stacked and listed.
    enum Sort: Int, CaseIterable, Sendable {
        case cameIn, read, changed, destroyed, keys, failedUnlocks
    }

    struct Day: Sendable {
        var day: CivilDay
        /// Entries, not pictures. Sorts without any may be left out.
        var counts: [Sort: Int]
    }

    struct Use: Sendable {
        var person: Person
        /// Seconds since 1970, as are all times here.
        var first: Int64
        var last: Int64
        /// Entries by the name of their action, in the order to show.
        var counts: [(action: String, count: Int)]
    }

    /// Pictures that were looked at, or written out as files.
    struct Reading: Sendable {
        var time: Int64
        var person: Person?
        var action: String
        var pictures: Int
        /// Of pictures that are still there; those erased have lost theirs.
        var names: [String]
        var subjects: [String]
        /// How many of the pictures are erased by now.
        var erased: Int
    }

    struct Erasure: Sendable {
        var time: Int64
        var person: Person?
        var pictures: Int
        var records: [RecordID]
    }

    /// A change of who can open the vault, or of its keys.
    struct KeyChange: Sendable {
        var time: Int64
        var person: Person?
        var action: String
        /// The label of the slot concerned; nothing when it is about all.
        var slot: String?
        var remark: String?
    }

    struct FailedUnlocks: Sendable {
        var day: CivilDay
        var count: Int
        /// Users and machines, where the log names them.
        var sources: [String]
    }

    /// An entry that says it is older than the one before it.
    struct ClockJump: Sendable {
        var sequence: UInt64
        var before: Int64
        var after: Int64
        var person: Person?
    }

    /// Something that does not fit.
    struct Finding: Sendable {
        /// The entry concerned.
        var sequence: UInt64?
        var message: String
    }

    var vault: VaultID
    /// What the report is called, such as the name of the business.
    var title: String
    /// The period, its end not included.
    var start: Int64
    var end: Int64
    /// When and by whom the report was made.
    var made: Int64
    var maker: Person
    var log: Log

    var days: [Day] = []
    var uses: [Use] = []
    var readings: [Reading] = []
    var exports: [Reading] = []
    var erasures: [Erasure] = []
    var keyChanges: [KeyChange] = []
    var failedUnlocks: [FailedUnlocks] = []
    var clockJumps: [ClockJump] = []
    var findings: [Finding] = []

    /// Entries of one sort in the whole period.
    func count(_ sort: Sort) -> Int { days.reduce(0) { $0 + ($1.counts[sort] ?? 0) } }
}
