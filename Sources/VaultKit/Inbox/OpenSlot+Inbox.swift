package import VaultFormat
import VaultFiles

// What an owner or a manager does with deposits that wait. Spec 08 §7.
extension OpenSlot {
    /// Everything that waits, with what it says of itself, ascending by ID. In the log before it is shown.
    ///
    /// - Throws: `notPermitted` for a role that does not hold the deposit key.
    package func deposits() throws(VaultError) -> InboxListing {
        _ = try depositKeys()
        guard let inbox = try Inbox.open(locked.place) else { return InboxListing() }
        let reader = try InboxReader(self, inbox)
        let names = try inbox.names()
        var listing = InboxListing(strangers: names.strangers, hasMore: names.hasMore)
        for id in names.deposits {
            do throws(DepositRefusal) {
                let waiting = try reader.look(at: id)
                listing.deposits.append(
                    Deposit(id: id, head: waiting.head, signer: waiting.signer, reason: nil))
            } catch {
                listing.deposits.append(
                    Deposit(id: id, head: nil, signer: .nobody, reason: error.reason))
            }
        }
        let opened = listing.deposits.count { $0.head != nil }
        if opened > 0 { try tell(Telling(.listed, count: opened, remark: "inbox")) }
        return listing
    }

    /// Takes deposits in, as an import does; each file goes once its picture is durable and was read back.
    ///
    /// A deposit that cannot be taken stays, and is told.
    /// - Parameters:
    ///   - signedOnly: leaves those that no depositor's slot signed.
    ///   - again: takes in what was purged before.
    package func acceptDeposits(
        _ choice: DepositChoice, signedOnly: Bool, again: Bool, stop: @escaping StopSign,
        progress: @escaping @Sendable (Progress) -> Void,
        outcome: @escaping @Sendable (DepositOutcome) -> Void
    ) throws(VaultError) -> ImportReport {
        let vault = try pictures()
        guard let inbox = try inbox(choice) else { return ImportReport() }
        let reader = try InboxReader(self, inbox)
        var report = ImportReport()
        var waiting: [DepositSigner: [WaitingDeposit]] = [:]
        for id in try choose(choice, in: inbox) {
            do throws(DepositRefusal) {
                let deposit = try reader.look(at: id)
                waiting[deposit.signer, default: []].append(deposit)
            } catch {
                report.failed += 1
                outcome(DepositOutcome(id, .failed, error.reason))
            }
        }
        // One depositor after the other, so that each entry names whose deposits it is about.
        for (signer, deposits) in waiting.sorted(by: { $0.key.order < $1.key.order }) {
            if signedOnly, !signer.counts {
                report.skipped += deposits.count
                for deposit in deposits {
                    outcome(DepositOutcome(deposit.id, .skipped, "is unsigned"))
                }
                continue
            }
            var request = ImportRequest()
            request.move = true
            request.again = again
            report.add(
                try vault.run(
                    ImportJob(
                        vault, request, intake: DepositIntake(reader, deposits, by: signer),
                        stop: stop, progress: progress, outcome: { outcome(DepositOutcome($0)) })))
        }
        return report
    }

    /// Removes deposits without taking them in: the entry first, then the files. Also those that do not open.
    ///
    /// - Throws: `notPermitted` for a role that does not hold the deposit key.
    package func rejectDeposits(_ choice: DepositChoice) throws(VaultError) -> [DepositID] {
        _ = try depositKeys()
        guard let inbox = try inbox(choice) else { return [] }
        let chosen = try choose(choice, in: inbox)
        guard !chosen.isEmpty else { return [] }
        try locked.transact(
            by: keys, reading: true, locked.draft(),
            telling: { _ in Telling(.deposited, count: chosen.count, remark: "rejected") },
            { _ in })
        try locked.settle()
        for id in chosen {
            do throws(FileError) {
                try inbox.remove(id, seenAs: nil)
            } catch .notFound {
                // Somebody else accepted or rejected it meanwhile.
            } catch {
                throw VaultError(error, "deposit \(id.hex.prefix(8))")
            }
        }
        return chosen
    }

    /// `nil` when nothing was ever deposited and nothing is named.
    private func inbox(_ choice: DepositChoice) throws(VaultError) -> Inbox? {
        if let inbox = try Inbox.open(locked.place) { return inbox }
        if case .beginning(let prefixes) = choice, let first = prefixes.first {
            throw Self.noSuchDeposit(first)
        }
        return nil
    }

    private func choose(
        _ choice: DepositChoice, in inbox: Inbox
    ) throws(VaultError) -> [DepositID] {
        let all = try inbox.names().deposits
        guard case .beginning(let prefixes) = choice else { return all }
        var chosen: Set<DepositID> = []
        for prefix in prefixes {
            let found = all.filter { $0.hex.hasPrefix(prefix.lowercased()) }
            guard let first = found.first else { throw Self.noSuchDeposit(prefix) }
            guard found.count == 1 else {
                throw VaultError(
                    .noSuchPicture,
                    "\(found.count) deposits begin with \"\(prefix)\"",
                    hint: "give more characters of the ID")
            }
            chosen.insert(first)
        }
        return chosen.sorted()
    }

    private static func noSuchDeposit(_ prefix: String) -> VaultError {
        VaultError(
            .noSuchPicture, "no deposit begins with \"\(Printable.text(Array(prefix.utf8)))\"",
            hint: "lighttight inbox list shows what waits")
    }
}

extension DepositSigner {
    fileprivate var counts: Bool {
        if case .slot = self { true } else { false }
    }

    /// The signed first.
    fileprivate var order: String {
        switch self {
        case .slot(let slot): "0" + slot.hex
        case .former(let slot): "1" + slot.hex
        case .nobody: "2"
        }
    }
}

extension ImportReport {
    fileprivate mutating func add(_ other: ImportReport) {
        imported += other.imported
        duplicates += other.duplicates
        unchanged += other.unchanged
        skipped += other.skipped
        failed += other.failed
        moved += other.moved
        importedBytes += other.importedBytes
    }
}
