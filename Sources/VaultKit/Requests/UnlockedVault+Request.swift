import VaultCrypto
import VaultFiles
import VaultFormat
import VaultKeys
import VaultSharing

extension UnlockedVault {
    /// Makes links through which pictures come in, one for each recipient. Spec 13 §3.
    ///
    /// Requests that were made before a later one failed stay, and were handed to `made`.
    ///
    /// - Parameter made: takes each link as soon as it is served; nobody can make it again.
    /// - Throws: `usage` for a plan that makes no sense.
    package func ask(
        _ plan: RequestPlan, made: (NewRequest) -> Void
    ) throws(VaultError) {
        let base = try requestBase(of: plan)
        let offer = try Self.offer(of: plan)
        let target = DepositTarget(keys)
        let slip = RequestSlip(
            vault: target.vault, epoch: target.epoch, public: target.publicKey, from: plan.asker,
            note: plan.note)
        do throws(FormatError) { try slip.check() } catch {
            throw VaultError(
                .usage, "a note has 1 to 2,000 characters, the name of who asks 1 to 100",
                hint: "make --note or --from shorter")
        }
        try locked.tellServer()
        let requests = try files("the requests") { () throws(FileError) in
            let requests = try RequestsFolder.make(in: place.folder)
            try requests.sweep(now: Wall.seconds)
            return requests
        }
        for recipient in plan.recipients {
            let maker = try sharing { () throws(SharingError) in
                try RequestMaker(in: requests, slip, offer)
            }
            let card = RequestCard(
                made: Wall.seconds, slot: keys.slot, id: maker.id, token: maker.token,
                recipient: recipient, subject: plan.subject, album: plan.album,
                expires: plan.expires, files: plan.files, base: base)
            try publish(maker, card)
            made(
                NewRequest(
                    name: maker.name, recipient: recipient, link: maker.link(base: base).text,
                    expires: plan.expires, files: plan.files))
        }
    }

    /// The entry and the card first, then the request.
    private func publish(_ maker: RequestMaker, _ card: RequestCard) throws(VaultError) {
        do throws(VaultError) {
            try put(card, maker.name, .requested)
        } catch {
            maker.abandon()
            throw error
        }
        do throws(SharingError) {
            try maker.publish()
        } catch {
            maker.abandon()
            // Nobody was given its link. The first failure is the one to report.
            _ = try? markEnded(maker.name, card, .failed)
            throw VaultError(error)
        }
    }

    private func requestBase(of plan: RequestPlan) throws(VaultError) -> String {
        if let base = plan.base { return try ShareAddress.checked(base) }
        if let base = try shareAddress() { return base }
        throw VaultError(
            .usage, "the vault does not know where its shares are served",
            hint: "lighttight share address https://… remembers it; or give --base")
    }

    /// Without its proof, which comes with the link.
    private static func offer(of plan: RequestPlan) throws(VaultError) -> RequestOffer {
        let left = plan.expires - Wall.seconds
        guard left >= 60, left <= RequestPlan.longest else {
            throw VaultError(
                .usage, "a request lasts from a minute to ten years", hint: "give --expires 7d")
        }
        guard RequestOffer.fileCounts.contains(plan.files) else {
            throw VaultError(.usage, "for one request 1 to 1,000 files may come")
        }
        let largest = fileSize(ofPicture: plan.largest)
        guard let largest, RequestOffer.fileByteCounts.contains(largest) else {
            throw VaultError(
                .usage, "the largest picture is one of 1 byte to about 4 GB",
                hint: "give --largest 256M, for one")
        }
        let all = largest * Int64(plan.files)
        let total = plan.total ?? min(all, max(RequestPlan.standardTotal, largest))
        guard total >= largest, RequestOffer.byteCounts.contains(total) else {
            throw VaultError(
                .usage, "not even one of the largest files would fit into all that may come",
                hint: "make --total larger, or --largest smaller")
        }
        return RequestOffer(
            expires: plan.expires, files: plan.files, bytes: total, largest: largest,
            proof: [UInt8](repeating: 0, count: 32))
    }

    /// Of the deposit that a picture of so many bytes makes; `nil` for no number of bytes.
    private static func fileSize(ofPicture byteCount: Int64) -> Int64? {
        guard byteCount >= 1, byteCount <= 1 << 40 else { return nil }
        do throws(CryptoError) {
            let object = try ObjectSize.sealed(ofPlaintext: Int(byteCount))
            return Int64(DepositFront.fileByteCount(object: UInt64(object)))
        } catch {
            return nil
        }
    }
}
