package import VaultCrypto

/// What must be kept of a tree to append to it and to know its root: the hashes of the complete
/// subtrees that its leaves fall into, from the largest to the smallest. Spec 07 §2, `log.edge`.
package struct MerkleEdge: ~Copyable, Sendable {
    /// The number of leaves.
    package private(set) var size: UInt64
    /// One for each bit of `size` that is set.
    private var subtrees: ContiguousArray<Digest>
    private var hasher = MerkleHasher()

    /// The edge of a tree without leaves.
    package init() {
        size = 0
        subtrees = []
    }

    /// Takes `log.size` and `log.edge`; throws `.edge` when they do not go together.
    package init(size: UInt64, edge: [UInt8]) throws(AuditError) {
        guard edge.count == size.nonzeroBitCount * Digest.byteCount else { throw .edge }
        self.size = size
        subtrees = []
        for start in stride(from: 0, to: edge.count, by: Digest.byteCount) {
            do {
                subtrees.append(try Digest(Array(edge[start..<start + Digest.byteCount])))
            } catch {
                preconditionFailure("32 bytes are a digest")
            }
        }
    }

    package mutating func append(leaf: UnsafeRawBufferPointer) {
        append(leafHash: hasher.leaf(leaf))
    }

    package mutating func append(leaf: [UInt8]) {
        leaf.withUnsafeBytes { append(leaf: $0) }
    }

    package mutating func append(leafHash: Digest) {
        var hash = leafHash
        var complete = size
        while complete & 1 == 1 {
            hash = hasher.node(subtrees.removeLast(), hash)
            complete >>= 1
        }
        subtrees.append(hash)
        size += 1
    }

    /// The root of the tree of all leaves so far. Mutating only because its hasher is.
    package mutating func root() -> Digest {
        guard var hash = subtrees.last else { return MerkleHasher.empty }
        for subtree in subtrees.dropLast().reversed() { hash = hasher.node(subtree, hash) }
        return hash
    }

    /// What is stored in `log.edge`.
    package var encoded: [UInt8] { subtrees.flatMap(\.bytes) }
}
