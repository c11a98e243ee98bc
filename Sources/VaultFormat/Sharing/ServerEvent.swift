/// One thing that a share server saw, sealed to the vault and signed by the server. Spec 11 §9.
package struct ServerEvent: Hashable, Sendable {
    /// The longest encoding, in bytes.
    package static let maximumByteCount = 1_024
    package static let signatureByteCount = 64
    /// What stands in the place of the event before the first one.
    package static let beginning = LogHash(words: .zero)

    /// Counts a server's events from 0.
    package var sequence: UInt64
    /// What the server's clock said, in seconds since 1970.
    package var time: Int64
    /// SHA-256 of the event before it as encoded.
    package var before: LogHash
    /// Of the audit key that it is sealed to; from 1.
    package var epoch: UInt32
    /// A `ServerEventContent`.
    package var sealed: [UInt8]
    /// By the server's key over `signedBytes`.
    package var signature: [UInt8] = []

    package init(
        sequence: UInt64, time: Int64, before: LogHash, epoch: UInt32, sealed: [UInt8]
    ) {
        self.sequence = sequence
        self.time = time
        self.before = before
        self.epoch = epoch
        self.sealed = sealed
    }

    package var encoded: [UInt8] { map(isSigned: true) }

    /// What the server's signature covers.
    package func signedBytes(vault: VaultID) -> [UInt8] {
        Array("lighttight/1 server event\n".utf8) + vault.bytes + map(isSigned: false)
    }

    private func map(isSigned: Bool) -> [UInt8] {
        var writer = CBORWriter()
        writer.map(count: isSigned ? 6 : 5)
        writer.key(1)
        writer.unsigned(sequence)
        writer.key(2)
        writer.integer(time)
        writer.key(3)
        writer.byteString(before.bytes)
        writer.key(4)
        writer.unsigned(UInt64(epoch))
        writer.key(5)
        writer.byteString(sealed)
        if isSigned {
            writer.key(6)
            writer.byteString(signature)
        }
        return writer.bytes
    }

    package init(parsing buffer: UnsafeRawBufferPointer) throws(FormatError) {
        guard buffer.count <= Self.maximumByteCount else { throw .outOfRange("event size") }
        var reader = CBORReader(buffer)
        var sequence: UInt64?
        var time: Int64?
        var before: LogHash?
        var epoch: UInt32?
        var sealed: [UInt8]?
        var signature: [UInt8]?
        try reader.map { (key, reader) throws(FormatError) in
            switch key {
            case 1: sequence = try reader.unsigned()
            case 2: time = try reader.integer()
            case 3: before = try reader.identifier(LogHash.self)
            case 4: epoch = UInt32(exactly: try reader.unsigned())
            case 5: sealed = try reader.byteString()
            case 6: signature = try reader.byteString()
            default: throw .unknown("event member \(key)")
            }
        }
        try reader.finish()
        guard let sequence, let time, let before, let epoch, let sealed, let signature else {
            throw .unexpected("event without a required member")
        }
        guard epoch >= 1 else { throw .outOfRange("epoch") }
        guard signature.count == Self.signatureByteCount else {
            throw .wrongLength(expected: Self.signatureByteCount, actual: signature.count)
        }
        self.init(sequence: sequence, time: time, before: before, epoch: epoch, sealed: sealed)
        self.signature = signature
    }
}

extension Associated {
    /// HPKE `info` of what a server's event says. Spec 11 §9.
    package static func serverEvent(vault: VaultID, epoch: UInt32, sequence: UInt64) -> [UInt8] {
        Array("lighttight/1 server event".utf8) + [0] + vault.bytes
            + withUnsafeBytes(of: epoch.bigEndian) { Array($0) }
            + withUnsafeBytes(of: sequence.bigEndian) { Array($0) }
    }
}
