/// One message between the imager and its parent. Spec 10 §3.
package enum ImagerFrame {
    package enum Kind: UInt8, Sendable, CaseIterable {
        case hello = 0x01
        case need = 0x02
        case facts = 0x03
        case previews = 0x04
        case unreadable = 0x05
        case look = 0x81
        case bytes = 0x82
        case mark = 0x83

        /// The longest body that a reader accepts.
        package var longestBody: Int {
            switch self {
            case .hello: 3
            case .need: 12
            case .facts: 1 << 16
            case .previews: 1 << 24
            case .unreadable: 1
            case .look: 14
            case .bytes: 1 << 20
            case .mark: ImagerMark.longest
            }
        }
    }

    /// Bytes before the body: its length and its kind.
    package static let headByteCount = 5

    package static func head(_ kind: Kind, bodyByteCount: Int) -> [UInt8] {
        precondition(bodyByteCount <= kind.longestBody, "a frame's body is as long as allowed")
        return BigEndian.bytes(UInt32(bodyByteCount)) + [kind.rawValue]
    }

    /// Takes the five bytes before a body apart, and refuses a body that would be too long.
    package static func parseHead(
        _ bytes: [UInt8]
    ) throws(FormatError) -> (kind: Kind, bodyByteCount: Int) {
        guard bytes.count == headByteCount else { throw .truncated }
        guard let kind = Kind(rawValue: bytes[4]) else { throw .unknown("frame \(bytes[4])") }
        let count = BigEndian.number(bytes[0..<4])
        guard count <= UInt64(kind.longestBody) else { throw .outOfRange("frame length") }
        return (kind, Int(count))
    }

    package static func whole(_ kind: Kind, _ body: [UInt8]) -> [UInt8] {
        head(kind, bodyByteCount: body.count) + body
    }
}

/// Numbers with their most significant byte first. Spec 01 §2.
enum BigEndian {
    static func bytes<Number: FixedWidthInteger>(_ value: Number) -> [UInt8] {
        stride(from: Number.bitWidth - 8, through: 0, by: -8).map {
            UInt8(truncatingIfNeeded: value >> Number($0))
        }
    }

    /// At most eight bytes.
    static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }
}
