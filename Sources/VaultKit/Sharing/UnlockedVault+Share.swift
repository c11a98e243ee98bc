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
        let pictures = try pictures(of: request.choice)
        try Self.check(request, pictures)
        let password = try Self.normalized(password)
        try locked.tellServer()
        let shares = try files("the shares") { () throws(FileError) in
            let shares = try SharesFolder.make(in: place.folder)
            try shares.sweep(now: Wall.seconds)
            return shares
        }
        let job = try ShareJob(self, request, shares, password: password)
        var published = 0
        defer { for maker in job.makers[published...] { maker.abandon() } }
        var counted = Progress(totalFiles: pictures.count)
        for id in pictures {
            if stop() { throw VaultError(.interrupted, "interrupted; nothing was shared") }
            try job.add(id)
            counted.files += 1
            progress(counted)
        }
        try job.finish()
        for (maker, recipient) in zip(job.makers, request.recipients) {
            let card = ShareCard(
                made: Wall.seconds, slot: keys.slot, recipient: recipient, pictures: pictures,
                expires: request.expires, views: request.views, side: request.side,
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

    private static func check(
        _ request: ShareRequest, _ pictures: [RecordID]
    ) throws(VaultError) {
        guard !pictures.isEmpty else {
            throw VaultError(
                .noSuchPicture, "no picture answers this description",
                hint: "lighttight list shows what there is")
        }
        guard LinkManifest.itemCounts.contains(pictures.count) else {
            throw VaultError(
                .usage,
                "\(pictures.count) pictures are too many for one link, which has 1,000 at most",
                hint: "share them in parts, by --album or by IDs")
        }
        let left = request.expires - Wall.seconds
        guard left >= 60, left <= ShareRequest.longest else {
            throw VaultError(
                .usage, "a share lasts from a minute to ten years", hint: "give --expires 7d")
        }
        if let note = request.note, !LinkManifest.noteLengths.contains(note.unicodeScalars.count) {
            throw VaultError(.usage, "a note has 1 to 2,000 characters")
        }
    }

    private static func normalized(
        _ password: borrowing Passphrase?
    ) throws(VaultError) -> Secret? {
        switch password {
        case .none: return nil
        case .some(let password):
            switch LinkPassword.normalized(password.secret) {
            case .some(let normal): return normal
            case .none:
                throw VaultError(
                    .usage, "the password is not text of at most 1,024 bytes",
                    hint: "recipients type it: letters and digits are best")
            }
        }
    }

    /// In the order named, found, or come in.
    private func pictures(of choice: ShareRequest.Choice) throws(VaultError) -> [RecordID] {
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
