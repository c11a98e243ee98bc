import VaultCrypto
import VaultFetching
import VaultFiles
package import VaultFormat
import VaultSharing

/// Opens a link as its recipient: needs no vault, and runs nothing that the server sends. Spec 11 §8.
package final class LinkVisit {
    /// How long one request may take, in seconds.
    private static let patience = 120
    private static let tries = 3

    private let id: ShareID
    private let secret: LinkSecret
    private let base: String
    private let fetcher: Fetcher
    private let ticket = RandomBytes.make(32)

    /// - Parameters:
    ///   - typed: the link, as it was handed over.
    ///   - caFile: path of a file of certificates to trust instead of the system's.
    /// - Throws: `usage` for what is no link; it is not repeated.
    package init(_ typed: borrowing Passphrase, caFile: [UInt8]?) throws(VaultError) {
        let text = typed.secret.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
        do throws(FormatError) {
            let link = try Link(parsing: text.trimmed)
            (id, base) = (link.id, link.base)
            secret = LinkSecret(Secret(count: keyByteCount) { $0.copyBytes(from: link.secret) })
        } catch {
            throw VaultError(
                .usage, "this is not a link, or not all of it",
                hint: "a link goes on behind its \"#\"; copy it whole")
        }
        do throws(FetchError) { fetcher = try Fetcher(caFile: caFile) } catch {
            throw VaultError(error)
        }
    }

    /// What the link opens; spends nothing.
    package func look() throws(VaultError) -> LinkLook {
        let proof = try crypto { () throws(CryptoError) in try LinkKeys.proof(of: id, secret) }
        let answer = try ask("look", LinkMessages.look(proof: proof.bytes))
        return try parsed { () throws(FormatError) in try LinkLook(parsing: answer) }
    }

    /// Takes a view and writes the pictures into a folder, each when all of it was checked. Nothing that is
    /// there is replaced.
    ///
    /// - Parameters:
    ///   - look: what the link said.
    ///   - target: made when missing.
    ///   - wrote: is told of each picture.
    /// - Returns: how many pictures did not open.
    /// - Throws: `refused` for another password, before anything is spent.
    package func open(
        _ look: LinkLook, password: borrowing Passphrase?, to target: [UInt8],
        stop: StopSign, progress: (Progress) -> Void, wrote: (LinkPicture) -> Void
    ) throws(VaultError) -> Int {
        let folder = try ExportTarget(target).folder.reopenedForLink()
        try LinkPicture.requireFree(look.items, in: folder)
        let stretched = try stretch(password, look)
        let view = try takeView(stretched)
        let half = ServerHalf(Secret(count: keyByteCount) { $0.copyBytes(from: view.half.bytes) })
        let opener = try sharing { () throws(SharingError) in
            try PackageOpener(id, secret, password: stretched, half: half)
        }
        let head = try fetch(0, 0..<min(view.objects[0], 2 << 20))
        let manifest = try sharing { () throws(SharingError) in
            try opener.manifest(head, sizes: view.objects)
        }
        var failed = 0
        var counted = Progress(
            totalFiles: manifest.items.count,
            totalBytes: UInt64(manifest.items.reduce(0) { $0 + $1.size }))
        for (index, item) in manifest.items.enumerated() {
            if stop() {
                throw VaultError(.interrupted, "interrupted; the pictures before are written")
            }
            var picture = LinkPicture(number: index + 1, item)
            do throws(VaultError) {
                try write(picture, item, opener, folder) { count in
                    counted.bytes += UInt64(count)
                    progress(counted)
                }
            } catch {
                guard error.code == .damaged else { throw error }
                picture.problem = error.message
                failed += 1
            }
            counted.files += 1
            progress(counted)
            wrote(picture)
        }
        if failed == 0 { finish() }
        return failed
    }

    private func write(
        _ picture: LinkPicture, _ item: LinkManifest.Item, _ opener: borrowing PackageOpener,
        _ folder: borrowing Directory, _ progress: (Int) -> Void
    ) throws(VaultError) {
        let name = picture.name
        var file = try files("\"\(name)\"") { () throws(FileError) in
            try folder.createUnnamed(mode: 0o600)
        }
        do throws(LinkFailure<VaultError>) {
            try opener.read(picture.number, item) { (range) throws(VaultError) in
                try fetch(picture.number, range)
            } _: { (piece) throws(VaultError) in
                do throws(FileError) { try file.file.write(piece) } catch {
                    throw VaultError(error, "\"\(name)\"")
                }
                progress(piece.count)
            }
        } catch {
            switch error {
            case .other(let error): throw error
            case .sharing(.crypto(.outOfMemory)): throw VaultError(.failed, "out of memory")
            case .sharing:
                throw VaultError(
                    .damaged, "it was damaged, or exchanged, on its way or at the server")
            }
        }
        try files("\"\(name)\"") { () throws(FileError) in
            try file.file.sync()
            try file.link(into: folder, as: FileName(name))
            try folder.sync()
        }
    }

    // MARK: - Asking

    private func stretch(
        _ password: borrowing Passphrase?, _ look: LinkLook
    ) throws(VaultError) -> PasswordKey? {
        guard let cost = look.password else { return nil }
        switch password {
        case .none: throw VaultError(.usage, "this link wants a password, too")
        case .some(let password):
            switch LinkPassword.normalized(password.secret) {
            case .none: throw VaultError(.refused, "the password is wrong")
            case .some(let normal):
                return try crypto { () throws(CryptoError) in
                    try PasswordKey(normal, salt: cost.salt.bytes, rounds: cost.rounds)
                }
            }
        }
    }

    private func takeView(_ password: borrowing PasswordKey?) throws(VaultError) -> LinkView {
        let proof = try crypto { () throws(CryptoError) in try LinkKeys.proof(of: id, secret) }
        let view = try crypto { () throws(CryptoError) in
            try LinkKeys.viewProof(of: id, secret, password)
        }
        let answer = try ask(
            "view", LinkMessages.view(proof: proof.bytes, view: view.bytes, ticket: ticket))
        return try parsed { () throws(FormatError) in try LinkView(parsing: answer) }
    }

    /// Tells the server that the view may end. It ends by itself, too.
    private func finish() {
        // Nobody needs the answer.
        _ = try? fetcher.ask(
            url("done"), json: LinkMessages.done(ticket: ticket),
            limit: LinkMessages.maximumByteCount, seconds: 15)
    }

    private func url(_ last: String) -> String {
        "\(base)/s/\(Base64URL.encode(id.bytes))/\(last)"
    }

    private func ask(_ what: String, _ json: [UInt8]) throws(VaultError) -> [UInt8] {
        let answer = try patiently { () throws(FetchError) in
            try fetcher.ask(
                url(what), json: json, limit: LinkMessages.maximumByteCount, seconds: 30)
        }
        guard answer.status == 200 else { throw VaultError.refusal(answer.status, answer.body) }
        return answer.body
    }

    private func fetch(_ number: Int, _ range: Range<Int64>) throws(VaultError) -> [UInt8] {
        let answer = try patiently { () throws(FetchError) in
            try fetcher.ask(
                url(String(number)), header: "Authorization: Ticket \(Base64URL.encode(ticket))",
                range: range, limit: range.count, seconds: Self.patience)
        }
        guard answer.status == 206 || answer.status == 200 else {
            throw VaultError.refusal(answer.status, answer.body)
        }
        return answer.body
    }

    /// An answer may be lost: the same ticket takes no second view.
    private func patiently(
        _ body: () throws(FetchError) -> Fetcher.Answer
    ) throws(VaultError) -> Fetcher.Answer {
        var left = Self.tries
        while true {
            left -= 1
            do throws(FetchError) { return try body() } catch {
                guard error == .connection || error == .timeout, left > 0 else {
                    throw VaultError(error)
                }
            }
        }
    }

    private func crypto<R: ~Copyable>(
        _ body: () throws(CryptoError) -> R
    ) throws(VaultError) -> R {
        do throws(CryptoError) { return try body() } catch {
            throw VaultError(.failed, "out of memory")
        }
    }

    private func parsed<R>(_ body: () throws(FormatError) -> R) throws(VaultError) -> R {
        do throws(FormatError) { return try body() } catch {
            throw VaultError(
                .unsupported, "the server does not answer as a server of links does",
                hint: "check the address, or use a newer lighttight")
        }
    }
}

extension Secret {
    fileprivate var bytes: [UInt8] {
        borrowing get { withUnsafeBytes { Array($0) } }
    }
}

extension String {
    /// Without the spaces and line ends that come with copying.
    fileprivate var trimmed: String {
        let isSpace: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }
        let start = utf8.drop(while: isSpace)
        let end = start.reversed().drop(while: isSpace).count
        return String(decoding: start.prefix(end), as: UTF8.self)
    }
}
