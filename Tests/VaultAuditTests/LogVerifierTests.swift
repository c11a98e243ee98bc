import Testing
import VaultAudit
import VaultCrypto
import VaultFormat

@Suite("The check of the whole log, Spec 07 §2 to §4")
struct LogVerifierTests {
    /// Six entries: 0 made the vault, 1 and 4 are the owner's, 2 the manager's, 3 nobody's, 5 the
    /// manager's again.
    private func log() throws -> SampleLog {
        var log = try SampleLog()
        try log.append(.owner, EntryContent(.imported)) { $0.record(row: 1, state: .destroyed) }
        try log.append(.manager)
        try log.append(.nobody, EntryContent(.backedUp)) { $0.copies = .destroyed }
        try log.append(.owner) { $0.pack(PackName(words: .zero), byteCount: 5) }
        try log.append(.manager)
        return log
    }

    @Test("a log as it was written holds, in both ways of looking at signatures")
    func whole() throws {
        var log = try log()
        let report = log.report()
        #expect(report.findings.listed.isEmpty && report.clockJumps.listed.isEmpty)
        #expect(report.size == 6 && report.entryCount == 6 && report.root == log.edge.root())
        var jobs: [SignatureJob] = []
        let every = log.report(.every { jobs += $0 })
        #expect(every.findings.listed.isEmpty && every.root == report.root)
        #expect(jobs.count == 5 && jobs.allSatisfy { $0.finding == nil })
    }

    @Test("roots of earlier sizes are given, for checkpoints and for what a machine remembers")
    func earlierRoots() throws {
        let log = try log()
        var verifier = LogVerifier(
            authority: log.authority, signatures: .newest, rootsOf: [0, 3, 6, 7])
        let report = log.read(into: &verifier)
        var edge = MerkleEdge()
        for row in log.rows[..<3] { edge.append(leaf: row.leaf) }
        #expect(report.roots == [0: Digest(hashing: []), 3: edge.root(), 6: report.root])
    }

    @Test("ATTACK 33 34 35 36: an entry cut off, dropped, moved or changed is found without a key")
    func history() throws {
        var dropped = try log()
        dropped.rows.remove(at: 2)
        #expect(
            dropped.report().findings.listed
                == [.missing(2..<3), .history(sequence: 3), .logTable])

        var last = try log()
        last.rows.removeLast()
        #expect(last.report().findings.listed == [.logTable])

        var changed = try log()
        try changed.rewrite(2, by: .manager) { $0.time += 1 }
        #expect(changed.report().findings.listed == [.history(sequence: 3), .logTable])

