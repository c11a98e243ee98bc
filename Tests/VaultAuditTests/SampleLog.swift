import VaultAudit
import VaultCrypto
import VaultFormat

/// A log of a few slots, made entry by entry as a vault makes it, to be read whole or spoilt.
struct SampleLog: ~Copyable {
    struct Row: Sendable {
        var sequence: Int64
        var actor: [UInt8]?
        var leaf: [UInt8]
        var rows: [UInt8]
    }

    let vault: VaultID
    let audit = ReceivingKey.random()
    let owner: SlotSigner
    let manager: SlotSigner
    /// Retired with the entry that `retire` names.
    let gone: SlotSigner
    var retiredAt: UInt64?
    var rows: [Row] = []
    var edge = MerkleEdge()

    static let header = Digest(hashing: Array("header".utf8))
    static let keyring = Digest(hashing: Array("keyring".utf8))
    static let noCopies = Digest(hashing: [])

    enum Actor { case owner, manager, gone, nobody }

    init() throws {
        vault = VaultID(words: .init(repeating: 5))
        owner = SlotSigner(slot: SlotID(words: .init(repeating: 1)), key: .random())
        manager = SlotSigner(slot: SlotID(words: .init(repeating: 2)), key: .random())
        gone = SlotSigner(slot: SlotID(words: .init(repeating: 3)), key: .random())
        try append(.owner, EntryContent(.created)) { rows in
            rows.header = LogHash(Self.header)
            rows.keyring = LogHash(Self.keyring)
        }
    }

    var authority: LogAuthority {
        LogAuthority(
            vault: vault, keys: [],
            slots: [
                .init(id: owner.slot, public: owner.key.publicKey),
                .init(id: manager.slot, public: manager.key.publicKey),
                .init(id: gone.slot, public: gone.key.publicKey, until: retiredAt),
            ])
    }

    mutating func append(
        _ actor: Actor, _ content: EntryContent = EntryContent(.viewed), time: Int64? = nil,
        revision: UInt64? = nil, _ fill: (inout EntryRows) throws -> Void = { _ in }
    ) throws {
        var written = EntryRows()
        try fill(&written)
        let place = EntryPlace(
            sequence: edge.size, before: edge.root(), revision: revision ?? edge.size,
            time: time ?? Int64(1000 + edge.size), rows: written)
        let draft = try EntryDraft(vault: vault, auditEpoch: 1, auditKey: audit.publicKey)
        let entry =
            switch actor {
            case .owner: try draft.entry(content, at: place, signer: owner)
            case .manager: try draft.entry(content, at: place, signer: manager)
            case .gone: try draft.entry(content, at: place, signer: gone)
            case .nobody: try draft.keylessEntry(content, at: place)
            }
        edge.append(leaf: entry.leaf)
        rows.append(
            Row(
                sequence: Int64(entry.sequence), actor: entry.actor?.bytes, leaf: entry.leaf,
                rows: entry.rows))
    }

    func verifier(_ signatures: LogVerifier.Signatures = .newest) -> LogVerifier {
        LogVerifier(authority: authority, signatures: signatures)
    }

    mutating func report(_ signatures: LogVerifier.Signatures = .newest) -> LogReport {
        var verifier = verifier(signatures)
        return read(into: &verifier)
    }

    func read(into verifier: inout LogVerifier) -> LogReport {
        for row in rows {
            row.leaf.withUnsafeBytes { leaf in
                row.rows.withUnsafeBytes { rows in
                    if let actor = row.actor {
                        actor.withUnsafeBytes {
                            verifier.entry(
                                sequence: row.sequence, actor: $0, leaf: leaf, rows: rows)
                        }
                    } else {
                        verifier.entry(sequence: row.sequence, actor: nil, leaf: leaf, rows: rows)
                    }
                }
            }
        }
        return verifier.finish(logSize: edge.size, logEdge: edge.encoded)
    }

    /// Replaces an entry's leaf by one that says something else; nobody signs with a key of their own.
    mutating func rewrite(
        _ index: Int, by actor: Actor, _ change: (inout EntryLeaf) -> Void = { _ in }
    ) throws {
        var leaf = try EntryLeaf(rows[index].leaf)
        change(&leaf)
        let message = leaf.signedBytes(vault: vault)
        leaf.signature =
            switch actor {
            case .owner: owner.key.sign(message)
            case .manager: manager.key.sign(message)
            case .gone: gone.key.sign(message)
            case .nobody: SigningKey.random().sign(message)
            }
        rows[index].leaf = leaf.encoded
    }
}
