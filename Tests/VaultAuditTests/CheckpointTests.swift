import Testing
import VaultAudit
import VaultCrypto
import VaultFormat

@Suite("Checkpoints, Spec 07 §7")
struct CheckpointTests {
    let vault = VaultID(words: .init(repeating: 4))
    let slot = SlotID(words: .init(repeating: 5))
    let gone = SlotID(words: .init(repeating: 6))

    private func key(_ byte: UInt8) throws -> SigningKey {
        try SigningKey(
            seed: Secret(count: 32) { $0.copyBytes(from: [UInt8](repeating: byte, count: 32)) })
    }

    /// Vault keys 1 (from 0), 2 (from 10) and 3 (from 20); a slot, and one that was removed at 15.
    private func judge() throws -> CheckpointJudge {
        CheckpointJudge(
            authority: LogAuthority(
                vault: vault,
                keys: [
                    .init(epoch: 1, since: 0, public: try key(1).publicKey),
                    .init(epoch: 2, since: 10, public: try key(2).publicKey),
                    .init(epoch: 3, since: 20, public: try key(3).publicKey),
                ],
                slots: [
                    .init(id: slot, public: try key(5).publicKey),
                    .init(id: gone, public: try key(6).publicKey, until: 15),
                ]))
    }

    private func refusal(_ bytes: [UInt8]) throws -> CheckpointRefusal? {
        let judge = try judge()
        do {
            _ = try judge.judge(bytes)
            return nil
        } catch {
            return error
        }
    }

    private func checkpoint(_ size: UInt64) -> Checkpoint {
        Checkpoint(vault: vault, size: size, root: .destroyed)
    }

    @Test("a checkpoint by a vault key counts while that key was in use")
    func vaultKeys() throws {
        for (byte, sizes) in [(1, 1...10), (2, 11...20), (3, 21...30)]
            as [(UInt8, ClosedRange<UInt64>)]
        {
            for size in 0...30 as ClosedRange<UInt64> {
                let note = CheckpointMaker.make(checkpoint(size), vaultKey: try key(byte))
                guard sizes.contains(size) else {
                    #expect(try refusal(note) == .notInUse(.vault(epoch: UInt32(byte))))
                    continue
                }
                let judged = try judge().judge(note)
                #expect(judged.signers == [.vault(epoch: UInt32(byte))])
                #expect(judged.checkpoint == checkpoint(size))
            }
        }
    }

    @Test("a checkpoint by a slot counts, by a removed one up to its removal")
    func slots() throws {
        let signer = SlotSigner(slot: slot, key: try key(5))
        let former = SlotSigner(slot: gone, key: try key(6))
        let judge = try judge()
        for size in [0, 15, 16, 1 << 40] as [UInt64] {
            let note = CheckpointMaker.make(checkpoint(size), signer: signer)
            #expect(try judge.judge(note).signers == [.slot(slot)])
            let other = CheckpointMaker.make(checkpoint(size), signer: former)
            #expect(try refusal(other) == (size > 15 ? .notInUse(.slot(gone)) : nil))
        }
    }

    @Test("ATTACK: strangers, forgeries, other vaults and other texts are refused")
    func hostile() throws {
        let origin = Checkpoint.origin(vault: vault)
        let stranger = CheckpointMaker.make(checkpoint(5), vaultKey: try key(9))
        #expect(try refusal(stranger) == .unknownKeys([origin]))

        // The slot's key under the vault's name, and under another slot's.
        let moved = CheckpointMaker.make(checkpoint(5), vaultKey: try key(5))
        #expect(try refusal(moved) == .unknownKeys([origin]))
        let other = CheckpointMaker.make(
            checkpoint(5), signer: SlotSigner(slot: gone, key: try key(5)))
        #expect(
            try refusal(other) == .unknownKeys([Checkpoint.name(vault: vault, slot: gone)]))

