import VaultFormat

/// Which of many PDQ hashes are near each other, without comparing each with each.
///
/// Of 256 bits cut into 16 pieces, two hashes that differ in at most 31 have one piece that differs in at most
/// one bit: so each hash is compared with those only that share a piece, or nearly.
struct NearPairs {
    private let words: [UInt64]
    private let count: Int
    private var leaders: [Int32]

    private static let pieceCount = 16

    /// - Parameter hashes: 32 bytes each; each once.
    init(_ hashes: [[UInt8]]) {
        count = hashes.count
        var words: [UInt64] = []
        words.reserveCapacity(hashes.count * 4)
        for hash in hashes {
            for start in stride(from: 0, to: 32, by: 8) {
                words.append(hash[start..<start + 8].reduce(0) { $0 << 8 | UInt64($1) })
            }
        }
        self.words = words
        leaders = (0..<Int32(hashes.count)).map { $0 }
    }

    /// Groups of two or more that are joined by distances of at most `limit` (31 at most), as indices,
    /// ascending.
    mutating func groups(within limit: Int) -> [[Int]] {
        precondition(limit <= 31, "a piece may differ in more than one bit")
        for piece in 0..<Self.pieceCount { join(piece, limit) }
        var groups: [Int32: [Int]] = [:]
        for index in 0..<count { groups[leader(index), default: []].append(index) }
        return groups.values.filter { $0.count > 1 }.sorted { $0[0] < $1[0] }
    }

    private mutating func join(_ piece: Int, _ limit: Int) {
        var starts = [Int32](repeating: 0, count: 65_537)
        for index in 0..<count { starts[Int(value(index, piece)) + 1] += 1 }
        for slot in 0..<65_536 { starts[slot + 1] += starts[slot] }
        var next = starts
        var order = [Int32](repeating: 0, count: count)
        for index in 0..<count {
            let slot = Int(value(index, piece))
            order[Int(next[slot])] = Int32(index)
            next[slot] += 1
        }
        for index in 0..<count {
            let own = value(index, piece)
            for bit in -1..<16 {
                let slot = Int(bit < 0 ? own : own ^ 1 << UInt16(bit))
                for place in Int(starts[slot])..<Int(starts[slot + 1]) {
                    let other = Int(order[place])
                    if other > index, distance(index, other) <= limit { unite(index, other) }
                }
            }
        }
    }

    private func value(_ index: Int, _ piece: Int) -> UInt16 {
        UInt16(truncatingIfNeeded: words[index * 4 + piece / 4] >> UInt64(48 - piece % 4 * 16))
    }

    private func distance(_ left: Int, _ right: Int) -> Int {
        (0..<4).reduce(0) { $0 + (words[left * 4 + $1] ^ words[right * 4 + $1]).nonzeroBitCount }
    }

    private mutating func leader(_ index: Int) -> Int32 {
        var at = Int32(index)
        while leaders[Int(at)] != at {
            leaders[Int(at)] = leaders[Int(leaders[Int(at)])]
            at = leaders[Int(at)]
        }
        return at
    }

    private mutating func unite(_ left: Int, _ right: Int) {
        let (first, second) = (leader(left), leader(right))
        if first != second { leaders[Int(max(first, second))] = min(first, second) }
    }
}
