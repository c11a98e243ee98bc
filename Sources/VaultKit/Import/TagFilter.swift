import Synchronization

/// Says of most tags that are not there that they are not there, so that a new picture costs no
/// query. A Bloom filter of 4 MiB, whatever the vault's size; tags are random bits already.
///
/// At a million tags one question in 300 is a query too many, at ten million one in five.
struct TagFilter: Sendable {
    private static let wordCount = 1 << 19
    private var words = [UInt64](repeating: 0, count: wordCount)

    mutating func insert(_ tag: Int64) {
        let (one, other) = Self.bits(tag)
        words[one >> 6] |= 1 << UInt64(one & 63)
        words[other >> 6] |= 1 << UInt64(other & 63)
    }

    func mayContain(_ tag: Int64) -> Bool {
        let (one, other) = Self.bits(tag)
        return words[one >> 6] >> UInt64(one & 63) & words[other >> 6] >> UInt64(other & 63) & 1
            == 1
    }

    private static func bits(_ tag: Int64) -> (Int, Int) {
        let bits = UInt64(bitPattern: tag)
        let mask = UInt64(wordCount * 64 - 1)
        return (Int(bits & mask), Int(bits >> 32 & mask))
    }
}
