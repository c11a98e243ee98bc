import Testing
import VaultAudit
import VaultCrypto

@Suite("The tree's edge, Spec 07 §2")
struct MerkleEdgeTests {
    /// RFC 6962 §2.1 to the letter.
    static func root(_ leaves: ArraySlice<[UInt8]>) -> Digest {
        guard leaves.count > 1 else {
            return Digest(hashing: leaves.first.map { [0] + $0 } ?? [])
        }
        var split = 1
        while split * 2 < leaves.count { split *= 2 }
        let middle = leaves.startIndex + split
        return Digest(
            hashing: [1] + bytes(root(leaves[..<middle])) + bytes(root(leaves[middle...])))
    }

    static func bytes(_ digest: Digest) -> [UInt8] { digest.withUnsafeBytes { Array($0) } }

    @Test("appended one by one, the edge has the root of the whole tree at every size")
    func roots() throws {
        let leaves = (0..<260).map { [UInt8](repeating: UInt8($0 & 255), count: $0 % 70) }
        var edge = MerkleEdge()
        for size in 0...leaves.count {
            #expect(edge.size == UInt64(size))
            #expect(edge.root() == Self.root(leaves[..<size]))
            #expect(edge.encoded.count == 32 * size.nonzeroBitCount)
            // Stored and read again, as each transaction does.
            var stored = try MerkleEdge(size: edge.size, edge: edge.encoded)
            #expect(stored.root() == edge.root())
            if size < leaves.count {
                stored.append(leaf: leaves[size])
                edge = stored
            }
        }
    }

    @Test("an edge of another length than its size has bits is refused")
    func length() throws {
        for (size, count) in [(0, 1), (1, 0), (1, 33), (2, 64), (3, 32), (UInt64.max, 63 * 32)] {
            #expect(
                refusal {
                    _ = try MerkleEdge(size: size, edge: [UInt8](repeating: 0, count: count))
                } == .edge)
        }
        let whole = try MerkleEdge(size: .max, edge: [UInt8](repeating: 0, count: 64 * 32))
        #expect(whole.size == .max)
    }
}
