import VaultFormat

/// Associated data (Spec 02 §2) made once and patched for each record, because a scan of half a
/// million records needs three of them each. Equal to `Associated`, which a test holds it to.
struct AssociatedBytes: Sendable {
    private var wrapping: [UInt8]
    private var record: [UInt8]
    private var occurrence: [UInt8]
    private var desk: [UInt8]

    init(vault: VaultID) {
        let none = RecordID(words: .zero)
        wrapping = Associated.fileKey(vault: vault, record: none)
        record = Associated.record(vault: vault, record: none, version: 0)
        occurrence = Associated.occurrence(vault: vault, record: none, number: 0, version: 0)
        desk = Associated.desk(vault: vault, record: none, number: 0)
    }

    mutating func fileKey(_ id: RecordID) -> [UInt8] {
        Self.patch(&wrapping, tail: 16, id)
        return wrapping
    }

    mutating func record(_ id: RecordID, version: UInt32) -> [UInt8] {
        Self.patch(&record, tail: 20, id, version)
        return record
    }

    mutating func occurrence(_ id: RecordID, number: UInt32, version: UInt32) -> [UInt8] {
        Self.patch(&occurrence, tail: 24, id, number, version)
        return occurrence
    }

    mutating func desk(_ id: RecordID, number: UInt32) -> [UInt8] {
        Self.patch(&desk, tail: 20, id, number)
        return desk
    }

    /// Writes the ID and the numbers, big-endian, over the last `tail` bytes.
    private static func patch(
        _ bytes: inout [UInt8], tail: Int, _ id: RecordID, _ first: UInt32? = nil,
        _ second: UInt32? = nil
    ) {
        bytes.withUnsafeMutableBytes { buffer in
            var offset = buffer.count - tail
            buffer.storeBytes(of: id.words, toByteOffset: offset, as: RecordID.Words.self)
            offset += RecordID.byteCount
            for number in [first, second] {
                guard let number else { continue }
                buffer.storeBytes(of: number.bigEndian, toByteOffset: offset, as: UInt32.self)
                offset += 4
            }
        }
    }
}
