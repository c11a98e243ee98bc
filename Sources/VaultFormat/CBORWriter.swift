/// Prints deterministic CBOR (RFC 8949 §4.2.1), as far as Lighttight uses it: integers, byte and
/// text strings, arrays, and maps whose keys are small integers in ascending order. Spec 01 §5.
package struct CBORWriter: Sendable {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    package mutating func integer(_ value: Int64) {
        if value >= 0 { head(0, UInt64(value)) } else { head(1, UInt64(-1 - value)) }
    }

    package mutating func unsigned(_ value: UInt64) { head(0, value) }

    /// A key of a map.
    package mutating func key(_ value: UInt8) { head(0, UInt64(value)) }

    package mutating func byteString(_ value: some Collection<UInt8>) {
        head(2, UInt64(value.count))
        bytes.append(contentsOf: value)
    }

    package mutating func text(_ value: String) {
        head(3, UInt64(value.utf8.count))
        bytes.append(contentsOf: value.utf8)
    }

    /// Announces an array; the caller prints exactly `count` values after it.
    package mutating func array(count: Int) { head(4, UInt64(count)) }

    /// Announces a map; the caller prints exactly `count` keys and values, keys ascending.
    package mutating func map(count: Int) { head(5, UInt64(count)) }

    /// Appends what another one printed.
    mutating func append(_ other: CBORWriter) { bytes.append(contentsOf: other.bytes) }

    private mutating func head(_ major: UInt8, _ value: UInt64) {
        let type = major << 5
        switch value {
        case 0..<24:
            bytes.append(type | UInt8(value))
        case ...0xFF:
            bytes.append(type | 24)
            append(value, byteCount: 1)
        case ...0xFFFF:
            bytes.append(type | 25)
            append(value, byteCount: 2)
        case ...0xFFFF_FFFF:
            bytes.append(type | 26)
            append(value, byteCount: 4)
        default:
            bytes.append(type | 27)
            append(value, byteCount: 8)
        }
    }

    private mutating func append(_ value: UInt64, byteCount: Int) {
        for shift in stride(from: (byteCount - 1) * 8, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(shift)))
        }
    }
}
