package import VaultCrypto

/// Verifies proofs as RFC 9162 §2.1.3.2 and §2.1.4.2 say; the trees are those of RFC 6962.
package enum MerkleProof {
    /// Whether a leaf stands at `index` of the tree of `size` leaves with this root.
    package static func verifyInclusion(
        leafHash: Digest, index: UInt64, size: UInt64, root: Digest, proof: [Digest]
    ) -> Bool {
        guard index < size else { return false }
        var hasher = MerkleHasher()
        var node = index
        var last = size - 1
        var hash = leafHash
        for sibling in proof {
            guard last > 0 else { return false }
            if node & 1 == 1 || node == last {
                hash = hasher.node(sibling, hash)
                while node & 1 == 0, node > 0 {
                    node >>= 1
                    last >>= 1
                }
            } else {
                hash = hasher.node(hash, sibling)
            }
            node >>= 1
            last >>= 1
        }
        return last == 0 && hash == root
    }

    /// Whether the tree of `size` leaves with `root` begins with that of `firstSize` with `firstRoot`.
    package static func verifyConsistency(
        firstSize: UInt64, firstRoot: Digest, size: UInt64, root: Digest, proof: [Digest]
    ) -> Bool {
        // The same tree needs no proof.
        if firstSize == size {
            return proof.isEmpty && firstRoot == root && (size > 0 || root == MerkleHasher.empty)
        }
        // Every tree begins with the empty one: who asks for a proof of that is mistaken.
        guard firstSize > 0, firstSize < size else { return false }
        var siblings = proof[...]
        // A complete first tree is itself the node that the proof begins at.
        if firstSize.nonzeroBitCount == 1 { siblings = [firstRoot] + siblings }
        guard let start = siblings.popFirst() else { return false }
        var hasher = MerkleHasher()
        var node = firstSize - 1
        var last = size - 1
        while node & 1 == 1 {
            node >>= 1
            last >>= 1
        }
        var first = start
        var second = start
        for sibling in siblings {
            guard last > 0 else { return false }
            if node & 1 == 1 || node == last {
                first = hasher.node(sibling, first)
                second = hasher.node(sibling, second)
                while node & 1 == 0, node > 0 {
                    node >>= 1
                    last >>= 1
                }
            } else {
                second = hasher.node(second, sibling)
            }
            node >>= 1
            last >>= 1
        }
        return last == 0 && first == firstRoot && second == root
    }
}