        var moved = try log()
        moved.rows.swapAt(1, 4)
        moved.rows[1].sequence = 1
        moved.rows[4].sequence = 4
        #expect(
            moved.report().findings.listed.prefix(2)
                == [.misnumbered(sequence: 1, says: 4), .history(sequence: 1)])

        var twice = try log()
        twice.rows.insert(twice.rows[3], at: 4)
        #expect(twice.report().findings.listed == [.misplaced(row: 3)])

        var negative = try log()
        negative.rows.insert(negative.rows[3], at: 0)
        negative.rows[0].sequence = -1
        #expect(negative.report().findings.listed == [.misplaced(row: -1)])

        var broken = try log()
        broken.rows[2].leaf.removeLast()
        #expect(
            broken.report().findings.listed
                == [.leaf(sequence: 2, .truncated), .history(sequence: 3), .logTable])

        var empty = try log()
        empty.rows = []
        #expect(empty.report().findings.listed == [.beginning, .logTable])
    }

    @Test("ATTACK: what was written is what the entry commits to")
    func rows() throws {
        var other = try log()
        other.rows[4].rows[5] ^= 1
        #expect(other.report().findings.listed == [.rowsDigest(sequence: 4)])

        var gone = try log()
        gone.rows[4].rows = []
        #expect(gone.report().findings.listed == [.rowsDigest(sequence: 4)])

        var more = try log()
        more.rows[2].rows = more.rows[4].rows
        #expect(more.report().findings.listed == [.rowsDigest(sequence: 2)])

        // Signed by a slot, but not in the encoding.
        var strange = try log()
        strange.rows[5].rows = [0xA0]
        try strange.rewrite(5, by: .manager) {
            $0.rowsDigest = LogHash(Digest(hashing: [0xA0]))
        }
        #expect(
            strange.report().findings.listed == [.rows(sequence: 5, .notCanonical), .logTable])
    }

    @Test("ATTACK 37: only slots of the header sign, and retired ones only what came before")
    func actors() throws {
        var column = try log()
        column.rows[1].actor = column.manager.slot.bytes
        column.rows[3].actor = []
        column.rows[5].actor = nil
        #expect(
            column.report().findings.listed
                == [1, 3, 5].map { .actorColumn(sequence: $0) })

        var retired = try log()
        try retired.append(.gone)
        try retired.append(.owner)
        try retired.append(.gone)
        #expect(retired.report().findings.listed.isEmpty)
        retired.retiredAt = 8
        #expect(
            retired.report().findings.listed
                == [.retiredSlot(sequence: 8, retired.gone.slot, until: 8)])
        retired.retiredAt = 9
        #expect(retired.report().findings.listed.isEmpty)

        var stranger = try log()
        let slot = SlotID(words: .zero)
        try stranger.rewrite(5, by: .manager) { $0.actor = slot }
        stranger.rows[5].actor = slot.bytes
        #expect(
            stranger.report().findings.listed == [.unknownSlot(sequence: 5, slot), .logTable])
    }

    @Test("ATTACK 39: an entry without a signature commits to nothing but copies")
    func unsigned() throws {
        var log = try log()
        var rows = EntryRows()
        rows.header = .destroyed
        var leaf = try EntryLeaf(log.rows[5].leaf)
        leaf.actor = nil
        leaf.signature = []
        leaf.rowsDigest = LogHash(Digest(hashing: rows.encoded))
        log.rows[5] = .init(sequence: 5, actor: nil, leaf: leaf.encoded, rows: rows.encoded)
        #expect(log.report().findings.listed == [.unsigned(sequence: 5), .logTable])
    }

    @Test(
        "ATTACK 41: a forged signature is found where it is a slot's newest, or anywhere in every one"
    )
    func signatures() throws {
        var newest = try log()
        try newest.rewrite(5, by: .nobody)
        #expect(
            newest.report().findings.listed
                == [.logTable, .signature(sequence: 5, newest.manager.slot)].reversed())

        var older = try log()
        let edge = older.edge.encoded
        try older.rewrite(2, by: .nobody)
        var jobs: [SignatureJob] = []
        #expect(older.report(.every { jobs += $0 }).findings.listed.contains(.history(sequence: 3)))
        #expect(
            jobs.compactMap(\.finding) == [.signature(sequence: 2, older.manager.slot)])
        #expect(edge == older.edge.encoded)

        // A public key that is no point of the curve verifies nothing.
        let log = try log()
        let authority = LogAuthority(
            vault: log.vault, keys: [],
            slots: [
                .init(id: log.owner.slot, public: [UInt8](repeating: 0, count: 32)),
                .init(id: log.manager.slot, public: log.manager.key.publicKey),
            ])
        var verifier = LogVerifier(authority: authority, signatures: .newest)
        #expect(
            log.read(into: &verifier).findings.listed == [.signature(sequence: 4, log.owner.slot)])
    }

    @Test("another vault's log is not this one's")
    func vault() throws {
        let log = try log()
        let authority = LogAuthority(
            vault: VaultID(words: .zero), keys: [], slots: Array(log.authority.slots.values))
        var verifier = LogVerifier(authority: authority, signatures: .newest)
        #expect(
            log.read(into: &verifier).findings.listed == [
                .signature(sequence: 4, log.owner.slot),
                .signature(sequence: 5, log.manager.slot),
            ])
    }

    @Test("ATTACK 45: a clock that goes back is told and is no fault; a revision that does is one")
    func clock() throws {
        var log = try log()
        try log.append(.owner, time: 7)
        try log.append(.owner, time: 8, revision: 3)
        let report = log.report()
        #expect(
            report.clockJumps.listed.map { [Int64($0.sequence), $0.from, $0.to] } == [[6, 1005, 7]])
        #expect(report.findings.listed == [.revision(sequence: 7)])
    }

    @Test("the first entry commits to header and keyring")
    func beginning() throws {
        var log = try log()
        var rows = EntryRows()
        rows.header = .destroyed
        log.rows = [log.rows[0]]
        log.rows[0].rows = rows.encoded
        try log.rewrite(0, by: .owner) {
            $0.rowsDigest = LogHash(Digest(hashing: rows.encoded))
        }
        #expect(log.report().findings.listed == [.beginning, .logTable])
    }

    @Test("signatures are handed over in portions, bounded in number and in bytes")
    func portions() throws {
        var log = try SampleLog()
        let row = log.rows[0]
        for sequence in 1..<1100 {
            log.rows.append(row)
            log.rows[sequence].sequence = Int64(sequence)
        }
        var counts: [Int] = []
        _ = log.report(.every { counts.append($0.count) })
        #expect(counts == [1024, 76])

        log.rows = [row]
        let remark = String(repeating: "x", count: 3 << 20)
        for _ in 0..<4 { try log.append(.owner, EntryContent(.viewed, remark: remark)) }
        counts = []
        _ = log.report(.every { counts.append($0.count) })
        #expect(counts == [4, 1])
    }
}
