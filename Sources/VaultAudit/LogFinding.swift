package import VaultFormat

/// What is wrong with the log, at one entry. Spec 07 §3, §4.
package enum LogFinding: Equatable, Sendable {
    /// Entries are missing, from the first number up to but without the second.
    case missing(Range<UInt64>)
    /// The entry's number in its table is less than it must be.
    case misplaced(row: Int64)
    /// The leaf is not an entry at all.
    case leaf(sequence: UInt64, FormatError)
    /// The leaf has another number than its place.
    case misnumbered(sequence: UInt64, says: UInt64)
    /// The entry was written after other entries than those that stand before it: one of those was
    /// changed, taken away, added or moved. Told once; all that follow inherit it.
    case history(sequence: UInt64)
    /// The rows are not those that the leaf commits to. What the entry wrote is not known then.
    case rowsDigest(sequence: UInt64)
    /// The rows are not in their encoding.
    case rows(sequence: UInt64, FormatError)
    /// The column `actor` does not repeat the leaf's.
    case actorColumn(sequence: UInt64)
    /// Signed by a slot that the header does not know.
    case unknownSlot(sequence: UInt64, SlotID)
    /// Signed by a slot after it was removed.
    case retiredSlot(sequence: UInt64, SlotID, until: UInt64)
    /// Nobody signed it, and it writes what only a slot may.
    case unsigned(sequence: UInt64)
    /// The signature does not verify, so nothing vouches for the entries of this slot up to here.
    case signature(sequence: UInt64, SlotID)
    /// The vault's revision goes back.
    case revision(sequence: UInt64)
    /// There is no first entry, or it does not commit to header and keyring.
    case beginning
    /// The table `log` says another size or edge than the entries give.
    case logTable
}

/// What is wrong with a table, by what the log says it must hold. Spec 07 §4, replay.
package enum RowFinding: Hashable, Sendable {
    case recordMissing(row: Int64)
    /// A record that no entry wrote.
    case recordUnknown(row: Int64)
    /// A record that an entry destroyed.
    case recordDestroyed(row: Int64)
    /// A record in another state than it was last written in, such as an older one.
    case recordDiffers(row: Int64)
    case packMissing(PackName)
    /// A pack that no entry added.
    case packUnknown(PackName)
    /// A pack that an entry dropped.
    case packDropped(PackName)
    /// A pack of another size.
    case packDiffers(PackName)
    case erasedMissing(ErasureTag)
    /// A tag that no entry added, or that one took away.
    case erasedUnknown(ErasureTag)
    case headerDiffers
    case keyringDiffers
    case copiesDiffer
    /// So do the cards.
    case cardsDiffer
    /// Rows that belong to no record, which no entry can have written.
    case strays(Int64)
}

/// What was found, in order, up to a number that still can be read.
package struct Findings<Finding: Equatable & Sendable>: Sendable {
    package static var maximumCount: Int { 1000 }

    package private(set) var listed: [Finding] = []
    /// Those that are not listed too.
    package private(set) var count = 0

    package init() {}

    package mutating func add(_ finding: Finding) {
        count += 1
        if listed.count < Self.maximumCount { listed.append(finding) }
    }
}
