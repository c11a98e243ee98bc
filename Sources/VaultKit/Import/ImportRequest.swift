package import VaultFormat

/// What to take in, and how.
package struct ImportRequest: Sendable {
    /// Files and folders, as bytes; relative ones count from the working folder.
    package var paths: [[UInt8]] = []
    package var album: String?
    package var tags: [String] = []
    package var subject: String?
    /// A regular expression over the path; its first group (or the whole match) names the subject.
    package var subjectPattern: String?
    /// A CSV file with the columns `path` and any of `subject`, `album`, `tags`, `retain-until`.
    package var manifest: [UInt8]?
    /// Reads and compares, writes nothing.
    package var dryRun = false
    /// Deletes each source after its sealed object was read back and matched.
    package var move = false
    /// Reads files again even when path, size, times and inode are unchanged.
    package var rescan = false
    /// Counts all files on a thread of its own, so that progress knows how much is left.
    package var countAhead = false
    /// Takes ZIP files in as they are, and not by their entries.
    package var keepArchives = false
    /// Takes in what was purged before.
    package var again = false

    package init() {}
}

/// What became of one source file.
package struct ImportOutcome: Sendable {
    package enum Kind: String, Sendable {
        case imported
        /// Same content as a picture that is here; a new occurrence was noted.
        case duplicate
        /// Same path, size, times and inode as before: not read.
        case unchanged
        /// Left out on purpose; `reason` says why.
        case skipped
        /// Could not be read or stored; `reason` says why.
        case failed
    }

    package var path: [UInt8]
    package var kind: Kind
    package var byteCount: UInt64
    package var id: RecordID?
    /// The deposit that it was.
    package var deposit: DepositID?
    package var reason: String?
    /// Whether the source was deleted: with `--move`, and an accepted deposit.
    package var moved = false

    package init(
        path: [UInt8], kind: Kind, byteCount: UInt64 = 0, id: RecordID? = nil,
        reason: String? = nil
    ) {
        self.path = path
        self.kind = kind
        self.byteCount = byteCount
        self.id = id
        self.reason = reason
    }
}

package struct ImportReport: Sendable {
    package var imported = 0
    package var duplicates = 0
    package var unchanged = 0
    package var skipped = 0
    package var failed = 0
    package var moved = 0
    /// Bytes of imported pictures, before sealing.
    package var importedBytes: UInt64 = 0

    package init() {}
}
