import VaultFiles
package import VaultFormat
import VaultSharing

extension UnlockedVault {
    /// Every request that was sent, the newest first, and what became of it.
    package func requests() throws(VaultError) -> [RequestStatus] {
        let folder = try requestsFolder()
        // A vault that cannot be written is listed all the same.
        _ = try? folder?.sweep(now: Wall.seconds)
        return try requestCards().map { name, card throws(VaultError) in
            try Self.status(name, card, folder)
        }.sorted { ($1.card.made, $1.name) < ($0.card.made, $0.name) }
    }

    /// The request whose name begins so.
    ///
    /// - Throws: `noSuchShare` when none does, or more than one.
    package func request(named prefix: String) throws(VaultError) -> RequestStatus {
        let found = try requestCards().filter { $0.key.hex.hasPrefix(prefix.lowercased()) }
        guard let (name, card) = found.first else {
            throw VaultError(
                .noSuchShare, "no request begins with \"\(prefix)\"",
                hint: "lighttight request list --all shows them")
        }
        guard found.count == 1 else {
            throw VaultError(
                .noSuchShare, "more than one request begins with \"\(prefix)\"",
                hint: "give more characters of the name")
        }
        return try Self.status(name, card, requestsFolder())
    }

    private func requestsFolder() throws(VaultError) -> RequestsFolder? {
        try files("the requests") { () throws(FileError) in
            try RequestsFolder.openIfThere(in: place.folder)
        }
    }

    private static func status(
        _ name: RequestName, _ card: RequestCard, _ folder: RequestsFolder?
    ) throws(VaultError) -> RequestStatus {
        var status = RequestStatus(name: name, card: card, standing: .open, waiting: 0)
        let isPast = card.expires <= Wall.seconds
        status.standing = card.ended.map { .ended($0.reason) } ?? (isPast ? .expired : .gone)
        guard let folder else { return status }
        do throws(SharingError) {
            let state = try folder.state(name)
            status.came = RequestStatus.Came(files: state.received.count, bytes: state.byteCount)
        } catch .file(.notFound) {
            return status
        } catch {
            if card.ended == nil { status.standing = .damaged }
        }
        status.waiting = try files("the requests") { () throws(FileError) in
            do throws(FileError) {
                return try Inbox(folder.open(name)).names(limit: Inbox.maximumCount).deposits.count
            } catch .notFound {
                return 0
            }
        }
        guard card.ended == nil, status.standing != .damaged else { return status }
        do throws(SharingError) {
            let offer = try folder.offer(name)
            // What the server goes by is what holds.
            (status.card.expires, status.card.files) = (offer.expires, offer.files)
            let came = status.came ?? RequestStatus.Came(files: 0, bytes: 0)
            if offer.expires <= Wall.seconds {
                status.standing = .expired
            } else {
                let isFull =
                    came.files >= offer.files
                    || came.bytes + RequestOffer.fileByteCounts.lowerBound > offer.bytes
                status.standing = isFull ? .full : .open
            }
        } catch .file(.notFound) {
            // Ended by its time, or before it was ever served.
        } catch {
            status.standing = .damaged
        }
        return status
    }

    // MARK: - Ending

    /// Ends requests: nothing more is taken for them, then their entries are written. Those that ended before
    /// are passed over. What came stays.
    ///
    /// - Returns: those that were ended now.
    /// - Throws: what kept one from ending, after the others.
    package func revoke(_ names: [RequestName]) throws(VaultError) -> [RequestName] {
        let cards = try requestCards()
        var failure: VaultError?
        var ended: [RequestName] = []
        for name in names {
            guard let card = cards[name], card.ended == nil else { continue }
            do throws(VaultError) {
                if try end(name, card, .revoked) { ended.append(name) }
            } catch {
                if failure == nil { failure = error }
            }
        }
        if let failure { throw failure }
        return ended
    }

    /// Ends every request for pictures of a person that is erased. Returns how many were open.
    package func endRequests(of subject: String) throws(VaultError) -> Int {
        var count = 0
        for (name, card) in try requestCards() where card.ended == nil && card.subject == subject {
            if try end(name, card, .erased), card.expires > Wall.seconds { count += 1 }
        }
        return count
    }

    private func end(
        _ name: RequestName, _ card: RequestCard, _ reason: RequestCard.Ending
    ) throws(VaultError) -> Bool {
        let folder = try requestsFolder()
        try files("request \(name.hex.prefix(12))") { () throws(FileError) in
            try folder?.end(name)
        }
        return try markEnded(name, card, reason)
    }

    @discardableResult
    func markEnded(
        _ name: RequestName, _ card: RequestCard, _ reason: RequestCard.Ending
    ) throws(VaultError) -> Bool {
        try put(card, name, .requestEnded) { before in
            guard before.ended == nil else { return nil }
            var after = before
            after.ended = RequestCard.Ended(time: Wall.seconds, reason: reason)
            return after
        }
    }

    // MARK: - Extending

    /// Lets a request go on until another time, later or sooner than before, or for another number of files.
    ///
    /// - Parameters:
    ///   - expires: in seconds since 1970; `nil` to leave it.
    ///   - files: of those that came and those to come; `nil` to leave it.
    /// - Throws: `usage` for one that is over, or what no request may have.
    package func extend(
        _ status: RequestStatus, until expires: Int64?, files count: Int?
    ) throws(VaultError) {
        let expires = expires ?? status.card.expires
        let left = expires - Wall.seconds
        guard left >= 60, left <= RequestPlan.longest else {
            throw VaultError(
                .usage, "a request lasts from a minute to ten years", hint: "give --expires 7d")
        }
        guard status.standing == .open || status.standing == .full,
            let folder = try requestsFolder()
        else {
            throw VaultError(
                .usage, "request \(status.name.hex.prefix(12)) is over",
                hint: "make a new one with lighttight request create")
        }
        var offer = try sharing { () throws(SharingError) in try folder.offer(status.name) }
        offer.expires = expires
        if let count {
            guard RequestOffer.fileCounts.contains(count) else {
                throw VaultError(.usage, "for one request 1 to 1,000 files may come")
            }
            let room = offer.bytes.addingReportingOverflow(
                Int64(max(0, count - offer.files)) * offer.largest)
            offer.bytes = min(room.partialValue, max(offer.bytes, RequestPlan.standardTotal))
            offer.files = count
        }
        let changed = offer
        try put(status.card, status.name, .requestExtended) { before in
            guard before.ended == nil else { return nil }
            var after = before
            (after.expires, after.files) = (changed.expires, changed.files)
            return after
        }
        try files("the requests") { () throws(FileError) in
            // Ended meanwhile, there is nothing to extend.
            guard try folder.open(status.name).contains("offer.json") else { throw .notFound }
            try folder.replace(changed, of: status.name)
        }
    }
}
