import VaultFormat

/// Lends bytes to a parser. (The standard library's `withUnsafeBytes` loses the type of the error.)
func parse<Value>(
    _ bytes: [UInt8], _ body: (UnsafeRawBufferPointer) throws -> Value
) throws -> Value {
    try bytes.withUnsafeBytes { try body($0) }
}

/// Reads a code into bytes.
func decoded(_ typed: [UInt8], _ kind: SecretCode = .recovery) throws -> [UInt8] {
    var secret = [UInt8](repeating: 0xAA, count: SecretCode.secretByteCount)
    try secret.withUnsafeMutableBytes { secret in
        try typed.withUnsafeBytes { try kind.decode($0, into: secret) }
    }
    return secret
}

/// The same numbers on every run, so that a failure can be had again (SplitMix64).
struct Numbers: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }

    mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: 0...255, using: &self) }
    }
}

/// The schema of the vectors' folder `cbor`: {1: bytes, 2: integer, 3: text, 4: array of unsigned},
/// the last two optional.
struct Sample {
    var bytes: [UInt8]
    var integer: Int64
    var text: String?
    var numbers: [UInt64]?

    var encoded: [UInt8] {
        var writer = CBORWriter()
        writer.map(count: 2 + (text == nil ? 0 : 1) + (numbers == nil ? 0 : 1))
        writer.key(1)
        writer.byteString(bytes)
        writer.key(2)
        writer.integer(integer)
        if let text {
            writer.key(3)
            writer.text(text)
        }
        if let numbers {
            writer.key(4)
            writer.array(count: numbers.count)
            for number in numbers { writer.unsigned(number) }
        }
        return writer.bytes
    }
}

extension Sample {
    init(parsing buffer: UnsafeRawBufferPointer) throws(FormatError) {
        var reader = CBORReader(buffer)
        var bytes: [UInt8]?
        var integer: Int64?
        var text: String?
        var numbers: [UInt64]?
        try reader.map { (key, reader) throws(FormatError) in
            switch key {
            case 1: bytes = try reader.byteString()
            case 2: integer = try reader.integer()
            case 3: text = try reader.text()
            case 4:
                var all: [UInt64] = []
                for _ in 0..<(try reader.array()) { all.append(try reader.unsigned()) }
                numbers = all
            default: throw .unknown("key")
            }
        }
        try reader.finish()
        guard let bytes, let integer else { throw .unexpected("sample") }
        self.init(bytes: bytes, integer: integer, text: text, numbers: numbers)
    }
}

/// Bytes that differ a little from good ones: cut at every place, one bit changed, one byte more.
enum Mutations {
    static func all(
        of bytes: [UInt8], using numbers: inout Numbers, flips: Int
    ) -> [[UInt8]] {
        guard !bytes.isEmpty else { return [] }
        var all = bytes.indices.dropFirst().map { Array(bytes[..<$0]) }
        for _ in 0..<flips {
            var changed = bytes
            changed[Int.random(in: bytes.indices, using: &numbers)] ^=
                1 << UInt8.random(in: 0...7, using: &numbers)
            all.append(changed)
        }
        return all + [bytes + [0]]
    }
}
