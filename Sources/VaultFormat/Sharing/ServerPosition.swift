/// How far the vault has taken in what its share server says. Spec 11 §9.
package struct ServerPosition: Hashable, Sendable {
    /// The server's public key, 32 bytes.
    package var key: [UInt8]
    /// Sequence of the next event.
    package var next: UInt64
    /// SHA-256 of the event before it.
    package var before: LogHash

    package init(key: [UInt8], next: UInt64, before: LogHash) {
        self.key = key
        self.next = next
        self.before = before
    }

    package var encoded: [UInt8] {
        var writer = CBORWriter()
        writer.map(count: 3)
        writer.key(1)
        writer.byteString(key)
        writer.key(2)
        writer.unsigned(next)
        writer.key(3)
        writer.byteString(before.bytes)
        return writer.bytes
    }

    package init(parsing buffer: UnsafeRawBufferPointer) throws(FormatError) {
        var reader = CBORReader(buffer)
        var key: [UInt8]?
        var next: UInt64?
        var before: LogHash?
        try reader.map { (number, reader) throws(FormatError) in
            switch number {
            case 1: key = try reader.byteString()
            case 2: next = try reader.unsigned()
            case 3: before = try reader.identifier(LogHash.self)
            default: throw .unknown("member \(number) of a server's position")
            }
        }
        try reader.finish()
        guard let key, key.count == 32, let next, let before else {
            throw .unexpected("position of a server without a required member")
        }
        self.init(key: key, next: next, before: before)
    }
}
