/// One entry of the audit log as it is stored, sealed; a leaf of the log's tree. Spec 07 §3.
package struct EntryLeaf: Hashable, Sendable {
    package static let sealedKeyByteCount = 32 + 32 + 16
    /// The longest sealed content.
    package static let maximumContentByteCount = 4 << 20
    package static let signatureByteCount = 64

    /// Counts entries from 0.
    package var sequence: UInt64
    /// What the writer's clock said, in seconds since 1970.
    package var time: Int64
    /// Root of the tree of all entries before this one.
    package var before: LogHash
    /// `vault.revision` after the transaction.
    package var revision: UInt64
    /// SHA-256 of `entry.rows`; `nil` when those are empty.
    package var rowsDigest: LogHash?
    /// From 1.
    package var auditEpoch: UInt32
    /// The transaction key, sealed to the audit key.
    package var sealedKey: [UInt8]
    /// An `EntryContent`, sealed under the transaction key.
    package var content: [UInt8]
    /// The slot that acted; `nil` for a program that holds no key.
    package var actor: SlotID?
    /// By `actor`'s slot over `signedBytes`; empty without an actor, and until it is signed.
    package var signature: [UInt8] = []

    package init(
        sequence: UInt64, time: Int64, before: LogHash, revision: UInt64, rowsDigest: LogHash?,
        auditEpoch: UInt32, sealedKey: [UInt8], content: [UInt8], actor: SlotID?
    ) {
        self.sequence = sequence
        self.time = time
        self.before = before
        self.revision = revision
        self.rowsDigest = rowsDigest
        self.auditEpoch = auditEpoch
        self.sealedKey = sealedKey
        self.content = content
        self.actor = actor
    }

    /// What is stored in `entry.leaf`.
    ///
    /// - Precondition: it is signed if it has an actor, and only then.
    package var encoded: [UInt8] {
        precondition(
            signature.count == (actor == nil ? 0 : Self.signatureByteCount),
            "an entry is signed exactly when it names who acted")
        return map(isSigned: actor != nil)
    }

    /// What the actor's signature covers.
    package func signedBytes(vault: VaultID) -> [UInt8] {
        Array("lighttight/1 entry\n".utf8) + vault.bytes + map(isSigned: false)
    }

    private func map(isSigned: Bool) -> [UInt8] {
        var writer = CBORWriter()
        writer.map(
            count: 7 + (rowsDigest == nil ? 0 : 1) + (actor == nil ? 0 : 1) + (isSigned ? 1 : 0))
        writer.key(1)
        writer.unsigned(sequence)
        writer.key(2)
        writer.integer(time)
        writer.key(3)
        writer.byteString(before.bytes)
        writer.key(4)
        writer.unsigned(revision)
        if let rowsDigest {
            writer.key(5)
            writer.byteString(rowsDigest.bytes)
        }
        writer.key(6)
        writer.unsigned(UInt64(auditEpoch))
        writer.key(7)
        writer.byteString(sealedKey)
        writer.key(8)
        writer.byteString(content)
        if let actor {
            writer.key(9)
            writer.byteString(actor.bytes)
        }
        if isSigned {
            writer.key(10)
            writer.byteString(signature)
        }
        return writer.bytes
    }
}

extension EntryLeaf {
    package init(parsing buffer: UnsafeRawBufferPointer) throws(FormatError) {
        var reader = CBORReader(buffer)
        var sequence: UInt64?
        var time: Int64?
        var before: LogHash?
        var revision: UInt64?
        var rowsDigest: LogHash?
        var auditEpoch: UInt32?
        var sealedKey: [UInt8]?
        var content: [UInt8]?
        var actor: SlotID?
        var signature: [UInt8]?
        try reader.map { (key, reader) throws(FormatError) in
            switch key {
            case 1: sequence = try reader.unsigned()
            case 2: time = try reader.integer()
            case 3: before = try reader.identifier(LogHash.self)
            case 4: revision = try reader.unsigned()
            case 5: rowsDigest = try reader.identifier(LogHash.self)
            case 6:
                let value = try reader.unsigned()
                guard let epoch = UInt32(exactly: value), epoch >= 1 else {
                    throw .outOfRange("epoch")
                }
                auditEpoch = epoch
            case 7: sealedKey = try Self.bytes(&reader, count: Self.sealedKeyByteCount)
            case 8: content = try Self.content(&reader)
            case 9: actor = try reader.identifier(SlotID.self)
            case 10: signature = try Self.bytes(&reader, count: Self.signatureByteCount)
            default: throw .unknown("entry member \(key)")
            }
        }
        try reader.finish()
        guard let sequence, let time, let before, let revision, let auditEpoch, let sealedKey,
            let content, (actor == nil) == (signature == nil)
        else { throw .unexpected("entry without a required member") }
        self.init(
            sequence: sequence, time: time, before: before, revision: revision,
            rowsDigest: rowsDigest, auditEpoch: auditEpoch, sealedKey: sealedKey,
            content: content, actor: actor)
        self.signature = signature ?? []
    }

    private static func bytes(
        _ reader: inout CBORReader, count: Int
    ) throws(FormatError) -> [UInt8] {
        let bytes = try reader.borrowedBytes()
        guard bytes.count == count else {
            throw .wrongLength(expected: count, actual: bytes.count)
        }
        return [UInt8](bytes)
    }

    private static func content(_ reader: inout CBORReader) throws(FormatError) -> [UInt8] {
        let bytes = try reader.borrowedBytes()
        guard bytes.count <= maximumContentByteCount else { throw .outOfRange("entry content") }
        return [UInt8](bytes)
    }
}
