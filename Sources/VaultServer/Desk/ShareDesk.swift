internal import Synchronization
internal import VaultCrypto
internal import VaultFiles
internal import VaultFormat
internal import VaultSharing

/// Decides who gets what of the shares in a folder. Spec 11 §7. Blocks while it reads and writes files.
final class ShareDesk: Sendable {
    /// How long a view lasts at most, in seconds.
    static let viewSeconds: Int64 = 900
    /// So many wrong view proofs in a row cost no time.
    static let freeTries = 5
    static let longestDelay: Int64 = 900

    private let folder: ServedFolder
    let clock: ServerClock
    private let events: EventBook
    private let shares = Mutex<[ShareName: DeskShare]>([:])

    init(_ folder: ServedFolder, clock: ServerClock) throws(ServerError) {
        self.folder = folder
        self.clock = clock
        events = try EventBook(folder, clock: clock)
    }

    // MARK: - Requests

    func look(_ share: ShareName, proof: [UInt8]) throws(DeskRefusal) -> LookAnswer {
        try withShare(share) { (held) throws(DeskRefusal) in
            guard held.offer.proves(proof), held.left != 0 else { throw .gone }
            let offer = held.offer
            return LookAnswer(
                expires: offer.expires, items: offer.objects.count - 1, left: held.left,
                password: offer.password, size: offer.objects.reduce(0, +))
        }
    }

    func view(
        _ share: ShareName, proof: [UInt8], view: [UInt8], ticket: [UInt8], by client: Client
    ) throws(DeskRefusal) -> ViewAnswer {
        let ticket = Digest(hashing: ticket).bytes
        return try withShare(share) { (held) throws(DeskRefusal) in
            guard held.offer.proves(proof) else { throw .gone }
            if held.grants[ticket] == nil {
                try self.takeView(share, &held, view: view, ticket: ticket, client)
            }
            guard let grant = held.grants[ticket] else { throw .gone }
            let half: [UInt8]
            do throws(ServedError) {
                half = try self.folder.half(share)
            } catch {
                throw .gone
            }
            return ViewAnswer(
                half: JSONBytes(half), left: held.left, objects: held.offer.objects,
                until: grant.until)
        }
    }

    private func takeView(
        _ share: ShareName, _ held: inout DeskShare.Held, view: [UInt8], ticket: [UInt8],
        _ client: Client
    ) throws(DeskRefusal) {
        guard held.left != 0 else { throw .gone }
        let now = clock.now
        guard held.state.retry <= now else { throw .later(held.state.retry - now) }
        var state = held.state
        guard held.offer.provesView(view) else {
            state.refused = min(state.refused + 1, 1 << 30)
            let beyond = state.refused - Self.freeTries
            if beyond > 0 { state.retry = now + min(Self.longestDelay, 1 << Int64(min(beyond, 20))) }
            try tell(.refused, share, client)
            try keep(state, of: share)
            held.state = state
            throw .password
        }
        guard state.grants.count < ShareState.maximumGrantCount else {
            throw .later(max(1, state.grants[0].until - now))
        }
        let until = min(now + Self.viewSeconds, held.offer.expires)
        state.taken = min(state.taken + 1, ShareOffer.views.upperBound)
        state.grants.append(ShareState.Grant(ticket: ticket, until: until))
        state.first = state.first ?? now
        state.last = now
        (state.refused, state.retry) = (0, 0)
        // The event first: a stop in between tells of a view that nobody had.
        try tell(.opened, share, client)
        try keep(state, of: share)
        held.state = state
        held.grants[ticket] = Grant(until: until)
    }

    /// An object, to be sent under the ticket's view.
    func object(
        _ share: ShareName, number: Int, ticket: [UInt8]
    ) throws(DeskRefusal) -> OpenObject {
        let ticket = Digest(hashing: ticket).bytes
        return try withShare(share) { (held) throws(DeskRefusal) in
            guard let grant = held.grants[ticket], held.offer.objects.indices.contains(number)
            else { throw .gone }
            let byteCount = held.offer.objects[number]
            do throws(FileError) {
                let file = try self.folder.package(share).object(number, byteCount: byteCount)
                return OpenObject(file, byteCount: byteCount, under: grant, clock: self.clock)
            } catch {
                throw .failed("object \(number) of share \(share): \(error.describe)")
            }
        }
    }

    /// Ends a view; with the last one the share.
    func done(_ share: ShareName, ticket: [UInt8]) throws(DeskRefusal) {
        let ticket = Digest(hashing: ticket).bytes
        try withShare(share) { (held) throws(DeskRefusal) in
            guard let grant = held.grants[ticket] else { throw .gone }
            var state = held.state
            state.grants.removeAll { $0.ticket.bytes == ticket }
            try self.keep(state, of: share)
            held.state = state
            held.grants[ticket] = nil
            grant.revoke()
        }
        // The share may have ended with it.
        settle(share)
    }

    // MARK: - Endings

    /// Looks through all shares; destroys those that ended, and what is left of others. A half without a
    /// package, older than a day, goes too.
    ///
    /// - Returns: what could not be done, in plain words.
    func sweep() -> [String] {
        let names: Set<ShareName>
        do throws(FileError) {
            names = try folder.names()
        } catch {
            return ["the shares cannot be listed: " + error.describe]
        }
        return names.sorted().compactMap { settle($0) }
    }

