/// Parses what `CBORWriter` prints and nothing else: a longer form of a number, an unknown major
/// type, an indefinite length or a key out of order is refused, so there is one encoding. Spec 01 §5.
///
/// Works on a borrowed buffer and copies only strings: a scan opens half a million values.
package struct CBORReader {
    private let buffer: UnsafeRawBufferPointer
    private var offset = 0

    /// The buffer must outlive the reader.
    package init(_ buffer: UnsafeRawBufferPointer) { self.buffer = buffer }

    package var isAtEnd: Bool { offset == buffer.count }

    package func finish() throws(FormatError) {
        guard isAtEnd else { throw .trailingBytes }
    }

    package mutating func integer() throws(FormatError) -> Int64 {
        let (major, value) = try head()
        guard value <= UInt64(Int64.max) else { throw .outOfRange("integer") }
        switch major {
        case 0: return Int64(value)
        case 1: return -1 - Int64(value)
        default: throw .unexpected("integer")
        }
    }

    package mutating func unsigned() throws(FormatError) -> UInt64 {
        let (major, value) = try head()
        guard major == 0 else { throw .unexpected("unsigned integer") }
        return value
    }

    package mutating func byteString() throws(FormatError) -> [UInt8] {
        [UInt8](try string(major: 2))
    }

    /// Lends a byte string out of the buffer, without a copy.
    package mutating func borrowedBytes() throws(FormatError) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: try string(major: 2))
    }

    package mutating func identifier<ID: Identifier>(_: ID.Type) throws(FormatError) -> ID {
        try ID(bytes: string(major: 2))
    }

    package mutating func text() throws(FormatError) -> String {
        guard let text = String(validating: try string(major: 3), as: UTF8.self) else {
            throw .unexpected("UTF-8 text")
        }
        return text
    }

    /// The number of values that follow; never more than the bytes that are left.
    package mutating func array() throws(FormatError) -> Int { try count(major: 4) }

    /// Parses a map with ascending integer keys; `member` reads the value of each key it is given.
    package mutating func map(
        _ member: (_ key: Int64, _ reader: inout CBORReader) throws(FormatError) -> Void
    ) throws(FormatError) {
        var previous: Int64?
        for _ in 0..<(try count(major: 5)) {
            let key = try integer()
            if let previous, key <= previous { throw .notCanonical }
            previous = key
            try member(key, &self)
        }
    }

    private mutating func count(major expected: UInt8) throws(FormatError) -> Int {
        let (major, value) = try head()
        guard major == expected else { throw .unexpected(expected == 4 ? "array" : "map") }
        guard value <= UInt64(buffer.count - offset) else { throw .truncated }
        return Int(value)
    }

    private mutating func string(major expected: UInt8) throws(FormatError) -> Slice<
        UnsafeRawBufferPointer
    > {
        let (major, value) = try head()
        guard major == expected else { throw .unexpected(expected == 2 ? "bytes" : "text") }
        guard value <= UInt64(buffer.count - offset) else { throw .truncated }
        let end = offset + Int(value)
        defer { offset = end }
        return buffer[offset..<end]
    }

    private mutating func head() throws(FormatError) -> (major: UInt8, value: UInt64) {
        let first = try byte()
        let value: UInt64
        switch first & 31 {
        case let small where small < 24: return (first >> 5, UInt64(small))
        case 24: value = try number(byteCount: 1, atLeast: 24)
        case 25: value = try number(byteCount: 2, atLeast: 0x100)
        case 26: value = try number(byteCount: 4, atLeast: 0x1_0000)
        case 27: value = try number(byteCount: 8, atLeast: 0x1_0000_0000)
        default: throw .notCanonical
        }
        return (first >> 5, value)
    }

    private mutating func number(
        byteCount: Int, atLeast least: UInt64
    ) throws(FormatError) -> UInt64 {
        var value: UInt64 = 0
        for _ in 0..<byteCount { value = value << 8 | UInt64(try byte()) }
        guard value >= least else { throw .notCanonical }
        return value
    }

    private mutating func byte() throws(FormatError) -> UInt8 {
        guard offset < buffer.count else { throw .truncated }
        defer { offset += 1 }
        return buffer[offset]
    }
}
