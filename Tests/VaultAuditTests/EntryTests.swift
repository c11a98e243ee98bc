import Testing
import VaultAudit
import VaultCrypto
import VaultFormat

@Suite("Entries in the making, Spec 07 §3")
struct EntryTests {
    let vault: VaultID
    let slot: SlotID
    let record: RecordID

    init() throws {
        var numbers = Numbers(seed: 1)
        vault = try numbers.id(VaultID.self)
        slot = try numbers.id(SlotID.self)
        record = try numbers.id(RecordID.self)
    }

    private func place(_ sequence: UInt64, rows: EntryRows = EntryRows()) -> EntryPlace {
        EntryPlace(
            sequence: sequence, before: MerkleHasher.empty, revision: 7, time: -5, rows: rows)
    }

    private func transactionKey(
        _ leaf: EntryLeaf, _ audit: borrowing ReceivingKey
    ) throws -> TransactionKey {
        TransactionKey(
            try Envelope.open(
                leaf.sealedKey, with: audit,
                info: Associated.entryKey(vault: vault, epoch: leaf.auditEpoch), associated: []))
    }

    @Test(
        "an entry says what was done to whoever has the audit key, and who signed it to everybody")
    func signed() throws {
        let audit = ReceivingKey.random()
        let signer = SlotSigner(slot: slot, key: .random())
        let draft = try EntryDraft(vault: vault, auditEpoch: 3, auditKey: audit.publicKey)
        var sealer = draft.detailSealer()
        var another = sealer.copy()
        let detail = DetailValue(names: [Array("a.jpg".utf8)], subjects: ["4711"])
        let sealed = [
            sealer.seal(detail, record: record), another.seal(detail, record: record),
        ]
        var rows = EntryRows()
        rows.record(row: 1, state: .destroyed)
        let content = EntryContent(.imported, count: 1, user: "ada", machine: "desk")
        let entry = try draft.entry(content, at: place(4, rows: rows), signer: signer)

        let leaf = try EntryLeaf(entry.leaf)
        #expect(entry.sequence == 4 && entry.actor == slot && entry.rows == rows.encoded)
        #expect(leaf.sequence == 4 && leaf.actor == slot && leaf.time == -5 && leaf.revision == 7)
        #expect(leaf.rowsDigest == LogHash(Digest(hashing: rows.encoded)) && leaf.auditEpoch == 3)
        #expect(leaf.before == LogHash(Digest(hashing: [])))
        #expect(
            signer.key.verifyingKey.verify(
                signature: leaf.signature, of: leaf.signedBytes(vault: vault)))
        let key = try transactionKey(leaf, audit)
        let opened = try Box.open(
            leaf.content, under: key, associated: Associated.entry(vault: vault, sequence: 4))
        #expect(opened == content.encoded)
        for sealed in sealed {
            let opened = try Box.open(
                sealed, under: key, associated: Associated.detail(vault: vault, record: record))
            #expect(opened == detail.encoded)
        }
    }

    @Test("a program without a key makes an entry that nobody signed")
    func keyless() throws {
        let audit = ReceivingKey.random()
        let draft = try EntryDraft(vault: vault, auditEpoch: 1, auditKey: audit.publicKey)
        var rows = EntryRows()
        rows.copies = .destroyed
        for rows in [EntryRows(), rows] {
            let entry = try draft.keylessEntry(EntryContent(.backedUp), at: place(9, rows: rows))
            let leaf = try EntryLeaf(entry.leaf)
            #expect(entry.actor == nil && leaf.actor == nil && leaf.signature.isEmpty)
            #expect((leaf.rowsDigest == nil) == rows.isEmpty)
        }
    }

    @Test("the longest content fits, and one byte more is refused")
    func longest() throws {
        let audit = ReceivingKey.random()
        let draft = try EntryDraft(vault: vault, auditEpoch: 1, auditKey: audit.publicKey)
        let most = [RecordID](repeating: record, count: EntryContent.maximumPictureCount)
        _ = try draft.keylessEntry(EntryContent(.viewed, pictures: most), at: place(0))
        let overhead = 40 + EntryContent(.viewed, remark: "").encoded.count + 4
        let room = EntryLeaf.maximumContentByteCount - overhead
        for (count, expected) in [(room, nil), (room + 1, .contentTooLong)]
            as [(Int, AuditError?)]
        {
            let content = EntryContent(.viewed, remark: String(repeating: "x", count: count))
            let refusal = refusal {
                let entry = try draft.keylessEntry(content, at: place(0))
                let sealed = try EntryLeaf(entry.leaf).content
                #expect(sealed.count == EntryLeaf.maximumContentByteCount)
            }
            #expect(refusal == expected)
        }
    }

    @Test("nothing is sealed to an audit key that everybody could open")
    func hostileKey() {
        let zeros = [UInt8](repeating: 0, count: 32)
        #expect(
            refusal { _ = try EntryDraft(vault: vault, auditEpoch: 1, auditKey: zeros) }
                == .crypto(.malformed))
    }

    @Test("a slot signs only after its own newest entry")
    func own() throws {
        let audit = ReceivingKey.random()
        let signer = SlotSigner(slot: slot, key: .random())
        let thief = SlotSigner(slot: slot, key: .random())
        let draft = try EntryDraft(vault: vault, auditEpoch: 1, auditKey: audit.publicKey)
        func check(_ leaf: [UInt8], vault: VaultID) -> AuditError? {
            refusal {
                try lend(leaf) { leaf throws(AuditError) in
                    try signer.check(newest: leaf, vault: vault)
                }
            }
        }
        let content = EntryContent(.viewed)
        let mine = try draft.entry(content, at: place(1), signer: signer).leaf
        #expect(check(mine, vault: vault) == nil)
        #expect(check(mine, vault: VaultID(words: .zero)) == .notMine)
        let forged = try draft.entry(content, at: place(1), signer: thief).leaf
        #expect(check(forged, vault: vault) == .notMine)
        let nobody = try draft.keylessEntry(content, at: place(1)).leaf
        #expect(check(nobody, vault: vault) == .notMine)
        #expect(check([], vault: vault) == .format(.truncated))
    }
}
