internal import Synchronization
internal import VaultCrypto
internal import VaultFiles
internal import VaultFormat
internal import VaultSharing

/// Decides what may come in for the requests of a folder. Spec 13 §6. Blocks while it reads and writes files.
final class RequestDesk: Sendable {
    private let folder: ServedFolder
    private let clock: ServerClock
    private let events: EventBook
    private let requests = Mutex<[RequestName: DeskRequest]>([:])
    private let numbers = Mutex<UInt64>(0)

    init(_ folder: ServedFolder, clock: ServerClock, events: EventBook) {
        self.folder = folder
        self.clock = clock
        self.events = events
    }

    func look(_ request: RequestName, proof: [UInt8]) throws(DeskRefusal) -> RequestLookAnswer {
        try withRequest(request) { (held) throws(DeskRefusal) in
            guard held.offer.proves(proof) else { throw .gone }
            return RequestLookAnswer(
                bytes: held.bytesLeft, expires: held.offer.expires, files: held.filesLeft,
                largest: held.offer.largest, slip: JSONBytes(held.slipBytes))
        }
    }

    /// Judges a file by all that is known before it comes, and keeps room for it.
    func begin(
        _ request: RequestName, _ deposit: DepositID, proof: [UInt8], byteCount: Int64
    ) throws(DeskRefusal) -> Receiving {
        let number = numbers.withLock { number in
            number += 1
            return number
        }
        let start = try withRequest(request) { (held) throws(DeskRefusal) in
            guard held.offer.proves(proof) else { throw .gone }
            guard byteCount <= held.offer.largest else { throw .large }
            guard RequestOffer.isFileSize(byteCount) else { throw .deposit }
            if let before = held.state.file(deposit) {
                // The same again costs nothing, and is compared when it is there.
                guard before.bytes == byteCount else { throw .other }
            } else {
                guard held.hasRoom(for: deposit, byteCount) else { throw .full }
            }
            held.coming[deposit] = DeskRequest.Coming(number: number, byteCount: byteCount)
            return DepositFront.start(
                vault: held.slip.vault, deposit: deposit, epoch: held.slip.epoch)
        }
        do throws(FileError) {
            return Receiving(
                self, request, deposit, number: number, byteCount: byteCount, start: start,
                into: try folder.collecting(request).begin())
        } catch {
            release(request, deposit, number)
            throw .failed("a file for request \(request): \(error.describe)")
        }
    }

    /// Requires that what is coming still is the one of its deposit.
    ///
    /// - Throws: `.gone` when the request is, `.other` when the deposit comes anew by another connection.
    func check(
        _ request: RequestName, _ deposit: DepositID, _ number: UInt64
    ) throws(DeskRefusal) {
        guard let request = requests.withLock({ $0[request] }) else { throw .gone }
        let now = request.withHeld { held in held.map { $0.coming[deposit]?.number } }
        guard let now else { throw .gone }
        guard now == number else { throw .other }
    }

    /// Gives back the room that was kept.
    func release(_ request: RequestName, _ deposit: DepositID, _ number: UInt64) {
        guard let request = requests.withLock({ $0[request] }) else { return }
        request.withHeld { held in
            if held?.coming[deposit]?.number == number { held?.coming[deposit] = nil }
        }
    }

    /// Puts a file that is there as a whole, and synced, in its place.
    ///
    /// - Returns: whether it is new, and what its sender is told.
    func put(
        _ file: inout UnnamedFile, _ request: RequestName, _ came: RequestState.Received,
        number: UInt64, by client: Client
    ) throws(DeskRefusal) -> (isNew: Bool, answer: ReceiptAnswer) {
        try withRequest(request) { (held) throws(DeskRefusal) in
            guard held.coming[came.deposit]?.number == number else { throw .other }
            held.coming[came.deposit] = nil
            let before = held.state.file(came.deposit)
            if let before {
                guard before == came else { throw .other }
            } else {
                guard held.hasRoom(for: came.deposit, came.bytes) else { throw .full }
                try self.place(&file, request, came, client, &held)
            }
            return (
                before == nil,
                ReceiptAnswer(bytes: held.bytesLeft, files: held.filesLeft, receipt: came.receipt)
            )
        }
    }

