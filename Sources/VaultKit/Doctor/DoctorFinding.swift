import VaultFiles

/// One thing that `doctor` found, in words for anybody.
package struct DoctorFinding: Sendable, Equatable {
    package enum Severity: String, Sendable, CaseIterable {
        /// Pictures, or the proof of what was done, are at risk now.
        case danger
        /// Something that goes well until something else goes wrong.
        case warning
        /// Could be better.
        case advice
    }

    /// What is wrong, in order of danger; names for scripts, which stay.
    package enum Code: String, Sendable, CaseIterable {
        case recordsDamaged = "records-damaged"
        case recordsBehind = "records-behind"
        case olderState = "older-state"
        case forkedState = "forked-state"
        case memoryUnreadable = "memory-unreadable"
        case destroyedBack = "destroyed-back"
        case logBroken = "log-broken"
        case missingPack = "missing-pack"
        case damagedPack = "damaged-pack"
        case recordsCopy = "records-copy"
        case passphraseFile = "passphrase-file"
        case fileModes = "file-modes"
        case fileOwner = "file-owner"
        case folderAbove = "folder-above"
        case noModes = "no-modes"
        case noLocks = "no-locks"
        case inMemory = "in-memory"
        case lowSpace = "low-space"
        case readOnly = "read-only"
        case failedUnlocks = "failed-unlocks"
        case foreignJournal = "foreign-journal"
        case strangeFile = "strange-file"
        case headerCopy = "header-copy"
        case copyBehindPurge = "copy-behind-purge"
        case noCopy = "no-copy"
        case oldCopy = "old-copy"
        case copySameDisk = "copy-same-disk"
        case singleOwner = "single-owner"
        case noRecovery = "no-recovery"
        case weakSlot = "weak-slot"
        case notRotated = "not-rotated"
        case memoryFolder = "memory-folder"
        case memoryNotLocked = "memory-not-locked"
        case clock
        case networkDisk = "network-disk"
        case noCheckpoint = "no-checkpoint"
        case manyOwners = "many-owners"
        case unusedSlot = "unused-slot"
        case openSession = "open-session"
        case keyringBlocked = "keyring-blocked"
        case swap
        case orphanPack = "orphan-pack"
        case leftover
        case oldBin = "old-bin"
        case deadBytes = "dead-bytes"
    }

    package var code: Code
    package var severity: Severity
    /// What is wrong: one sentence.
    package var text: String
    /// What that means: one sentence or two.
    package var meaning: String
    /// What to do: a sentence, or with `command` what stands before it.
    package var action: String
    /// The words of a command that does it, if one does; paths are bytes.
    package var command: [[UInt8]]
    /// Whether `doctor --repair` can do it.
    package var isRepairable = false

    init(
        _ code: Code, _ severity: Severity, _ text: String, meaning: String, action: String,
        command: [String] = [], on path: [UInt8]? = nil
    ) {
        self.code = code
        self.severity = severity
        self.text = text
        self.meaning = meaning
        self.action = action
        self.command = command.map { Array($0.utf8) }
        if let path { self.command.append(path) }
    }

    /// One that `doctor --repair` mends.
    init(
        _ code: Code, _ severity: Severity, _ text: String, meaning: String, repair action: String
    ) {
        self.init(
            code, severity, text, meaning: meaning, action: action,
            command: ["lighttight", "doctor", "--repair", code.rawValue])
        isRepairable = true
    }
}

extension [DoctorFinding] {
    /// In order of danger.
    func inOrder() -> Self {
        let severities = DoctorFinding.Severity.allCases
        let codes = DoctorFinding.Code.allCases
        func place(_ index: Int) -> [Int] {
            // Two of a kind stay as they were found.
            [
                severities.firstIndex(of: self[index].severity) ?? 0,
                codes.firstIndex(of: self[index].code) ?? 0, index,
            ]
        }
        return indices.sorted { place($0).lexicographicallyPrecedes(place($1)) }.map { self[$0] }
    }
}

/// What `doctor` is to look at besides the vault.
package struct DoctorRequest: Sendable {
    /// Hashes every pack; with a slot that opens pictures, also counts what lies dead and in the bin.
    package var isDeep = false
    /// Files of passphrases and keys that the environment names.
    package var secretFiles: [[UInt8]] = []
    /// What the clock says, in seconds since 1970.
    package var now: Int64

    package init(now: Int64) { self.now = now }
}

/// Numbers in sentences.
enum DoctorWords {
    static func count(_ number: Int, _ one: String, _ many: String? = nil) -> String {
        "\(number) " + (number == 1 ? one : many ?? one + "s")
    }

    static func days(_ seconds: Int64) -> String { count(Int(seconds / 86_400), "day") }

    static func size(_ byteCount: UInt64) -> String {
        byteCount < 1 << 30 ? "\(byteCount >> 20) MiB" : "\(byteCount >> 30) GiB"
    }

    /// With its first letter large, and a full stop.
    static func sentence(_ message: String) -> String {
        message.prefix(1).uppercased() + message.dropFirst() + (message.hasSuffix(".") ? "" : ".")
    }

    /// Harmless in a terminal, in quotation marks.
    static func quoted(_ text: String) -> String { "\"\(Printable.text(Array(text.utf8)))\"" }

    /// At most three, then how many more.
    static func list(_ names: [String]) -> String {
        let shown = names.prefix(3).joined(separator: ", ")
        return names.count > 3 ? shown + " and \(names.count - 3) more" : shown
    }
}
