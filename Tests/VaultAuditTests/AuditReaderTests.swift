import Testing
import VaultAudit
import VaultCrypto
import VaultFormat

@Suite("Opening entries, Spec 07 §5, §6")
struct AuditReaderTests {
    private let vault = VaultID(words: .init(repeating: 1))

    private func entry(
        _ content: EntryContent, epoch: UInt32, key: [UInt8], sequence: UInt64 = 3,
        details: [(RecordID, DetailValue)] = []
    ) throws -> (leaf: EntryLeaf, details: [[UInt8]]) {
        let draft = try EntryDraft(vault: vault, auditEpoch: epoch, auditKey: key)
        var sealer = draft.detailSealer()
        let details = details.map { sealer.seal($0.1, record: $0.0) }
        let entry = try draft.keylessEntry(
            content,
            at: EntryPlace(
                sequence: sequence, before: MerkleHasher.empty, revision: 1, time: 1,
                rows: EntryRows()))
        return (try EntryLeaf(entry.leaf), details)
    }

    private func wrap(
        _ key: borrowing ReceivingKey, under next: borrowing ReceivingKey, epoch: UInt32
    ) -> [UInt8] {
        Box.sealSecret(
            key.privateHalf(), under: next.chainKey(),
            associated: Associated.keyring(vault: vault, purpose: .auditBefore, epoch: epoch))
    }

    @Test("the newest audit key opens entries of every epoch, through the chain")
    func chain() throws {
        let first = ReceivingKey.random()
        let second = ReceivingKey.random()
        let third = ReceivingKey.random()
        let content = EntryContent(.exported, count: 12, user: "ada")
        let publicKeys = [first.publicKey, second.publicKey, third.publicKey]
        let leaves = try publicKeys.enumerated().map {
            try entry(content, epoch: UInt32($0.offset + 1), key: $0.element).leaf
        }
        let before: [(epoch: UInt32, wrapped: [UInt8])] = [
            (2, wrap(first, under: second, epoch: 2)), (3, wrap(second, under: third, epoch: 3)),
        ]
        let newest = third.privateHalf()
        let reader = try AuditReader(
            vault: vault, newest: ReceivingKey(newest.copy()), epoch: 3, before: before)
        for (index, leaf) in leaves.enumerated() {
            #expect(try reader.open(leaf) == content)
            #expect(reader.publicKey(epoch: UInt32(index + 1)) == publicKeys[index])
        }
        // Without the row of epoch 3 only its own entries open.
        let short = try AuditReader(
            vault: vault, newest: ReceivingKey(newest.copy()), epoch: 3, before: [before[0]])
        #expect(try short.open(leaves[2]) == content)
        #expect(refusal { _ = try short.open(leaves[1]) } == .noKey(epoch: 2))
        var changed = before[0].wrapped
        changed[71] ^= 1
        // A row of another epoch, or a changed one, is no key.
        for (wrong, epoch) in [
            ([(3, before[0].wrapped)], 3),
            ([before[1], (2, changed)], 2),
            ([before[1], (2, [])], 2),
        ] as [([(epoch: UInt32, wrapped: [UInt8])], UInt32)] {
            #expect(
                refusal {
                    _ = try AuditReader(
                        vault: vault, newest: ReceivingKey(newest.copy()), epoch: 3, before: wrong)
                } == .brokenChain(epoch: epoch))
        }
    }

    @Test("details open with the key of the entry that the record names, which is opened once")
    func details() throws {
        let key = ReceivingKey.random()
        var numbers = Numbers(seed: 9)
        let pictures = try (0..<5).map { number in
            (
                try numbers.id(RecordID.self),
                DetailValue(names: [Array("\(number).jpg".utf8)], subjects: ["4711"])
            )
        }
        let made = try entry(
            EntryContent(.imported), epoch: 1, key: key.publicKey, details: pictures)
        let other = try entry(EntryContent(.imported), epoch: 1, key: key.publicKey)
        var reader = AuditReader(vault: vault)
        reader.add(key, epoch: 1)
        var asked: [UInt64] = []
        func open(_ sealed: [UInt8], _ record: RecordID, _ entry: UInt64) throws -> DetailValue {
            try lend(sealed) { bytes throws(AuditError) in
                try reader.detail(bytes, record: record, entry: entry) { sequence in
                    asked.append(sequence)
                    return sequence == 3 ? made.leaf : other.leaf
                }
            }
        }
        for (sealed, picture) in zip(made.details, pictures) {
            #expect(try open(sealed, picture.0, 3) == picture.1)
        }
        #expect(asked == [3])
        #expect(
            refusal { _ = try open(made.details[0], pictures[1].0, 3) }
                == .crypto(.authenticationFailed))
        #expect(
            refusal { _ = try open(made.details[0], pictures[0].0, 4) }
                == .crypto(.authenticationFailed))
        #expect(refusal { _ = try open([], pictures[0].0, 3) } == .crypto(.truncated))
        #expect(asked == [3, 4])
    }

    @Test("ATTACK: a content moved to another entry, epoch or vault does not open")
    func moved() throws {
        let key = ReceivingKey.random()
        let secret = key.privateHalf()
        let leaf = try entry(EntryContent(.viewed), epoch: 1, key: key.publicKey).leaf
        var reader = AuditReader(vault: vault)
        reader.add(key, epoch: 1)
        reader.add(try ReceivingKey(secret.copy()), epoch: 2)
        #expect(try reader.open(leaf).action == .viewed)
        var wrong = [leaf, leaf, leaf, leaf]
        wrong[0].sequence += 1
        wrong[1].auditEpoch = 2
        wrong[2].content[30] ^= 1
        wrong[3].sealedKey[40] ^= 1
        for leaf in wrong {
            #expect(refusal { _ = try reader.open(leaf) } == .crypto(.authenticationFailed))
        }
        var elsewhere = AuditReader(vault: VaultID(words: .zero))
        elsewhere.add(try ReceivingKey(secret.copy()), epoch: 1)
        #expect(refusal { _ = try elsewhere.open(leaf) } == .crypto(.authenticationFailed))
    }
}
