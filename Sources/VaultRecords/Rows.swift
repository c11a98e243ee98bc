package import VaultFormat

/// A pack that records name.
package struct PackRow: Sendable, Equatable {
    package let name: PackName
    /// The size of its file.
    package let byteCount: Int64
    package let revision: Int64
}

/// A record that is gone.
package struct DestroyedRow: Sendable, Equatable {
    package let row: Int64
    package let id: RecordID
    package let revision: Int64
}

/// A copy of the vault that `backup` made.
package struct CopyRow: Sendable, Equatable {
    package let id: CopyID
    /// Where it lies, as bytes.
    package let place: [UInt8]
    /// The revision that it has.
    package let revision: Int64
    /// When it was made, in seconds since 1970.
    package let time: Int64

    package init(id: CopyID, place: [UInt8], revision: Int64, time: Int64) {
        self.id = id
        self.place = place
        self.revision = revision
        self.time = time
    }
}

/// A subject's way to the file key of one picture. Spec 02 §11.
package struct FinderRow: Sendable, Equatable {
    package let id: RecordID
    /// Of the occurrence.
    package let number: UInt32
    package let wrapped: [UInt8]
}

package struct RecordCounts: Sendable, Equatable {
    package let records: Int
    package let occurrences: Int
    package let packs: Int
    package let destroyed: Int
    package let erased: Int
}

extension Statement {
    /// A blob column of exactly the identifier's size. Throws `.damaged`.
    func identifier<ID: Identifier>(_ column: Int32) throws(RecordsError) -> ID {
        let bytes = try bytes(column)
        guard bytes.count == ID.byteCount else { throw .damaged(file) }
        return ID(words: bytes.loadUnaligned(as: ID.Words.self))
    }
}
