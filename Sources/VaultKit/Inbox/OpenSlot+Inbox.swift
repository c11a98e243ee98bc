import VaultFiles
package import VaultFormat

// What an owner or a manager does with deposits that wait. Spec 08 §7.
extension OpenSlot {
    /// Everything that waits, with what it says of itself, ascending by ID. In the log before it is shown.
    ///
    /// - Throws: `notPermitted` for a role that does not hold the deposit key.
    package func deposits() throws(VaultError) -> InboxListing {
        _ = try depositKeys()
        let places = try WaitingPlaces(locked.place)
        let found = try places.find()
        guard !found.spots.isEmpty else {
            return InboxListing(strangers: found.strangers, hasMore: found.hasMore)
        }
        let requests = try pictures().requestCards()
        var listing = InboxListing(strangers: found.strangers, hasMore: found.hasMore)
        for (folder, ids) in found.spots.byFolder {
            guard let inbox = try places.inbox(of: folder) else { continue }
            let reader = try InboxReader(self, inbox, of: folder, requests)
            for id in ids {
                do throws(DepositRefusal) {
                    let waiting = try reader.look(at: id)
                    listing.deposits.append(
                        Deposit(
                            id: id, request: waiting.request, head: waiting.head,
                            signer: waiting.signer, reason: nil))
                } catch {
                    listing.deposits.append(
                        Deposit(id: id, head: nil, signer: .nobody, reason: error.reason))
                }
            }
        }
        listing.deposits.sort { $0.id < $1.id }
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
        let places = try WaitingPlaces(locked.place)
        let requests = try vault.requestCards()
        var report = ImportReport()
        for (folder, ids) in try choose(choice, in: places).byFolder {
            guard let inbox = try places.inbox(of: folder) else { continue }
            let reader = try InboxReader(self, inbox, of: folder, requests)
            var waiting: [Origin: [WaitingDeposit]] = [:]
            for id in ids {
                do throws(DepositRefusal) {
                    let deposit = try reader.look(at: id)
                    let origin = Origin(signer: deposit.signer, request: deposit.request?.name)
                    waiting[origin, default: []].append(deposit)
                } catch {
                    report.failed += 1
                    outcome(DepositOutcome(id, .failed, error.reason))
                }
            }
            // One origin after the other, so that each entry names whose deposits it is about.
            for (origin, deposits) in waiting.sorted(by: { $0.key.order < $1.key.order }) {
                if signedOnly, !origin.signer.counts {
                    report.skipped += deposits.count
                    for deposit in deposits {
                        outcome(DepositOutcome(deposit.id, .skipped, "is unsigned"))
                    }
                    continue
                }
                var request = ImportRequest()
                request.move = true
                request.again = again
                let intake = DepositIntake(
                    reader, deposits, by: origin.signer, answering: origin.request)
                report.add(
                    try vault.run(
                        ImportJob(
                            vault, request, intake: intake, stop: stop, progress: progress,
                            outcome: { outcome(DepositOutcome($0)) })))
            }
        }
        return report
    }

    /// Removes deposits without taking them in: the entry first, then the files. Also those that do not open.
    ///
    /// - Throws: `notPermitted` for a role that does not hold the deposit key.
    package func rejectDeposits(_ choice: DepositChoice) throws(VaultError) -> [DepositID] {
        _ = try depositKeys()
        let places = try WaitingPlaces(locked.place)
        let chosen = try choose(choice, in: places)
        guard !chosen.isEmpty else { return [] }
        try locked.transact(
            by: keys, reading: true, locked.draft(),
            telling: { _ in Telling(.deposited, count: chosen.count, remark: "rejected") },
            { _ in })
        try locked.settle()
        for (folder, ids) in chosen.byFolder {
            guard let inbox = try places.inbox(of: folder) else { continue }
            for id in ids {
                do throws(FileError) {
                    try inbox.remove(id, seenAs: nil)
                } catch .notFound {
                    // Somebody else accepted or rejected it meanwhile.
                } catch {
                    throw VaultError(error, "deposit \(id.hex.prefix(8))")
                }
            }
        }
        return chosen.map(\.id)
    }

    private func choose(
        _ choice: DepositChoice, in places: WaitingPlaces
    ) throws(VaultError) -> [WaitingPlaces.Spot] {
        let all = try places.find().spots
        guard case .beginning(let prefixes) = choice else { return all }
        var chosen: Set<WaitingPlaces.Spot> = []
        for prefix in prefixes {
            let found = all.filter { $0.id.hex.hasPrefix(prefix.lowercased()) }
            let count = Set(found.map(\.id)).count
            guard count > 0 else { throw Self.noSuchDeposit(prefix) }
            guard count == 1 else {
                throw VaultError(
                    .noSuchPicture,
                    "\(count) deposits begin with \"\(prefix)\"",
                    hint: "give more characters of the ID")
            }
            // The same ID may lie in two places, when somebody copied it.
            chosen.formUnion(found)
        }
        return chosen.sorted()
    }

    private static func noSuchDeposit(_ prefix: String) -> VaultError {
        VaultError(
            .noSuchPicture, "no deposit begins with \"\(Printable.text(Array(prefix.utf8)))\"",
            hint: "lighttight inbox list shows what waits")
    }
}

/// Where deposits come from: what one entry is about.
private struct Origin: Hashable {
    var signer: DepositSigner
    var request: RequestName?

    /// The signed first.
    var order: String { signer.order + (request?.hex ?? "") }
}

extension [WaitingPlaces.Spot] {
    /// Folder by folder, the inbox first.
    fileprivate var byFolder: [(RequestName?, [DepositID])] {
        Dictionary(grouping: self, by: \.request)
            .sorted { ($0.key?.hex ?? "") < ($1.key?.hex ?? "") }
            .map { ($0.key, $0.value.map(\.id)) }
    }
}

extension DepositSigner {
    fileprivate var counts: Bool {
        if case .slot = self { true } else { false }
    }

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
