import Foundation
import Testing
import VaultAudit
import VaultCrypto
import VaultFormat

@Suite("Proofs of the tree, RFC 6962 §2.1, Spec 07 §2, §9")
struct MerkleProofTests {
    private struct Inclusion: Decodable {
        let leafIdx, treeSize: UInt64
        let root, leafHash: String
        let proof: [String]?
        let wantErr: Bool
    }

    private struct Consistency: Decodable {
        let size1, size2: UInt64
        let root1, root2: String
        let proof: [String]?
        let wantErr: Bool
    }

    /// A hash of a published case; `nil` for one of another size, which a `Digest` cannot be.
    private func digest(_ text: String) throws -> Digest? {
        let bytes = try Base64.decode(text)
        return bytes.count == 32 ? try Digest(bytes) : nil
    }

    private func proof(_ texts: [String]?) throws -> [Digest]? {
        let hashes = try (texts ?? []).map(digest)
        return hashes.contains(nil) ? nil : hashes.compactMap { $0 }
    }

    @Test("published inclusion proofs verify or are refused as published")
    func inclusion() throws {
        guard let cases = try Vectors.merkle("inclusion", of: Inclusion.self) else { return }
        var sound = 0
        for (name, test) in cases {
            guard let root = try digest(test.root), let leaf = try digest(test.leafHash),
                let proof = try proof(test.proof)
            else {
                #expect(test.wantErr, "\(name)")
                continue
            }
            let holds = MerkleProof.verifyInclusion(
                leafHash: leaf, index: test.leafIdx, size: test.treeSize, root: root, proof: proof)
            #expect(holds == !test.wantErr, "\(name)")
            sound += holds ? 1 : 0
        }
        #expect(sound >= 5 && cases.count > 90)
    }

    @Test("published consistency proofs verify or are refused as published")
    func consistency() throws {
        guard let cases = try Vectors.merkle("consistency", of: Consistency.self) else { return }
        var sound = 0
        for (name, test) in cases {
            guard let first = try digest(test.root1), let second = try digest(test.root2),
                let proof = try proof(test.proof)
            else {
                // One published case takes any bytes for a root, as long as both are the same.
                #expect(test.wantErr || test.root1 == test.root2, "\(name)")
                continue
            }
            let holds = MerkleProof.verifyConsistency(
                firstSize: test.size1, firstRoot: first, size: test.size2, root: second,
                proof: proof)
            #expect(holds == !test.wantErr, "\(name)")
            sound += holds ? 1 : 0
        }
        #expect(sound >= 4 && cases.count > 70)
    }

    @Test("every proof of a tree verifies, for its own leaf, sizes and roots only")
    func all() {
        let count = 40
        var tree = MerkleTree()
        var hasher = MerkleHasher()
        var leaves: [Digest] = []
        var roots = [MerkleHasher.empty]
        var edge = MerkleEdge()
        for number in 0..<count {
            leaves.append([UInt8(number)].withUnsafeBytes { hasher.leaf($0) })
            tree.append(leafHash: leaves[number])
            edge.append(leafHash: leaves[number])
            roots.append(edge.root())
        }
        for size in 0...count { #expect(tree.root(size: size) == roots[size]) }
        for size in 1...count {
            for index in 0..<size {
                let proof = tree.inclusionProof(of: index, size: size)
                func holds(_ leaf: Int, _ index: Int, _ size: Int, _ root: Int) -> Bool {
                    MerkleProof.verifyInclusion(
                        leafHash: leaves[leaf], index: UInt64(index), size: UInt64(size),
                        root: roots[root], proof: proof)
                }
                #expect(holds(index, index, size, size))
                #expect(!holds((index + 1) % count, index, size, size))
                #expect(!holds(index, index + 1, size, size))
                #expect(!holds(index, index, size, (size + 1) % (count + 1)))
            }
            for first in 1...size {
                let proof = tree.consistencyProof(from: first, size: size)
                func holds(_ first: Int, _ root: Int, _ size: Int, _ second: Int) -> Bool {
                    MerkleProof.verifyConsistency(
                        firstSize: UInt64(first), firstRoot: roots[root], size: UInt64(size),
                        root: roots[second], proof: proof)
                }
                #expect(holds(first, first, size, size))
                #expect(!holds(first, first - 1, size, size))
                #expect(!holds(first, first, size, size - 1))
                #expect(!holds(size + 1, first, size, size))
            }
        }
    }
}

/// Published test vectors, which are not part of the repository.
enum Vectors {
    /// The cases of `merkle/<kind>` with their files' names, or nil (and a line that says so) where
    /// they are absent. `LIGHTTIGHT_VECTORS`, else `../shared/vectors` beside the checkout.
    static func merkle<Case: Decodable>(
        _ kind: String, of: Case.Type
    ) throws -> [(name: String, case: Case)]? {
        let checkout = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let shared =
            ProcessInfo.processInfo.environment["LIGHTTIGHT_VECTORS"]
            .map { URL(fileURLWithPath: $0) }
            ?? checkout.deletingLastPathComponent().appendingPathComponent("shared/vectors")
        let folder = shared.appendingPathComponent("merkle/\(kind)")
        guard let files = FileManager.default.enumerator(atPath: folder.path) else {
            print("skipped: no published vectors \"merkle/\(kind)\"")
            return nil
        }
        let names = files.compactMap { $0 as? String }.filter { $0.hasSuffix(".json") }.sorted()
        guard !names.isEmpty else {
            print("skipped: no published vectors \"merkle/\(kind)\"")
            return nil
        }
        return try names.map { name in
            let data = try Data(contentsOf: folder.appendingPathComponent(name))
            return (name, try JSONDecoder().decode(Case.self, from: data))
        }
    }
}