        let good = CheckpointMaker.make(checkpoint(5), vaultKey: try key(1))
        let note = try SignedNote(parsing: good)
        let changed = SignedNote(text: checkpoint(6).text, signatures: note.signatures)
        #expect(try refusal(changed.encoded) == .signature(.vault(epoch: 1)))
        let elsewhere = Checkpoint(vault: VaultID(words: .zero), size: 5, root: .destroyed)
        #expect(
            try refusal(CheckpointMaker.make(elsewhere, vaultKey: try key(1)))
                == .otherVault(VaultID(words: .zero)))
        #expect(
            try refusal(SignedNote(text: "hello\n", signatures: note.signatures).encoded)
                == .format(.unexpected("checkpoint of 3 lines")))
        #expect(try refusal([]) == .format(.notCanonical))
    }

    @Test("other signatures are passed over; one of ours that is wrong spoils the note")
    func several() throws {
        let good = try SignedNote(
            parsing: CheckpointMaker.make(checkpoint(5), vaultKey: try key(1)))
        let second = try SignedNote(
            parsing: CheckpointMaker.make(
                checkpoint(5), signer: SlotSigner(slot: slot, key: try key(5))))
        let wrong = try SignedNote(
            parsing: CheckpointMaker.make(
                checkpoint(6), signer: SlotSigner(slot: slot, key: try key(5))))
        let witness = SignedNote.Signature(
            name: "witness.example", keyID: [1, 2, 3, 4], bytes: [5])
        let both = SignedNote(
            text: good.text, signatures: [witness] + good.signatures + second.signatures)
        #expect(try judge().judge(both.encoded).signers == [.vault(epoch: 1), .slot(slot)])
        let spoilt = SignedNote(text: good.text, signatures: good.signatures + wrong.signatures)
        #expect(try refusal(spoilt.encoded) == .signature(.slot(slot)))
        let strangers = SignedNote(text: good.text, signatures: [witness])
        #expect(try refusal(strangers.encoded) == .unknownKeys(["witness.example"]))
    }

    @Test("the key ID is C2SP's: of name, type 1 and public key")
    func keyID() throws {
        let note = try SignedNote(
            parsing: CheckpointMaker.make(checkpoint(5), vaultKey: try key(1)))
        let name = Checkpoint.origin(vault: vault)
        let digest = Digest(hashing: Array(name.utf8) + [10, 1] + (try key(1).publicKey))
        #expect(note.signatures[0].name == name)
        #expect(note.signatures[0].keyID == Array(MerkleEdgeTests.bytes(digest)[..<4]))
        #expect(note.signatures[0].bytes.count == 64)
    }

    @Test(
        "ATTACK 37 38 40: a history written anew by its own slots holds, and every memory denies it"
    )
    func rewritten() throws {
        var log = try SampleLog()
        for _ in 0..<4 { try log.append(.owner) }
        let remembered = log.report()
        // Cut back to two entries, and continued by somebody who has the slot's key.
        log.rows.removeLast(3)
        log.edge = MerkleEdge()
        for row in log.rows { log.edge.append(leaf: row.leaf) }
        for _ in 0..<4 { try log.append(.owner, EntryContent(.exported)) }
        var verifier = LogVerifier(
            authority: log.authority, signatures: .newest, rootsOf: [remembered.size])
        let report = log.read(into: &verifier)
        #expect(report.findings.listed.isEmpty)
        #expect(
            report.agreement(size: remembered.size, root: LogHash(remembered.root)) == .forked)
    }

    @Test("a log agrees with what is remembered of it, is shorter, or has another history")
    func agreement() throws {
        var log = try SampleLog()
        try log.append(.owner)
        var verifier = LogVerifier(
            authority: log.authority, signatures: .newest, rootsOf: [1, 2, 9])
        let report = log.read(into: &verifier)
        var edge = MerkleEdge()
        edge.append(leaf: log.rows[0].leaf)
        #expect(report.agreement(size: 1, root: LogHash(edge.root())) == .agrees)
        #expect(report.agreement(size: 2, root: LogHash(report.root)) == .agrees)
        #expect(report.agreement(size: 1, root: LogHash(report.root)) == .forked)
        #expect(report.agreement(size: 9, root: LogHash(report.root)) == .shorter)
    }
}
