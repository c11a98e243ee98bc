/// A stretch of a file, read with every bound checked. Offsets count from its start.
struct Bytes {
    private let all: [UInt8]
    /// Where it lies in the file.
    let range: Range<Int>

    init(_ all: [UInt8]) {
        self.all = all
        range = 0..<all.count
    }

    private init(_ all: [UInt8], _ range: Range<Int>) {
        self.all = all
        self.range = range
    }

    var count: Int { range.count }
    var array: ArraySlice<UInt8> { all[range] }

    func part(_ offset: Int, _ count: Int) throws(StripError) -> Bytes {
        guard offset >= 0, count >= 0, offset <= self.count, count <= self.count - offset else {
            throw .malformed
        }
        return Bytes(all, range.lowerBound + offset..<range.lowerBound + offset + count)
    }

    func rest(_ offset: Int) throws(StripError) -> Bytes { try part(offset, count - offset) }

    func u8(_ offset: Int) throws(StripError) -> Int {
        guard offset >= 0, offset < count else { throw .malformed }
        return Int(all[range.lowerBound + offset])
    }

    func u16(_ offset: Int) throws(StripError) -> Int { Int(try number(offset, 2)) }
    func u32(_ offset: Int) throws(StripError) -> Int { Int(try number(offset, 4)) }

    /// Big-endian, of at most 8 bytes; 0 for none.
    func number(_ offset: Int, _ size: Int) throws(StripError) -> UInt64 {
        try part(offset, size).array.reduce(0) { $0 << 8 | UInt64($1) }
    }

    func littleEndian(_ offset: Int, _ size: Int) throws(StripError) -> UInt64 {
        try part(offset, size).array.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    func starts(with text: StaticString) -> Bool {
        text.withUTF8Buffer { array.starts(with: $0) }
    }

    /// Four characters, as most formats name their parts.
    func name(_ offset: Int) throws(StripError) -> String {
        let scalars = try part(offset, 4).array.map { Unicode.Scalar($0) }
        return String(String.UnicodeScalarView(scalars))
    }
}

extension [UInt8] {
    mutating func append(_ bytes: Bytes) { append(contentsOf: bytes.array) }

    mutating func append(bigEndian number: UInt64, _ size: Int) {
        for shift in stride(from: (size - 1) * 8, through: 0, by: -8) {
            append(UInt8(truncatingIfNeeded: number >> UInt64(shift)))
        }
    }

    mutating func append(littleEndian number: UInt64, _ size: Int) {
        for byte in 0..<size { append(UInt8(truncatingIfNeeded: number >> UInt64(byte * 8))) }
    }
}