    /// Brings one share to where the time is.
    @discardableResult
    private func settle(_ share: ShareName) -> String? {
        do throws(DeskRefusal) {
            try withShare(share) { (_) throws(DeskRefusal) in }
            return nil
        } catch .failed(let why) {
            return why
        } catch {
            return nil
        }
    }

    /// Lends a share that is served now, its ended views dropped.
    ///
    /// - Throws: `.gone` for one that is not, after it was destroyed; `.failed`.
    private func withShare<R: Sendable>(
        _ name: ShareName, _ body: (inout DeskShare.Held) throws(DeskRefusal) -> R
    ) throws(DeskRefusal) -> R {
        try requireHalf(name)
        let share = shares.withLock { shares in
            let share = shares[name] ?? DeskShare(name)
            shares[name] = share
            return share
        }
        let result = share.withHeld { held in
            Result { () throws(DeskRefusal) in
                try self.refresh(name, &held)
                guard held != nil else { throw DeskRefusal.gone }
                return try body(&held!)
            }
        }
        return try result.get()
    }

    /// A share without its half ended: it goes on with that, from wherever it stopped.
    private func requireHalf(_ name: ShareName) throws(DeskRefusal) {
        do throws(FileError) {
            _ = try folder.halfStatus(name)
            return
        } catch .notFound {
            forget(name)
        } catch {
            throw .failed("the half of share \(name): \(error.describe)")
        }
        do throws(FileError) {
            try folder.destroy(name)
        } catch {
            throw .failed("share \(name) is not wholly gone: \(error.describe)")
        }
        throw .gone
    }

    /// Revokes the views of a share that is there no more.
    private func forget(_ name: ShareName) {
        guard let share = shares.withLock({ $0.removeValue(forKey: name) }) else { return }
        share.withHeld { held in
            for grant in held?.grants.values ?? [:].values { grant.revoke() }
            held = nil
        }
    }

    /// Reads what is new, drops views that ended, and destroys the share when it did.
    private func refresh(
        _ name: ShareName, _ held: inout DeskShare.Held?
    ) throws(DeskRefusal) {
        do throws(ServedError) {
            try read(name, &held)
        } catch .file(.notFound) {
            try dropLoneHalf(name)
            throw .gone
        } catch {
            // Fails closed: what cannot be read is not served, and nothing of it is destroyed.
            throw .failed("share \(name): its offer or state \(error.describe)")
        }
        let now = clock.now
        let isChanged = held!.dropEnded(at: now)
        if let ending = held!.ending(at: now) {
            for grant in held!.grants.values { grant.revoke() }
            try end(name, ending)
            held = nil
            throw .gone
        }
        // So that no later start of the server, with its clock set back, brings a view back.
        if isChanged { try keep(held!.state, of: name) }
    }

    private func read(_ name: ShareName, _ held: inout DeskShare.Held?) throws(ServedError) {
        let package = try opened(name)
        let seen: FileStatus
        do throws(FileError) { seen = try package.offerStatus() } catch { throw .file(error) }
        guard held == nil || held?.seen != seen else { return }
        let offer = try package.offer()
        if held != nil {
            held!.offer = offer
            held!.seen = seen
            return
        }
        let state = try package.state()
        let grants = state.grants.map { ($0.ticket.bytes, Grant(until: $0.until)) }
        held = DeskShare.Held(
            offer: offer, seen: seen, state: state,
            grants: Dictionary(grants) { first, _ in first })
    }

    private func opened(_ name: ShareName) throws(ServedError) -> ServedPackage {
        do throws(FileError) { return try folder.package(name) } catch { throw .file(error) }
    }

    private func end(_ name: ShareName, _ reason: String) throws(DeskRefusal) {
        // Told first, as all else; but what cannot be told ends all the same.
        let untold: DeskRefusal?
        do throws(DeskRefusal) {
            try events.tell(ServerEventContent(.ended, share: name, reason: reason))
            untold = nil
        } catch {
            untold = error
        }
        do throws(FileError) {
            try folder.destroy(name)
        } catch {
            throw .failed("share \(name) ended and is not wholly gone: \(error.describe)")
        }
        shares.withLock { $0[name] = nil }
        if let untold { throw untold }
    }

    /// A half is written before its package has its name; one whose package never came is dropped.
    private func dropLoneHalf(_ name: ShareName) throws(DeskRefusal) {
        do throws(FileError) {
            let age = clock.now - (try folder.halfStatus(name).modified.seconds)
            if age > 86_400 { try folder.destroy(name) }
        } catch .notFound {
        } catch {
            throw .failed("the half of share \(name): \(error.describe)")
        }
    }

    // MARK: - What is written

    private func keep(_ state: ShareState, of name: ShareName) throws(DeskRefusal) {
        do throws(FileError) {
            try folder.package(name).keep(state)
        } catch .notFound {
            throw .gone
        } catch {
            throw .failed("the state of share \(name): \(error.describe)")
        }
    }

    private func tell(
        _ kind: ServerEventContent.Kind, _ share: ShareName, _ client: Client
    ) throws(DeskRefusal) {
        try events.tell(
            ServerEventContent(
                kind, share: share, browser: client.browser, network: client.network))
    }
}

extension ShareOffer {
    // The digests are compared, not the secrets: how long that takes tells nothing of these.
    fileprivate func proves(_ bytes: [UInt8]) -> Bool { Digest(hashing: bytes).bytes == proof.bytes }

    fileprivate func provesView(_ bytes: [UInt8]) -> Bool {
        Digest(hashing: bytes).bytes == view.bytes
    }
}
