internal import Synchronization
internal import VaultFiles
internal import VaultFormat
internal import VaultSharing

// What every request begins with: the share as it is now, with all that time has ended.
extension ShareDesk {
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
    func settle(_ share: ShareName) -> String? {
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
    func withShare<R: Sendable>(
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

    func keep(_ state: ShareState, of name: ShareName) throws(DeskRefusal) {
        do throws(FileError) {
            try folder.package(name).keep(state)
        } catch .notFound {
            throw .gone
        } catch {
            throw .failed("the state of share \(name): \(error.describe)")
        }
    }

    func tell(
        _ kind: ServerEventContent.Kind, _ share: ShareName, _ client: Client
    ) throws(DeskRefusal) {
        try events.tell(
            ServerEventContent(
                kind, share: share, browser: client.browser, network: client.network))
    }
}
