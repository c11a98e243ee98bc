import VaultAudit
import VaultCrypto
import VaultFormat

/// How the vectors of the log's tree and of the state of rows are read.
enum TreeVectors {
    static func tree(_ vector: VectorFile) throws -> [UInt8] {
        var edge = MerkleEdge()
        for number in 0..<(try vector.number("size")) {
            edge.append(leaf: try vector.hex("leaf\(number)"))
        }
        return bytes(edge.root()) + edge.encoded
    }

    static func proof(_ vector: VectorFile) throws -> [UInt8] {
        let whole = try vector.hex("proof")
        guard whole.count.isMultiple(of: 32) else { throw CryptoError.authenticationFailed }
        let proof = try stride(from: 0, to: whole.count, by: 32).map {
            try Digest(Array(whole[$0..<$0 + 32]))
        }
        let root = try Digest(vector.hex("root"))
        var hasher = MerkleHasher()
        let holds =
            try vector.text("kind") == "inclusion"
            ? MerkleProof.verifyInclusion(
                leafHash: vector.hex("leaf").withUnsafeBytes { hasher.leaf($0) },
                index: vector.number("index"), size: vector.number("size"), root: root,
                proof: proof)
            : MerkleProof.verifyConsistency(
                firstSize: vector.number("first"), firstRoot: Digest(vector.hex("firstroot")),
                size: vector.number("size"), root: root, proof: proof)
        guard holds else { throw CryptoError.authenticationFailed }
        return bytes(root)
    }

    static func state(_ vector: VectorFile) throws -> [UInt8] {
        var hasher = RowStateHasher()
        let count = try vector.number("occurrences")
        let fields = try ["record", "sealed", "detail", "wrapped"].map(vector.hex)
        let (revision, entry) = (try vector.number("revision"), try vector.number("entry"))
        let version = UInt32(try vector.number("version"))
        let tag = try signed(vector.hex("tag"))
        fields[0].withUnsafeBytes { record in
            fields[1].withUnsafeBytes { sealed in
                fields[2].withUnsafeBytes { detail in
                    fields[3].withUnsafeBytes { wrapped in
                        hasher.begin(
                            id: record, revision: Int64(revision), version: version,
                            sealed: sealed, entry: Int64(entry), detail: detail, tag: tag,
                            wrapped: wrapped, occurrenceCount: UInt32(count))
                    }
                }
            }
        }
        for index in 0..<count {
            let hasSubject = vector.has("subject\(index)")
            let number = UInt32(try vector.number("number\(index)"))
            let version = UInt32(try vector.number("version\(index)"))
            let place = try signed(vector.hex("place\(index)"))
            let subject = hasSubject ? try signed(vector.hex("subject\(index)")) : 0
            let wrapped = hasSubject ? try vector.hex("wrapped\(index)") : []
            try vector.hex("sealed\(index)").withUnsafeBytes { sealed in
                wrapped.withUnsafeBytes { wrapped in
                    hasher.occurrence(
                        number: number, version: version, sealed: sealed, place: place,
                        subject: hasSubject ? (subject, wrapped) : nil)
                }
            }
        }
        return bytes(hasher.finish())
    }

    private static func signed(_ bytes: [UInt8]) -> Int64 {
        Int64(bitPattern: bytes.reduce(0) { $0 << 8 | UInt64($1) })
    }

    private static func bytes(_ digest: Digest) -> [UInt8] {
        digest.withUnsafeBytes { Array($0) }
    }
}
