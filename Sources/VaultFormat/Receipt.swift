/// What a signed receipt of destroyed pictures says; it names nobody and shows nothing. Spec 12 §1.
package struct Receipt: Hashable, Sendable {
    /// A longer receipt is refused before it is parsed, in bytes.
    package static let maximumByteCount = 32 << 20

    package struct Entry: Hashable, Sendable {
        package let sequence: UInt64
        /// Hash of its leaf in the log's tree.
        package let leaf: LogHash

        package init(sequence: UInt64, leaf: LogHash) {
            self.sequence = sequence
            self.leaf = leaf
        }
    }

    /// A copy that may still hold the destroyed keys.
    package struct Copy: Hashable, Sendable {
        package let id: CopyID
        package let revision: UInt64
        /// When it was last brought up, seconds since 1970.
        package let time: Int64

        package init(id: CopyID, revision: UInt64, time: Int64) {
            self.id = id
            self.revision = revision
            self.time = time
        }
    }

    package enum Fate: String, Hashable, Sendable {
        case destroyed
        /// It lost this person's occurrences and is kept for others.
        case shared
    }

    package struct Picture: Hashable, Sendable {
        package let id: RecordID
        package let row: UInt64
        package let fate: Fate

        package init(id: RecordID, row: UInt64, fate: Fate) {
            self.id = id
            self.row = row
            self.fate = fate
        }
    }

    package var vault: VaultID
    package var slot: SlotID
    /// Seconds since 1970.
    package var time: Int64
    package var reference: String?
    package var keepsMarks: Bool
    /// Of the vault, after the last transaction that destroyed.
    package var revision: UInt64
    /// The log's size and root when the receipt was made.
    package var size: UInt64
    package var root: LogHash
    /// Ascending, one at least.
    package var entries: [Entry]
    /// Ascending by ID.
    package var copies: [Copy]
    /// Ascending by row, one at least.
    package var pictures: [Picture]

    package init(
        vault: VaultID, slot: SlotID, time: Int64, reference: String?, keepsMarks: Bool,
        revision: UInt64, size: UInt64, root: LogHash, entries: [Entry], copies: [Copy],
        pictures: [Picture]
    ) {
        self.vault = vault
        self.slot = slot
        self.time = time
        self.reference = reference
        self.keepsMarks = keepsMarks
        self.revision = revision
        self.size = size
        self.root = root
        self.entries = entries
        self.copies = copies
        self.pictures = pictures
    }

    package func count(_ fate: Fate) -> Int { pictures.count { $0.fate == fate } }

    /// Whether a text may be a receipt's reference: one line that a person can read.
    package static func isReference(_ text: String) -> Bool {
        (1...200).contains(text.utf8.count) && text.first != " " && text.last != " "
            && !text.unicodeScalars.contains {
                $0.value < 0x20 || (0x7F...0x9F).contains($0.value) || $0 == "\u{2028}"
                    || $0 == "\u{2029}"
            }
    }
}
