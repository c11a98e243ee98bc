import Testing

@testable import VaultKit

@Suite("Hashes that are near each other")
struct NearPairsTests {
    /// A hash with so many of its bits changed, in places that a number chooses.
    private static func changed(_ hash: [UInt8], bits: Int, seed: inout UInt64) -> [UInt8] {
        var changed = hash
        var places: Set<Int> = []
        while places.count < bits { places.insert(Int(next(&seed) % 256)) }
        for place in places { changed[place / 8] ^= 1 << UInt8(place % 8) }
        return changed
    }

    private static func next(_ seed: inout UInt64) -> UInt64 {
        seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return seed >> 33
    }

    private static func random(_ seed: inout UInt64) -> [UInt8] {
        (0..<32).map { _ in UInt8(truncatingIfNeeded: next(&seed)) }
    }

    /// The same by comparing each with each.
    private static func groups(_ hashes: [[UInt8]], within limit: Int) -> [[Int]] {
        var group = Array(hashes.indices)
        for left in hashes.indices {
            for right in hashes.indices where right > left {
                let distance = zip(hashes[left], hashes[right]).reduce(0) {
                    $0 + ($1.0 ^ $1.1).nonzeroBitCount
                }
                guard distance <= limit, group[left] != group[right] else { continue }
                let (old, new) = (group[right], group[left])
                for index in group.indices where group[index] == old { group[index] = new }
            }
        }
        return Dictionary(grouping: hashes.indices, by: { group[$0] }).values
            .filter { $0.count > 1 }.map { $0.sorted() }.sorted { $0[0] < $1[0] }
    }

    @Test("they are those that comparing each with each finds", arguments: [0, 1, 10, 31])
    func same(_ limit: Int) {
        var seed: UInt64 = 31
        for _ in 0..<20 {
            var hashes: [[UInt8]] = []
            for _ in 0..<12 {
                let hash = Self.random(&seed)
                hashes.append(hash)
                for _ in 0..<3 {
                    let bits = Int(Self.next(&seed) % 36)
                    hashes.append(Self.changed(hash, bits: bits, seed: &seed))
                }
            }
            var pairs = NearPairs(hashes)
            #expect(pairs.groups(within: limit) == Self.groups(hashes, within: limit))
        }
    }

    @Test("the limit itself is near, one bit more is not, wherever the bits lie")
    func limit() {
        var seed: UInt64 = 7
        for _ in 0..<40 {
            let hash = Self.random(&seed)
            var near = NearPairs([hash, Self.changed(hash, bits: 31, seed: &seed)])
            #expect(near.groups(within: 31) == [[0, 1]])
            var far = NearPairs([hash, Self.changed(hash, bits: 32, seed: &seed)])
            #expect(far.groups(within: 31).isEmpty)
        }
    }

    @Test("one bit in one piece and two in each other one are found, whichever bit it is")
    func worst() {
        var seed: UInt64 = 16
        for piece in 0..<16 {
            for bit in 0..<16 {
                let hash = Self.random(&seed)
                var other = hash
                for place in 0..<16 {
                    let bits = place == piece ? [bit] : [bit, (bit + 5) % 16]
                    for bit in bits { other[place * 2 + bit / 8] ^= 1 << UInt8(bit % 8) }
                }
                var pairs = NearPairs([hash, other])
                #expect(pairs.groups(within: 31) == [[0, 1]], "piece \(piece), bit \(bit)")
            }
        }
    }

    @Test("none and one make no group")
    func few() {
        var none = NearPairs([])
        #expect(none.groups(within: 31).isEmpty)
        var one = NearPairs([[UInt8](repeating: 0, count: 32)])
        #expect(one.groups(within: 31).isEmpty)
    }
}
