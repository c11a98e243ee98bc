import VaultAudit
import VaultCrypto
import VaultFiles
import VaultFormat
import VaultKeys
import VaultRecords

extension UnlockedVault {
    /// What an erasure would do now. Counts are no reading: nothing is shown of any picture.
    package func plan(_ request: ErasureRequest) throws(VaultError) -> ErasurePlan {
        var plan = ErasurePlan()
        let (judge, rules) = (try judge(request.filter), try retentionRules())
        let now = Wall.seconds
        var everything = PictureFilter()
        everything.bin = .both
        everything.prefixes = request.filter.prefixes
        try scan(everything) { (sealed) throws(VaultError) in
            let picture = sealed.picture
            let goes = judge.meant(picture.value, picture.occurrences)
            guard !goes.isEmpty else { return }
            if goes.count < picture.occurrences.count {
                plan.shared.append(picture.id)
            } else {
                plan.destroyed.append(picture.id)
            }
            let until =
                goes.compactMap { rules.until(picture.occurrences[$0], of: picture.value) }.max()
                ?? now
            if until > now {
                plan.retained = (plan.retained.count + 1, max(plan.retained.until, until))
            }
        }
        return plan
    }

    /// Destroys at once, also what was never in the bin, and signs a receipt. Spec 12.
    ///
    /// Returns `nil` when there is nothing to destroy.
    /// - Throws: `usage`, with nothing destroyed, when something is to be kept for longer and nobody said that
    ///   it goes all the same. What is thrown after the destruction says so.
    package func erase(_ request: ErasureRequest) throws(VaultError) -> ErasureReport? {
        let lock = try maintenance()
        if !request.despiteRetention {
            let retained = try plan(request).retained
            guard retained.count == 0 else { throw Self.retained(retained.count) }
        }
        let destruction = try destroy(
            request.filter, forget: request.forget, remark: request.reason.rawValue)
        guard !destruction.pictures.isEmpty else { return nil }
        do throws(VaultError) {
            let report = try receipt(of: destruction, request)
            _ = consume lock
            return report
        } catch {
            throw VaultError(
                error.code,
                "the pictures are destroyed, but there is no receipt: " + error.message,
                hint: "the log tells of it: lighttight audit export --action purged")
        }
    }

    package static func retained(_ count: Int) -> VaultError {
        VaultError(
            .usage,
            count == 1
                ? "one of these pictures is to be kept for longer"
                : "\(count) of these pictures are to be kept for longer",
            hint: "if they are to go all the same, say --despite-retention")
    }

    private func receipt(
        of destruction: Destruction, _ request: ErasureRequest
    ) throws(VaultError) -> ErasureReport {
        let checkpoint = try slot.newCheckpoint(remark: "receipt").checkpoint
        var entries: [Receipt.Entry] = []
        for sequence in destruction.entries {
            entries.append(
                Receipt.Entry(sequence: UInt64(sequence), leaf: try locked.leafHash(sequence)))
        }
        let copies = try reading { () throws(RecordsError) in try records.copies() }
            .filter { $0.revision < destruction.revision }
        let receipt = Receipt(
            vault: id, slot: slot.id, time: Wall.seconds, reference: request.reference,
            keepsMarks: !request.forget, revision: UInt64(destruction.revision),
            size: checkpoint.size, root: checkpoint.root, entries: entries,
            copies: copies.map {
                Receipt.Copy(id: $0.id, revision: UInt64(max($0.revision, 0)), time: $0.time)
            },
            pictures: destruction.pictures.sorted { $0.row < $1.row })
        return ErasureReport(
            receipt: receipt, note: try signed(receipt), places: copies.map(\.place))
    }

    /// The receipt's file.
    func signed(_ receipt: Receipt) throws(VaultError) -> [UInt8] {
        do {
            let signer = try SlotSigner(slot: slot.id, key: SigningKey(seed: keys.signer.seed()))
            return ReceiptMaker.make(receipt, signer: signer)
        } catch {
            throw VaultError(.failed, "the slot's signing key cannot be used")
        }
    }
}

extension Vault {
    /// The hash of an entry's leaf in the tree. Spec 07 §2.
    func leafHash(_ sequence: Int64) throws(VaultError) -> LogHash {
        let entry = try reading { () throws(RecordsError) in try records.entry(sequence) }
        guard let entry else {
            throw VaultError(.damaged, "entry \(sequence) of the log is missing")
        }
        var hasher = MerkleHasher()
        return LogHash(entry.leaf.withUnsafeBytes { hasher.leaf($0) })
    }
}
