import VaultFiles
package import VaultFormat
import VaultSharing

extension UnlockedVault {
    /// Every share that was given out, the newest first, and what became of it. What ended meanwhile is
    /// destroyed on the way, should no server have done so.
    package func shares() throws(VaultError) -> [ShareStatus] {
        let folder = try sharesFolder()
        // A vault that cannot be written is listed all the same: what ended is told as ended.
        _ = try? folder?.sweep(now: Wall.seconds)
        return try shareCards().map { name, card throws(VaultError) in
            try Self.status(name, card, folder)
        }.sorted { ($1.card.made, $1.name) < ($0.card.made, $0.name) }
    }

    /// The share whose name begins so.
    ///
    /// - Throws: `noSuchShare` when none does, or more than one.
    package func share(named prefix: String) throws(VaultError) -> ShareStatus {
        let found = try shareCards().filter { $0.key.hex.hasPrefix(prefix.lowercased()) }
        guard let (name, card) = found.first else {
            throw VaultError(
                .noSuchShare, "no share begins with \"\(prefix)\"",
                hint: "lighttight share list --all shows them")
        }
        guard found.count == 1 else {
            throw VaultError(
                .noSuchShare, "more than one share begins with \"\(prefix)\"",
                hint: "give more characters of the name")
        }
        return try Self.status(name, card, sharesFolder())
    }

    private func sharesFolder() throws(VaultError) -> SharesFolder? {
        try files("the shares") { () throws(FileError) in
            try SharesFolder.openIfThere(in: place.folder)
        }
    }

    private static func status(
        _ name: ShareName, _ card: ShareCard, _ folder: SharesFolder?
    ) throws(VaultError) -> ShareStatus {
        var status = ShareStatus(name: name, card: card, standing: .open, opened: nil)
        let isThere = try files("the shares") { () throws(FileError) in
            try folder?.hasHalf(name) ?? false
        }
        guard isThere, let folder, card.ended == nil else {
            status.standing = card.ended.map { .ended($0.reason) } ?? status.wayOfEnding
            return status
        }
        do throws(SharingError) {
            let offer = try folder.offer(name)
            let state = try folder.state(name)
            status.opened = ShareStatus.Opened(
                count: state.taken, first: state.first, last: state.last)
            // What the server goes by is what holds.
            status.card.expires = offer.expires
            if offer.expires <= Wall.seconds { status.standing = .expired }
        } catch .file(.notFound) {
            // A half without a package: a stop came before it was served, or while it was ended.
            status.standing = status.wayOfEnding
            status.opened = nil
        } catch {
            status.standing = .damaged
        }
        return status
    }

    // MARK: - Ending

    /// Ends shares: each half is destroyed, then its entry written. Those that ended before are passed over.
    ///
    /// - Returns: those that were ended now.
    /// - Throws: what kept one from ending, after the others.
    package func revoke(_ names: [ShareName]) throws(VaultError) -> [ShareName] {
        let cards = try shareCards()
        var failure: VaultError?
        var ended: [ShareName] = []
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

    /// Ends every share that holds one of these pictures.
    func endShares(of pictures: some Sequence<RecordID>) throws(VaultError) {
        let cards = try shareCards()
        guard !cards.isEmpty else { return }
        let doomed = Set(pictures)
        for (name, card) in cards where card.ended == nil && !doomed.isDisjoint(with: card.pictures)
        {
            _ = try end(name, card, .purged)
        }
    }

    private func end(
        _ name: ShareName, _ card: ShareCard, _ reason: ShareCard.Ending
    ) throws(VaultError) -> Bool {
        let folder = try sharesFolder()
        try files("share \(name.hex.prefix(12))") { () throws(FileError) in
            _ = try folder?.destroy(name)
        }
        return try markEnded(name, card, reason)
    }

    @discardableResult
    func markEnded(
        _ name: ShareName, _ card: ShareCard, _ reason: ShareCard.Ending
    ) throws(VaultError) -> Bool {
        try put(card, name, .shareEnded) { before in
            guard before.ended == nil else { return nil }
            var after = before
            after.ended = ShareCard.Ended(time: Wall.seconds, reason: reason)
            return after
        }
    }

    // MARK: - Extending

    /// Lets a share be opened until another time, later or sooner than before.
    ///
    /// - Parameter expires: in seconds since 1970.
    /// - Throws: `usage` for one that ended, or a time that no share may have.
    package func extend(_ status: ShareStatus, until expires: Int64) throws(VaultError) {
        let left = expires - Wall.seconds
        guard left >= 60, left <= ShareRequest.longest else {
            throw VaultError(
                .usage, "a share lasts from a minute to ten years", hint: "give --expires 7d")
        }
        guard status.standing == .open, let folder = try sharesFolder() else {
            throw VaultError(
                .usage,
                "share \(status.name.hex.prefix(12)) is over, and what it was made of is gone",
                hint: "make a new one with lighttight share create")
        }
        var offer = try sharing { () throws(SharingError) in try folder.offer(status.name) }
        offer.expires = expires
        try put(status.card, status.name, .shareExtended) { before in
            guard before.ended == nil else { return nil }
            var after = before
            after.expires = expires
            return after
        }
        try files("the shares") { () throws(FileError) in
            // Ended meanwhile, there is nothing to extend.
            guard try folder.hasHalf(status.name) else { throw .notFound }
            try folder.replace(offer, of: status.name)
        }
    }
}

extension ShareStatus {
    /// How a share ended whose half is not there any more.
    fileprivate var wayOfEnding: Standing {
        if card.expires <= Wall.seconds { return .expired }
        return card.views == nil ? .gone : .used
    }
}
