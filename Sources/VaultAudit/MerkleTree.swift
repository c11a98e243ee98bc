package import VaultCrypto

/// A whole tree of leaf hashes, to make proofs from: RFC 6962 §2.1.1, §2.1.2. Spec 07 §9.
///
/// It keeps the hash of every complete subtree, 64 bytes a leaf, so that a proof costs no more than
/// a few hashes: an export makes one for each entry.
package struct MerkleTree: ~Copyable, Sendable {
    /// By height; the first are the leaves.
    private var levels: [ContiguousArray<Digest>] = [[]]
    private var hasher = MerkleHasher()

    package init() {}

    package var size: Int { levels[0].count }

    package mutating func append(leaf: UnsafeRawBufferPointer) {
        append(leafHash: hasher.leaf(leaf))
    }

    package mutating func append(leafHash: Digest) {
        levels[0].append(leafHash)
        var height = 0
        while levels[height].count.isMultiple(of: 2) {
            let count = levels[height].count
            if height + 1 == levels.count { levels.append([]) }
            levels[height + 1].append(
                hasher.node(levels[height][count - 2], levels[height][count - 1]))
            height += 1
        }
    }

    /// The root of the first so many leaves.
    ///
    /// - Precondition: there are as many.
    package mutating func root(size: Int) -> Digest {
        precondition((0...self.size).contains(size), "the tree has no more leaves than it has")
        return size == 0 ? MerkleHasher.empty : hash(0..<size)
    }

    /// The proof that a leaf stands at its place among the first so many, from the leaf upwards.
    ///
    /// - Precondition: `index` < `size`, and there are as many leaves.
    package mutating func inclusionProof(of index: Int, size: Int) -> [Digest] {
        precondition(
            (0..<size).contains(index) && size <= self.size, "a proof is of a leaf of the tree")
        return path(to: index, in: 0..<size)
    }

    /// The proof that the first `from` leaves are the first ones of the first `size` too.
    ///
    /// - Precondition: 0 < `from` ≤ `size`, and there are as many leaves.
    package mutating func consistencyProof(from: Int, size: Int) -> [Digest] {
        precondition(
            from > 0 && from <= size && size <= self.size, "a proof is between sizes of the tree")
        return subproof(from, in: 0..<size, isWhole: true)
    }

    /// PATH of RFC 6962 §2.1.1.
    private mutating func path(to index: Int, in leaves: Range<Int>) -> [Digest] {
        guard leaves.count > 1 else { return [] }
        let middle = leaves.lowerBound + Self.split(leaves.count)
        if index < middle {
            let below = path(to: index, in: leaves.lowerBound..<middle)
            return below + [hash(middle..<leaves.upperBound)]
        }
        let below = path(to: index, in: middle..<leaves.upperBound)
        return below + [hash(leaves.lowerBound..<middle)]
    }

    /// SUBPROOF of RFC 6962 §2.1.2.
    private mutating func subproof(
        _ end: Int, in leaves: Range<Int>, isWhole: Bool
    ) -> [Digest] {
        if end == leaves.upperBound { return isWhole ? [] : [hash(leaves)] }
        let middle = leaves.lowerBound + Self.split(leaves.count)
        if end <= middle {
            return subproof(end, in: leaves.lowerBound..<middle, isWhole: isWhole)
                + [hash(middle..<leaves.upperBound)]
        }
        return subproof(end, in: middle..<leaves.upperBound, isWhole: false)
            + [hash(leaves.lowerBound..<middle)]
    }

    /// The hash of leaves that are a subtree: a complete one, or one at the right edge.
    private mutating func hash(_ leaves: Range<Int>) -> Digest {
        if leaves.count.nonzeroBitCount == 1 {
            let height = leaves.count.trailingZeroBitCount
            return levels[height][leaves.lowerBound >> height]
        }
        let middle = leaves.lowerBound + Self.split(leaves.count)
        let left = hash(leaves.lowerBound..<middle)
        let right = hash(middle..<leaves.upperBound)
        return hasher.node(left, right)
    }

    /// The largest power of two below `count`, which is 2 or more.
    private static func split(_ count: Int) -> Int {
        1 << (Int.bitWidth - 1 - (count - 1).leadingZeroBitCount)
    }
}
