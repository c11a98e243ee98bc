import VaultCrypto
import VaultFiles
import VaultFormat
import VaultRecords

/// What came of hearing the share server.
package struct ServerReport: Sendable, Equatable {
    /// Events that are in the log now.
    package var events = 0
    /// What does not go on from what was said before: `gap`, `fork`, `another key`, `damaged`.
    package var remarks: [String] = []
}

extension OpenSlot {
    private static let cardName = Array("server said     ".utf8)

    /// Takes what the share server said into the log, and tells the server to whom it speaks. Nothing is
    /// written when there is nothing new, or where nothing can be. Spec 11 §9.
    ///
    /// - Returns: `nil` for a slot that does not hold the keys for it, and where nothing was shared yet.
    package func hearServer() throws(VaultError) -> ServerReport? {
        guard role == .owner || role == .manager, locked.standing == .newest, !locked.isCopy,
            try locked.hasShares()
        else { return nil }
        try locked.tellServer()
        let vault = try pictures()
        let row = try vault.serverCard()
        let position = try vault.serverPosition(row)
        let files = try locked.serverEvents(after: position)
        guard !files.isEmpty else { return ServerReport() }
        let batches = ServerEventIntake.read(files, vault: vault.id, from: position)
        var report = ServerReport()
        do throws(VaultError) {
            try vault.take(batches, from: row)
        } catch {
            // Another command takes the same events in.
            if error == VaultError(RecordsError.conflict) { return report }
            throw error
        }
        report.events = batches.reduce(0) { $0 + $1.count }
        report.remarks = batches.compactMap(\.remark)
        return report
    }

    fileprivate static func cardID() -> CardID {
        cardName.withUnsafeBytes { CardID(at: 0, in: $0) }
    }
}

extension UnlockedVault {
    fileprivate func serverCard() throws(VaultError) -> CardRow? {
        let id = OpenSlot.cardID()
        return try reading { () throws(RecordsError) in try records.cards() }
            .first { $0.kind == .setting && $0.id == id }
    }

    fileprivate func serverPosition(_ row: CardRow?) throws(VaultError) -> ServerPosition? {
        guard let row else { return nil }
        let sealer = try cardSealer()
        let map = try reading { () throws(RecordsError) in try sealer.open(row) }
        do {
            return try map.withUnsafeBytes { try ServerPosition(parsing: $0) }
        } catch {
            throw VaultError(.damaged, "the card of the share server is not one")
        }
    }

    /// One transaction for each entry, with the card that says where it stopped.
    fileprivate func take(
        _ batches: [ServerEventIntake.Batch], from row: CardRow?
    ) throws(VaultError) {
        guard !batches.isEmpty else { return }
        let sealer = try cardSealer()
        var old = row
        for batch in batches {
            let card = sealer.seal(
                .setting, OpenSlot.cardID(), batch.position.encoded, replacing: old)
            try change(
                locked.draft(),
                telling: { _ in
                    Telling(
                        .serverSaid, count: batch.count, remark: batch.remark, said: batch.events)
                }
            ) { writer in
                try writer.put(card)
            }
            old = card
        }
        try settle()
    }
}

extension Vault {
    fileprivate func hasShares() throws(VaultError) -> Bool {
        try files("the folder shares") { () throws(FileError) in
            try place.folder.contains(Self.sharesName)
        }
    }

    /// The files of a server's events that may say something new, ascending. Hostile: no link is followed, and
    /// no more is read than a server may write.
    fileprivate func serverEvents(
        after position: ServerPosition?
    ) throws(VaultError) -> [(first: UInt64, bytes: [UInt8])] {
        try files("what the share server said") { () throws(FileError) in
            let folder: Directory
            do throws(FileError) {
                folder = try place.folder.openFolder(Self.sharesName).openFolder("server")
                    .openFolder("events")
            } catch .notFound {
                return []
            }
            var names: [UInt64] = []
            var entries = try folder.entries()
            let most = 4 * ServerEventFile.maximumFileCount
            while let entry = try entries.next(), names.count < most {
                if let first = ServerEventFile.first(ofName: entry.name.bytes) {
                    names.append(first)
                }
            }
            names.sort()
            let passed = zip(names, names.dropFirst()).prefix {
                ServerEventIntake.isPassed(nextFile: $0.1, position)
            }
            var found: [(first: UInt64, bytes: [UInt8])] = []
            for first in names.dropFirst(passed.count).prefix(ServerEventFile.maximumFileCount) {
                do throws(FileError) {
                    let bytes = try AtomicFile.read(
                        FileName(ServerEventFile.name(first: first)), in: folder,
                        limit: ServerEventFile.maximumByteCount)
                    found.append((first, bytes))
                } catch .notFound {
                    // The server dropped it meanwhile.
                } catch .changedWhileRead {
                    // It is just being written: next time.
                    return found
                }
            }
            return found
        }
    }
}
