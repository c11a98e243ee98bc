import VaultCrypto
package import VaultFiles
package import VaultFormat

/// The folder `shares/` of a vault as the vault sees it: what lies there is a stranger's until it was
/// read and judged. Spec 11 §4.
package final class SharesFolder: Sendable {
    static let offerName: FileName = "offer.json"
    private static let stateName: FileName = "state.json"
    private static let cacheTag: FileName = "CACHEDIR.TAG"
    private static let incoming = Array("incoming-".utf8)
    /// What was begun or lost longer ago is nobody's any more, in seconds.
    private static let patience: Int64 = 86_400

    let links: Directory
    let halves: Directory

    private init(links: consuming Directory, halves: consuming Directory) {
        self.links = links
        self.halves = halves
    }

    /// Opens it, made when missing.
    package static func make(in vault: borrowing Directory) throws(FileError) -> SharesFolder {
        let root = try vault.openOrMakeFolder("shares", mode: .likeFolder)
        let shares = SharesFolder(
            links: try root.openOrMakeFolder("links", mode: .likeFolder),
            halves: try root.openOrMakeFolder("halves", mode: .likeFolder))
        if try !shares.halves.contains(cacheTag) {
            try AtomicFile.replace(cacheTag, in: shares.halves, with: tag, mode: .likeFolder)
        }
        try root.sync()
        try vault.sync()
        return shares
    }

    /// Opens it; `nil` when nothing was ever shared.
    package static func openIfThere(
        in vault: borrowing Directory
    ) throws(FileError) -> SharesFolder? {
        do throws(FileError) {
            let root = try vault.openFolder("shares")
            return SharesFolder(
                links: try root.openFolder("links"), halves: try root.openFolder("halves"))
        } catch .notFound {
            return nil
        }
    }

    /// As the Cache Directory Tagging Specification has it: backup tools leave the folder out.
    private static let tag = Array(
        """
        Signature: 8a477f597d28d172789f06886806bc55
        # Without its half a share is over. A copy of one would keep it alive.

        """.utf8)

    // MARK: - Reading

    /// Shares of which a package or a half is there.
    package func names() throws(FileError) -> Set<ShareName> {
        try named(links).union(named(halves))
    }

    private func named(_ folder: borrowing Directory) throws(FileError) -> Set<ShareName> {
        var names: Set<ShareName> = []
        var entries = try folder.entries()
        while let entry = try entries.next() {
            // Any other name is no share's.
            if let name = try? ShareName(hex: String(decoding: entry.name.bytes, as: UTF8.self)) {
                names.insert(name)
            }
        }
        return names
    }

    /// Whether the half is there, without which a share is over.
    package func hasHalf(_ share: ShareName) throws(FileError) -> Bool {
        try halves.contains(share.fileName)
    }

    /// Throws `.file(.notFound)` when there is no package.
    package func offer(_ share: ShareName) throws(SharingError) -> ShareOffer {
        let bytes = try filing { () throws(FileError) in
            try AtomicFile.read(
                Self.offerName, in: links.openFolder(share.fileName),
                limit: ShareOffer.maximumByteCount)
        }
        return try parsing { () throws(FormatError) in try ShareOffer(parsing: bytes) }
    }

    /// What the server tells of a share; of one that nobody opened yet when it tells nothing.
    package func state(_ share: ShareName) throws(SharingError) -> ShareState {
        do throws(SharingError) {
            let bytes = try filing { () throws(FileError) in
                try AtomicFile.read(
                    Self.stateName, in: links.openFolder(share.fileName),
                    limit: ShareState.maximumByteCount)
            }
            return try parsing { () throws(FormatError) in try ShareState(parsing: bytes) }
        } catch .file(.notFound) {
            return ShareState()
        }
    }

    // MARK: - Changing

    /// Replaces the offer; it is durable when this returns.
    package func replace(_ offer: ShareOffer, of share: ShareName) throws(FileError) {
        try AtomicFile.replace(
            Self.offerName, in: links.openFolder(share.fileName), with: offer.encoded,
            mode: .likeFolder)
    }

    func put(half: borrowing ServerHalf, of share: ShareName) throws(FileError) {
        let file = try halves.createExclusive(share.fileName, mode: .likeFolder)
        try half.withUnsafeBytes { (bytes) throws(FileError) in try file.write(bytes) }
        try file.sync()
        try halves.sync()
    }

    /// Ends a share: its half is destroyed, then the rest of it goes. What is gone already is as good.
    ///
    /// Returns whether a half was there. After an error in the half the share may go on; the package's
    /// leftovers are swept later.
    @discardableResult
    package func destroy(_ share: ShareName) throws(FileError) -> Bool {
        try ShareRemoval.destroy(share.fileName, links: links, halves: halves)
    }

    /// Removes what ended and no server removed, and what stopped commands left: packages begun and halves
    /// without a package, older than a day, and packages that have no half any more. Returns how many.
    ///
    /// - Parameter now: in seconds since 1970.
    @discardableResult
    package func sweep(now: Int64) throws(FileError) -> Int {
        var count = 0
        var begun: [FileName] = []
        var entries = try links.entries()
        while let entry = try entries.next() {
            if entry.name.bytes.starts(with: Self.incoming) { begun.append(entry.name) }
        }
        for name in begun where try isOld(name, in: links, now) {
            try ShareRemoval.empty(name, in: links)
            count += 1
        }
        let packages = try named(links)
        let halves = try named(halves)
        for share in packages.subtracting(halves) {
            try destroy(share)
            count += 1
        }
        for share in packages.intersection(halves) where isOver(share, now) {
            try destroy(share)
            count += 1
        }
        for share in halves.subtracting(packages)
        where try isOld(share.fileName, in: self.halves, now) {
            try destroy(share)
            count += 1
        }
        return count
    }

    /// Whether its time is past, or the last view was taken and ended. Of one that cannot be read nothing is
    /// said.
    private func isOver(_ share: ShareName, _ now: Int64) -> Bool {
        // What cannot be read is told by `share list`.
        guard let offer = try? offer(share) else { return false }
        if offer.expires <= now { return true }
        // Likewise.
        guard let views = offer.views, let state = try? state(share) else { return false }
        return state.taken >= views && state.grants.allSatisfy { $0.until <= now }
    }

    private func isOld(
        _ name: FileName, in folder: borrowing Directory, _ now: Int64
    ) throws(FileError) -> Bool {
        do throws(FileError) {
            return try folder.status(of: name).modified.seconds < now - Self.patience
        } catch .notFound {
            return false
        }
    }
}
