package import VaultCrypto
package import VaultFormat

/// Opens the values of stored records with file keys that are known: a desk's way, and the second half of
/// everybody else's. Keeps its buffers.
package struct ValueOpener: ~Copyable, Sendable {
    var associated: AssociatedBytes
    private var plaintext: [UInt8] = []

    package init(vault: VaultID) { associated = AssociatedBytes(vault: vault) }

    /// Opens the value. Throws `.tampered` for anything that was not sealed for this vault, row, column and
    /// version.
    package mutating func open(
        _ record: borrowing StoredRecord, with key: consuming FileKey
    ) throws(RecordsError) -> OpenedRecord {
        let valueKey = key.valueKey()
        let value = try open(
            record.sealed, under: valueKey,
            associated: associated.record(record.id, version: record.version),
            RecordValue.init(parsing:))
        return OpenedRecord(
            id: record.id, version: record.version, key: key, valueKey: valueKey, value: value)
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
                    number: stored.number, version: stored.version, value: value))
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
