import VaultCrypto
import VaultFormat

/// Verifies the whole log without a key: its tree, who wrote each entry, and what the entries say
/// the tables hold. Spec 07 §2 to §4.
///
/// Entries are fed in order, then `finish`; then `replay` is compared with the tables.
package struct LogVerifier: ~Copyable {
    package enum Signatures {
        /// The newest of each slot: being signed, the root in it vouches for all before. Spec 07 §3.
        case newest
        /// Every one. They are handed over in portions, to be verified on several threads; what they
        /// find is not in the report.
        case every(handOver: ([SignatureJob]) -> Void)
    }

    package static let portionCount = 1024
    /// A portion is handed over as soon as it holds so much, in bytes.
    package static let portionByteCount = 8 << 20

    private let authority: LogAuthority
    private let signatures: Signatures
    private let sizes: Set<UInt64>

    private var edge = MerkleEdge()
    private var report = LogReport()
    private var last: EntryLeaf?
    private var isUnbroken = true
    private var newest: [SlotID: EntryLeaf] = [:]
    private var portion: [SignatureJob] = []
    private var portionByteCount = 0
    /// What the entries wrote.
    package var replay = RowReplay()

    /// - Parameter sizes: of which the report is to give the root, for checkpoints and memories.
    package init(
        authority: LogAuthority, signatures: Signatures, rootsOf sizes: Set<UInt64> = []
    ) {
        self.authority = authority
        self.signatures = signatures
        self.sizes = sizes
    }

    /// Takes the next entry, as its row in the table is.
    package mutating func entry(
        sequence row: Int64, actor: UnsafeRawBufferPointer?, leaf bytes: UnsafeRawBufferPointer,
        rows: UnsafeRawBufferPointer
    ) {
        defer { report.entryCount += 1 }
        guard let sequence = UInt64(exactly: row), sequence >= report.nextSequence else {
            report.findings.add(.misplaced(row: row))
            return
        }
        if sequence > report.nextSequence {
            report.findings.add(.missing(report.nextSequence..<sequence))
        }
        report.nextSequence = sequence + 1
        let before = edge.root()
        if sizes.contains(edge.size) { report.roots[edge.size] = before }
        edge.append(leaf: bytes)
        do throws(FormatError) {
            let leaf = try EntryLeaf(parsing: bytes)
            check(leaf, sequence: sequence, before: before)
            checkActor(leaf, sequence: sequence, column: actor)
            checkRows(leaf, sequence: sequence, rows)
            last = leaf
        } catch {
            report.findings.add(.leaf(sequence: sequence, error))
        }
    }

    /// Ends the reading of entries. `log` is what that table says.
    package mutating func finish(logSize: UInt64, logEdge: [UInt8]) -> LogReport {
        switch signatures {
        case .newest:
            for leaf in newest.values.sorted(by: { $0.sequence < $1.sequence }) {
                if let finding = job(leaf).finding { report.findings.add(finding) }
            }
        case .every(let handOver):
            if !portion.isEmpty { handOver(portion) }
        }
        newest = [:]
        portion = []
        if report.entryCount == 0 { report.findings.add(.beginning) }
        if logSize != edge.size || logEdge != edge.encoded { report.findings.add(.logTable) }
        report.size = edge.size
        report.root = edge.root()
        if sizes.contains(edge.size) { report.roots[edge.size] = report.root }
        return report
    }

    private mutating func check(_ leaf: EntryLeaf, sequence: UInt64, before: Digest) {
        if leaf.sequence != sequence {
            report.findings.add(.misnumbered(sequence: sequence, says: leaf.sequence))
        }
        if isUnbroken, leaf.before != LogHash(before) {
            report.findings.add(.history(sequence: sequence))
            isUnbroken = false
        }
        guard let last else { return }
        if leaf.revision < last.revision { report.findings.add(.revision(sequence: sequence)) }
        if leaf.time < last.time {
            report.clockJumps.add(
                ClockJump(sequence: sequence, from: last.time, to: leaf.time))
        }
    }

    private mutating func checkActor(
        _ leaf: EntryLeaf, sequence: UInt64, column: UnsafeRawBufferPointer?
    ) {
        if column.map({ [UInt8]($0) }) != leaf.actor?.bytes {
            report.findings.add(.actorColumn(sequence: sequence))
        }
        guard let actor = leaf.actor else { return }
        guard let slot = authority.slots[actor] else {
            report.findings.add(.unknownSlot(sequence: sequence, actor))
            return
        }
        if let until = slot.until, sequence >= until {
            report.findings.add(.retiredSlot(sequence: sequence, actor, until: until))
            return
        }
        switch signatures {
        case .newest: newest[actor] = leaf
        case .every(let handOver):
            portion.append(job(leaf))
            portionByteCount += leaf.content.count
            if portion.count == Self.portionCount || portionByteCount >= Self.portionByteCount {
                handOver(portion)
                portion.removeAll(keepingCapacity: true)
                portionByteCount = 0
            }
        }
    }

    private mutating func checkRows(
        _ leaf: EntryLeaf, sequence: UInt64, _ bytes: UnsafeRawBufferPointer
    ) {
        guard leaf.rowsDigest == (bytes.isEmpty ? nil : LogHash(Digest(hashing: bytes))) else {
            report.findings.add(.rowsDigest(sequence: sequence))
            return
        }
        do throws(FormatError) {
            let rows = try EntryRowsReader(parsing: bytes)
            if leaf.actor == nil, rows.changesVault {
                report.findings.add(.unsigned(sequence: sequence))
            }
            if sequence == 0, rows.header == nil || rows.keyring == nil {
                report.findings.add(.beginning)
            }
            replay.apply(rows)
        } catch {
            report.findings.add(.rows(sequence: sequence, error))
        }
    }

    private func job(_ leaf: EntryLeaf) -> SignatureJob {
        guard let slot = leaf.actor.flatMap({ authority.slots[$0] }) else {
            preconditionFailure("only entries of known slots have their signature verified")
        }
        return SignatureJob(
            sequence: leaf.sequence, slot: slot.id, key: slot.key, signature: leaf.signature,
            message: leaf.signedBytes(vault: authority.vault))
    }
}