    private func place(
        _ file: inout UnnamedFile, _ request: RequestName, _ came: RequestState.Received,
        _ client: Client, _ held: inout DeskRequest.Held
    ) throws(DeskRefusal) {
        let failed = { (error: FileError) in
            DeskRefusal.failed("a file for request \(request): \(error.describe)")
        }
        let folder: CollectingFolder
        do throws(FileError) { folder = try self.folder.collecting(request) } catch {
            throw failed(error)
        }
        do throws(FileError) {
            try folder.put(&file, as: came.deposit)
        } catch .exists {
            // A stop came between the file and the state.
            let there: RequestState.Received
            do throws(FileError) { there = try folder.receipt(of: came.deposit) } catch {
                throw failed(error)
            }
            guard there == came else { throw .other }
        } catch {
            throw failed(error)
        }
        var state = held.state
        state.received.append(came)
        do throws(DeskRefusal) {
            // The event first: a stop in between tells of a file whose sender has no receipt.
            try events.tell(
                ServerEventContent(
                    .received, request: request, browser: client.browser,
                    network: client.network))
            do throws(FileError) { try folder.keep(state) } catch { throw failed(error) }
        } catch {
            folder.remove(came.deposit)
            throw error
        }
        held.state = state
    }

    // MARK: - What every request begins with

    /// Ends what time has ended. Returns what could not be done, in plain words.
    func sweep() -> [String] {
        let names: [RequestName]
        do throws(FileError) { names = try folder.requestNames() } catch {
            return ["the requests cannot be listed: " + error.describe]
        }
        return names.compactMap { name in
            do throws(DeskRefusal) {
                try withRequest(name) { (_) throws(DeskRefusal) in }
                return nil
            } catch .failed(let why) {
                return why
            } catch {
                return nil
            }
        }
    }

    /// Lends a request that is served now.
    ///
    /// - Throws: `.gone` for one that is not, `.failed`.
    private func withRequest<R: Sendable>(
        _ name: RequestName, _ body: (inout DeskRequest.Held) throws(DeskRefusal) -> R
    ) throws(DeskRefusal) -> R {
        let isThere: Bool
        do throws(FileError) {
            let folder = try folder.collecting(name)
            _ = try folder.offerStatus()
            isThere = true
        } catch .notFound {
            isThere = false
        } catch {
            throw .failed("request \(name): \(error.describe)")
        }
        guard isThere else {
            // Its folder may go; what is coming for it finds no place.
            requests.withLock { $0[name] = nil }
            throw .gone
        }
        let request = requests.withLock { requests in
            let request = requests[name] ?? DeskRequest(name)
            requests[name] = request
            return request
        }
        return try request.withHeld { held in
            Result { () throws(DeskRefusal) in
                try self.refresh(name, &held)
                guard held != nil else { throw DeskRefusal.gone }
                return try body(&held!)
            }
        }.get()
    }

    private func refresh(
        _ name: RequestName, _ held: inout DeskRequest.Held?
    ) throws(DeskRefusal) {
        do throws(ServedError) {
            try read(name, &held)
        } catch .file(.notFound) {
            throw .gone
        } catch {
            // Fails closed: for what cannot be read nothing is taken.
            throw .failed("request \(name): its slip, offer or state \(error.describe)")
        }
        guard clock.now >= held!.offer.expires else { return }
        held = nil
        // So that it stays past, whatever the clock says later.
        do throws(FileError) { try folder.collecting(name).end() } catch .notFound {
        } catch {
            throw .failed("request \(name) is over and still has its offer: \(error.describe)")
        }
        throw .gone
    }

    private func opened(_ name: RequestName) throws(ServedError) -> CollectingFolder {
        do throws(FileError) { return try folder.collecting(name) } catch { throw .file(error) }
    }

    private func read(
        _ name: RequestName, _ held: inout DeskRequest.Held?
    ) throws(ServedError) {
        let folder = try opened(name)
        let seen: FileStatus
        do throws(FileError) { seen = try folder.offerStatus() } catch { throw .file(error) }
        guard held == nil || held?.seen != seen else { return }
        let offer = try folder.offer()
        if held != nil {
            held!.offer = offer
            held!.seen = seen
            return
        }
        let (slip, bytes) = try folder.slip()
        held = DeskRequest.Held(
            offer: offer, seen: seen, state: try folder.state(), slip: slip, slipBytes: bytes)
    }
}

extension RequestOffer {
    // The digests are compared, not the secrets: how long that takes tells nothing of these.
    fileprivate func proves(_ bytes: [UInt8]) -> Bool {
        Digest(hashing: bytes).bytes == proof.bytes
    }
}
