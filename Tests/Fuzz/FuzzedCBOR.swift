import VaultFormat

/// A value of CBOR that was read as the first bytes of an input say: their number, then which type is
/// asked for in turn.
indirect enum FuzzedCBOR {
    case unsigned(UInt64)
    case integer(Int64)
    case bytes([UInt8])
    case text(String)
    case array([FuzzedCBOR])
    case map([(key: Int64, value: FuzzedCBOR)])

    private static let greatestDepth = 8

    /// Whether the rest of the input is printed as it was read.
    static func keeps(_ bytes: UnsafeRawBufferPointer) throws(FormatError) -> Bool {
        guard let first = bytes.first else { throw .truncated }
        let count = min(Int(first & 63), bytes.count - 1)
        var asked = Array(bytes[1..<1 + count])[...]
        let rest = UnsafeRawBufferPointer(rebasing: bytes[(1 + count)...])
        var reader = CBORReader(rest)
        let value = try FuzzedCBOR(&reader, &asked, depth: 0)
        try reader.finish()
        var writer = CBORWriter()
        value.print(into: &writer)
        return writer.bytes.elementsEqual(rest)
    }

    private init(
        _ reader: inout CBORReader, _ asked: inout ArraySlice<UInt8>, depth: Int
    ) throws(FormatError) {
        // Our own recursion, which no parser of the format has.
        guard depth < Self.greatestDepth else { throw .outOfRange("depth") }
        switch (asked.popFirst() ?? 0) % 7 {
        case 0: self = .unsigned(try reader.unsigned())
        case 1: self = .integer(try reader.integer())
        case 2: self = .bytes(try reader.byteString())
        case 3: self = .bytes(Array(try reader.borrowedBytes()))
        case 4: self = .text(try reader.text())
        case 5:
            var values: [FuzzedCBOR] = []
            for _ in 0..<(try reader.array()) {
                values.append(try FuzzedCBOR(&reader, &asked, depth: depth + 1))
            }
            self = .array(values)
        default:
            var members: [(key: Int64, value: FuzzedCBOR)] = []
            try reader.map { (key, reader) throws(FormatError) in
                members.append((key, try FuzzedCBOR(&reader, &asked, depth: depth + 1)))
            }
            self = .map(members)
        }
    }

    private func print(into writer: inout CBORWriter) {
        switch self {
        case .unsigned(let value): writer.unsigned(value)
        case .integer(let value): writer.integer(value)
        case .bytes(let bytes): writer.byteString(bytes)
        case .text(let text): writer.text(text)
        case .array(let values):
            writer.array(count: values.count)
            for value in values { value.print(into: &writer) }
        case .map(let members):
            writer.map(count: members.count)
            for member in members {
                writer.integer(member.key)
                member.value.print(into: &writer)
            }
        }
    }
}
