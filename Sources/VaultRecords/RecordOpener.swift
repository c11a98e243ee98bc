package import VaultCrypto
package import VaultFormat

/// Opens stored records. One for each worker: it keeps its buffers, so that opening half a million
/// records allocates for little but the names in them.
package struct RecordOpener: ~Copyable, Sendable {
    private let wrapKey: WrapKey
    private let epoch: UInt32
    private var values: ValueOpener

    /// - Parameter epoch: the number of the root key that `wrapKey` is derived from.
    package init(vault: VaultID, epoch: UInt32, wrapKey: borrowing WrapKey) {
        self.wrapKey = wrapKey.copy()
        self.epoch = epoch
        values = ValueOpener(vault: vault)
    }

    /// Opens the file key and the value. Throws `.tampered` for anything that was not sealed for
    /// this vault, row, column and version, `.rotated` when the keys are of another epoch.
    package mutating func open(
        _ record: borrowing StoredRecord
    ) throws(RecordsError) -> OpenedRecord {
        try values.open(record, with: openKey(record))
    }

    /// Opens the file key alone.
    package mutating func openKey(
        _ record: borrowing StoredRecord
    ) throws(RecordsError) -> FileKey {
        guard record.epoch == epoch else { throw .rotated }
        let associated = values.associated.fileKey(record.id)
        guard record.wrapped.byteCount == wrappedKeyByteCount else { throw .tampered }
        let wrapped = record.wrapped
        do throws(CryptoError) {
            return FileKey(
                try Secret(count: keyByteCount) { (buffer) throws(CryptoError) in
                    try wrapped.withUnsafeBytes { (wrapped) throws(CryptoError) in
                        try associated.borrowed { (associated) throws(CryptoError) in
                            _ = try Box.open(
                                wrapped, under: wrapKey, associated: associated, into: buffer)
                        }
                    }
                })
        } catch {
            throw .tampered
        }
    }

    /// Opens the occurrences of a record that was opened, in the order of their numbers.
    package mutating func openOccurrences(
        of record: borrowing StoredRecord, _ opened: borrowing OpenedRecord
    ) throws(RecordsError) -> [OpenedOccurrence] {
        try values.openOccurrences(of: record, opened)
    }
}

/// A record that was opened: its keys and its value.
package struct OpenedRecord: ~Copyable, Sendable {
    package let id: RecordID
    package let version: UInt32
    /// Opens the picture's objects.
    package let key: FileKey
    /// Seals the record's values; derived from `key`.
    package let valueKey: ValueKey
    package let value: RecordValue
}

/// An occurrence that was opened.
package struct OpenedOccurrence: Sendable, Equatable {
    package let number: UInt32
    package let version: UInt32
    package let value: OccurrenceValue
}
