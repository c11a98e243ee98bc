import VaultFiles
import VaultFormat
import VaultKeys

extension OpenSlot {
    /// Seals files into the vault's inbox, signed by this slot. What is told as deposited is durable.
    ///
    /// - Throws: `notPermitted` for a role whose signature would not count.
    package func deposit(
        _ request: DepositRequest, stop: @escaping StopSign,
        progress: @escaping @Sendable (Progress) -> Void,
        outcome: @escaping @Sendable (DepositedFile) -> Void
    ) throws(VaultError) -> DepositReport {
        try requireDepositor()
        // An older state may name a key that was rotated away because somebody else has it.
        try locked.requireNewest(reading: false)
        let maker = DepositMaker(
            to: DepositTarget(keys), by: keys, into: try Inbox.openOrMake(locked.place).folder)
        return try DepositRun(request, maker, leavingOut: locked.place.identity)
            .run(stop, progress, outcome)
    }

    fileprivate func requireDepositor() throws(VaultError) {
        guard role.signsDeposits else {
            throw VaultError(
                .notPermitted, "the role \(role.rawValue) does not deposit",
                hint: "unlock a depositor's slot with --as")
        }
    }
}

extension DepositKey {
    /// Seals files into any folder, from which they are carried to the vault's inbox.
    ///
    /// - Parameters:
    ///   - folder: that is there.
    ///   - slot: of the same vault, which signs; `nil`: the deposits are unsigned.
    package func deposit(
        _ request: DepositRequest, into folder: [UInt8], by slot: OpenSlot?,
        stop: @escaping StopSign, progress: @escaping @Sendable (Progress) -> Void,
        outcome: @escaping @Sendable (DepositedFile) -> Void
    ) throws(VaultError) -> DepositReport {
        if let slot {
            try slot.requireDepositor()
            guard DepositTarget(slot.keys) == target else {
                throw VaultError(
                    .usage, "the deposit key is not the one that the vault uses now",
                    hint: "an owner makes the file anew with lighttight inbox key")
            }
        }
        let path = try SourcePath.absolute(folder)
        let opened = try files("\"\(Printable.text(path))\"") { () throws(FileError) in
            SharedFolder(try Directory.open(FilePath(bytes: path), followingLast: true))
        }
        return try DepositRun(
            request, DepositMaker(to: target, by: slot?.keys, into: opened),
            leavingOut: files("\"\(Printable.text(path))\"") { () throws(FileError) in
                try opened.directory.status().identity
            }
        ).run(stop, progress, outcome)
    }
}

/// One run of `deposit`.
private struct DepositRun {
    private let sources: ImportSources
    private let facts: ImportFactFinder
    private let maker: DepositMaker

    /// - Parameter folder: that is never deposited itself.
    init(
        _ request: DepositRequest, _ maker: DepositMaker, leavingOut folder: FileIdentity
    ) throws(VaultError) {
        var paths: [[UInt8]] = []
        for path in request.paths { paths.append(try SourcePath.absolute(path)) }
        sources = ImportSources(paths, leavingOut: folder)
        facts = try ImportFactFinder(request.imported)
        self.maker = maker
    }

    func run(
        _ stop: @escaping StopSign, _ progress: @escaping @Sendable (Progress) -> Void,
        _ outcome: @escaping @Sendable (DepositedFile) -> Void
    ) throws(VaultError) -> DepositReport {
        var report = DepositReport()
        var done = Progress()
        while !stop(), let found = sources.next() {
            switch found {
            case .passedOver(let passed):
                let failed = passed.kind == .failed
                if failed { report.failed += 1 } else { report.skipped += 1 }
                outcome(
                    DepositedFile(
                        path: passed.path, kind: failed ? .failed : .skipped, reason: passed.reason))
            case .file(let source):
                var file = DepositedFile(path: source.place.whole, kind: .deposited)
                do throws(SourceError) {
                    file.deposit = try maker.seal(source, facts(of: source), stop: stop) {
                        done.bytes += UInt64($0)
                        progress(done)
                    }
                    file.byteCount = UInt64(max(source.place.byteCount, 0))
                    report.deposited += 1
                    report.bytes += file.byteCount
                    done.files += 1
                    progress(done)
                } catch {
                    switch error {
                    case .stopped: continue
                    case .vault(let error): throw error
                    case .file(let error): file.reason = error.describe
                    case .damaged(let reason): file.reason = reason
                    }
                    file.kind = .failed
                    report.failed += 1
                }
                outcome(file)
            }
        }
        guard !stop() else {
            throw VaultError(
                .interrupted, "interrupted; what was told as deposited is kept",
                hint: "deposit the other files again")
        }
        return report
    }

    private func facts(of source: SourceFile) throws(SourceError) -> ImportFacts {
        do throws(VaultError) { return try facts.of(source) } catch { throw .vault(error) }
    }
}
