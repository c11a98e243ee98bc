/// A file of a server's events: a head and events, each with its length before it. Spec 11 §9.
package enum ServerEventFile {
    /// A file is not longer, in bytes.
    package static let maximumByteCount = 1 << 20
    /// How many files there are at most.
    package static let maximumFileCount = 16

    /// What stands first in each file.
    package struct Head: Hashable, Sendable {
        package static let format = "lighttight/1 server events"
        /// The server's, 32 bytes.
        package var key: [UInt8]
        package var vault: VaultID
        /// Sequence of the first event of the file.
        package var first: UInt64

        package init(vault: VaultID, key: [UInt8], first: UInt64) {
            self.vault = vault
            self.key = key
            self.first = first
        }

        package var encoded: [UInt8] {
            var writer = CBORWriter()
            writer.map(count: 4)
            writer.key(1)
            writer.text(Self.format)
            writer.key(2)
            writer.byteString(key)
            writer.key(3)
            writer.byteString(vault.bytes)
            writer.key(4)
            writer.unsigned(first)
            return writer.bytes
        }

        package init(parsing buffer: UnsafeRawBufferPointer) throws(FormatError) {
            var reader = CBORReader(buffer)
            var format: String?
            var key: [UInt8]?
            var vault: VaultID?
            var first: UInt64?
            try reader.map { (number, reader) throws(FormatError) in
                switch number {
                case 1: format = try reader.text()
                case 2: key = try reader.byteString()
                case 3: vault = try reader.identifier(VaultID.self)
                case 4: first = try reader.unsigned()
                default: throw .unknown("member \(number) of a head")
                }
            }
            try reader.finish()
            guard format == Self.format else { throw .unknown("format of events") }
            guard let key, key.count == 32, let vault, let first else {
                throw .unexpected("head of events without a required member")
            }
            self.init(vault: vault, key: key, first: first)
        }
    }

    /// A file's name: its first sequence, 16 lower-case hexadecimal digits.
    package static func name(first: UInt64) -> String {
        let digits = String(first, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// The first sequence of a file so named; `nil` for another name.
    package static func first(ofName name: [UInt8]) -> UInt64? {
        let text = String(decoding: name, as: UTF8.self)
        guard name.count == 16, let first = UInt64(text, radix: 16), self.name(first: first) == text
        else { return nil }
        return first
    }

    package static func framed(_ bytes: [UInt8]) -> [UInt8] {
        withUnsafeBytes(of: UInt32(bytes.count).bigEndian) { Array($0) } + bytes
    }

    /// Where the pieces of a file lie, head first, and how many bytes they take together: what follows is
    /// an event that was not written to its end.
    package static func pieces(_ bytes: [UInt8]) -> (pieces: [Range<Int>], end: Int) {
        var pieces: [Range<Int>] = []
        var offset = 0
        while bytes.count - offset >= 4 {
            let length = bytes[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
            guard length <= ServerEvent.maximumByteCount, length <= bytes.count - offset - 4
            else { break }
            pieces.append(offset + 4..<offset + 4 + length)
            offset += 4 + length
        }
        return (pieces, offset)
    }
}
