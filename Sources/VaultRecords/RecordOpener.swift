package import VaultCrypto
package import VaultFormat

/// Opens stored records. One for each worker: it keeps its buffers, so that opening half a million
/// records allocates for little but the names in them.
package struct RecordOpener: ~Copyable, Sendable {
    private let wrapKey: WrapKey
    private var associated: AssociatedBytes
    private var plaintext: [UInt8] = []

    package init(vault: VaultID, wrapKey: borrowing WrapKey) {
        self.wrapKey = wrapKey.copy()
        associated = AssociatedBytes(vault: vault)
    }

    /// Opens the file key and the value. Throws `.tampered` for anything that was not sealed for
    /// this vault, row, column and version.
    package mutating func open(
        _ record: borrowing StoredRecord
    ) throws(RecordsError) -> OpenedRecord {
        let key = try openKey(record)
        let valueKey = key.valueKey()
        let value = try open(
            record.sealed, under: valueKey,
            associated: associated.record(record.id, version: record.version),
            RecordValue.init(parsing:))
        return OpenedRecord(
            id: record.id, version: record.version, key: key, valueKey: valueKey, value: value)
    }

    /// Opens the file key alone.
    package mutating func openKey(
        _ record: borrowing StoredRecord
    ) throws(RecordsError) -> FileKey {
        let associated = self.associated.fileKey(record.id)
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
        var all: [OpenedOccurrence] = []
        all.reserveCapacity(record.occurrenceCount)
        for index in 0..<record.occurrenceCount {
            let stored = record.occurrence(at: index)
            let value = try open(
                stored.sealed, under: opened.valueKey,
                associated: associated.occurrence(
                    record.id, number: stored.number, version: stored.version),
                OccurrenceValue.init(parsing:))
            all.append(
                OpenedOccurrence(
                    number: stored.number, version: stored.version, place: stored.place,
                    value: value))
        }
        return all
    }

    private mutating func open<Value>(
        _ sealed: RawSpan, under key: borrowing ValueKey, associated: [UInt8],
        _ parse: (UnsafeRawBufferPointer) throws(FormatError) -> Value
    ) throws(RecordsError) -> Value {
        guard sealed.byteCount >= Box.overhead else { throw .tampered }
        let count = sealed.byteCount - Box.overhead
        if plaintext.count < count {
            plaintext = [UInt8](repeating: 0, count: max(count, 1_024))
        }
        var span = plaintext.mutableSpan
        do throws(CryptoError) {
            try span.withUnsafeMutableBytes { (buffer) throws(CryptoError) in
                try sealed.withUnsafeBytes { (sealed) throws(CryptoError) in
                    try associated.borrowed { (associated) throws(CryptoError) in
                        _ = try Box.open(
                            sealed, under: key, associated: associated, into: buffer)
                    }
                }
            }
        } catch {
            throw .tampered
        }
        do throws(FormatError) {
            return try plaintext.borrowed { (bytes) throws(FormatError) in
                try parse(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
            }
        } catch {
            throw .malformedValue(error)
        }
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
    package let place: Int64
    package let value: OccurrenceValue
}
