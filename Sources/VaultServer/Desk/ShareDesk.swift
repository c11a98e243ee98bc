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

    let folder: ServedFolder
    let clock: ServerClock
    let events: EventBook
    let shares = Mutex<[ShareName: DeskShare]>([:])

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
                password: offer.password, size: offer.objects.reduce(0, +), views: offer.views)
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
            if beyond > 0 {
                state.retry = now + min(Self.longestDelay, 1 << Int64(min(beyond, 20)))
            }
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
}

extension ShareOffer {
    // The digests are compared, not the secrets: how long that takes tells nothing of these.
    fileprivate func proves(_ bytes: [UInt8]) -> Bool {
        Digest(hashing: bytes).bytes == proof.bytes
    }

    fileprivate func provesView(_ bytes: [UInt8]) -> Bool {
        Digest(hashing: bytes).bytes == view.bytes
    }
}
