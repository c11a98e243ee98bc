import VaultCrypto
import VaultFiles
import VaultFormat
import VaultIndex
import VaultKeys
import VaultRecords
import VaultSharing

extension UnlockedVault {
    /// Seals copies of pictures into packages, one for each recipient, and puts them where they are served.
    /// Spec 11 §4.
    ///
    /// Whatever fails before the first share is in the log, nothing is left. Shares that were made before
    /// a later one failed stay, and were handed to `made`.
    ///
    /// - Parameters:
    ///   - password: what a recipient must type beside having the link.
    ///   - made: takes each link as soon as it opens something; nobody can make it again.
    /// - Throws: `usage` for a request that makes no sense; `noSuchPicture` when it means no picture;
    ///   `failed` for a picture that cannot be copied.
    package func share(
        _ request: ShareRequest, password: borrowing Passphrase?, stop: @escaping StopSign,
        progress: (Progress) -> Void, made: (NewShare) -> Void
    ) throws(VaultError) {
        let base = try base(of: request)
        let pictures = try pictures(of: request.content.choice)
        try request.content.check(pictures)
        try Self.check(request.expires)
        let password = try Self.normalized(password)
        try locked.tellServer()
        let shares = try files("the shares") { () throws(FileError) in
            let shares = try SharesFolder.make(in: place.folder)
            try shares.sweep(now: Wall.seconds)
            return shares
        }
        var makers: [PackageMaker] = []
        var published = 0
        defer { for maker in makers[published...] { maker.abandon() } }
        for _ in request.recipients {
            do throws(SharingError) {
                makers.append(try PackageMaker(in: shares, password: password))
            } catch {
                throw VaultError(error)
            }
        }
        try PackingJob(self, request.content, into: makers)
            .add(pictures, stop: stop, progress: progress)
        do throws(SharingError) {
            for maker in makers {
                try maker.finish(
                    note: request.content.note, isOriginal: request.content.side == nil,
                    expires: request.expires, views: request.views)
            }
        } catch {
            throw VaultError(error)
        }
        for (maker, recipient) in zip(makers, request.recipients) {
            let card = ShareCard(
                made: Wall.seconds, slot: keys.slot, recipient: recipient, pictures: pictures,
                expires: request.expires, views: request.views, side: request.content.side,
                hasPassword: maker.hasPassword, base: base)
            try publish(maker, card)
            published += 1
            made(
                NewShare(
                    name: maker.name, recipient: recipient, link: maker.link(base: base).text,
                    pictures: pictures.count, byteCount: maker.byteCount,
                    expires: request.expires))
        }
    }

    /// The entry and the card first, then the share.
    private func publish(_ maker: PackageMaker, _ card: ShareCard) throws(VaultError) {
        try put(card, maker.name, .shared)
        do throws(SharingError) {
            try maker.publish()
        } catch {
            // Nobody was given its link. The first failure is the one to report.
            _ = try? markEnded(maker.name, card, .failed)
            throw VaultError(error)
        }
    }

    private func base(of request: ShareRequest) throws(VaultError) -> String {
        if let base = request.base { return try ShareAddress.checked(base) }
        if let base = try shareAddress() { return base }
        throw VaultError(
            .usage, "the vault does not know where its shares are served",
            hint: "lighttight share address https://… remembers it; or give --base")
    }

    private static func check(_ expires: Int64) throws(VaultError) {
        let left = expires - Wall.seconds
        guard left >= 60, left <= ShareRequest.longest else {
            throw VaultError(
                .usage, "a share lasts from a minute to ten years", hint: "give --expires 7d")
        }
    }

    static func normalized(
        _ password: borrowing Passphrase?
    ) throws(VaultError) -> Secret? {
        switch password {
        case .none: return nil
        case .some(let password):
            switch LinkPassword.normalized(password.secret) {
            case .some(let normal): return normal
            case .none:
                throw VaultError.passwordNoText
            }
        }
    }

    /// In the order named, found, or come in.
    func pictures(of choice: PackageContent.Choice) throws(VaultError) -> [RecordID] {
        switch choice {
        case .filter(let filter):
            var found: [RecordID] = []
            try scan(filter) { (sealed) throws(VaultError) in found.append(sealed.picture.id) }
            guard !filter.prefixes.isEmpty else { return found }
            return try resolve(filter.prefixes).filter(found.contains)
        case .search(let search):
            // The index says what is found, the record what is there.
            var pages = try HitPages(self, search.query(), most: search.limit) { _ in }
            let reader = try PictureReader(self)
            let judge = Search.Judge(search)
            var found: [RecordID] = []
            var hits = try pages.next()
            while !hits.isEmpty {
                for hit in hits where found.count < search.limit ?? .max {
                    guard let sealed = try reader.findIfThere(hit.id),
                        judge.meant(sealed.picture) != nil
                    else { continue }
                    found.append(hit.id)
                }
                hits = found.count < search.limit ?? .max ? try pages.next() : []
            }
            return found
        }
    }
}
