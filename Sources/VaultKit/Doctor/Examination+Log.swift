import VaultFormat
import VaultRecords

// What only the keys of an open slot can tell.
extension Examination {
    /// As many refusals within a month are more than slips.
    private static let manyRefusals = 5
    /// A picture that lies in the bin for longer was forgotten there.
    private static let binTime = month

    mutating func lookInside(_ slot: OpenSlot, _ stop: StopSign) throws(VaultError) {
        do throws(VaultError) {
            var checkpoint: Int64?
            var refusals: [Int64] = []
            var filter = AuditFilter()
            filter.actions = [.checkpoint, .unlockFailed]
            try slot.readLog(filter, stop: stop) { (told) in
                if told.entry.action == .checkpoint {
                    checkpoint = max(checkpoint ?? .min, told.entry.time)
                } else if told.entry.time > now - Self.month {
                    refusals.append(told.entry.time)
                }
            }
            lookAtCheckpoints(checkpoint)
            add(Self.refusals(refusals.count))
        } catch {
            // A role that may not read the log, a log that does not hold (told already), or one that cannot
            // be written: then what the machine remembers has to do.
            guard [.notPermitted, .damaged, .readOnly].contains(error.code) else { throw error }
            lookAtCheckpoints(nil)
        }
        if request.isDeep { try lookAtRoom(slot) }
    }

    static func refusals(_ count: Int) -> DoctorFinding? {
        guard count > 0 else { return nil }
        return DoctorFinding(
            .failedUnlocks, count < manyRefusals ? .advice : .warning,
            "In the last month a passphrase was refused " + DoctorWords.count(count, "time") + ".",
            meaning: count < manyRefusals
                ? "That many slips are usual."
                : "Somebody may be trying passphrases. Tries on a stolen copy do not show here.",
            action: "See when, and by which user of which machine",
            command: ["lighttight", "audit", "log", "--action", "unlock failed"])
    }

    /// - Parameter logged: the newest in the log, where that could be read.
    mutating func lookAtCheckpoints(_ logged: Int64?) {
        let remembered = vault.memory?.checkpoint
        let newest = [logged, remembered].compactMap(\.self).max()
        if let newest, newest > now - Self.month { return }
        let text =
            newest.map {
                "The last checkpoint of the log was made " + DoctorWords.days(now - $0) + " ago."
            }
            ?? "No checkpoint of the log was made, as far as can be seen here."
        add(
            DoctorFinding(
                .noCheckpoint, .advice, text,
                meaning:
                    "Whoever can write the vault's files and has its keys could rewrite what was done. Only "
                    + "a few lines that you keep elsewhere would show it.",
                action: "Make one, and keep it on paper, in the mail or on another machine",
                command: ["lighttight", "audit", "checkpoint"]))
    }

    // MARK: - Room

    private mutating func lookAtRoom(_ slot: OpenSlot) throws(VaultError) {
        let open: UnlockedVault
        do throws(VaultError) {
            open = try slot.pictures()
        } catch {
            guard error.code == .notPermitted else { throw error }
            return
        }
        var filter = PictureFilter()
        filter.bin = .only
        var old = 0
        let limit = now - Self.binTime
        try open.scan(filter) { (sealed) throws(VaultError) in
            let removed = sealed.picture.occurrences.compactMap(\.removed).max()
            if let removed, removed < limit { old += 1 }
        }
        add(Self.bin(old))
        let census = try PackCensus(open)
        let (dead, all) = census.packs.reduce(into: (UInt64(0), UInt64(0))) { sum, pack in
            let size = census.fileSizes[pack.key] ?? 0
            sum.1 += size
            let living = Padme.paddedSize(of: pack.value.bytes)
            if size > living { sum.0 += size - living }
        }
        add(Self.dead(dead, of: all))
    }

    static func bin(_ count: Int) -> DoctorFinding? {
        guard count > 0 else { return nil }
        return DoctorFinding(
            .oldBin, .advice,
            DoctorWords.count(count, "picture") + (count == 1 ? " has" : " have")
                + " been in the bin for more than a month.",
            meaning: "What is in the bin still opens, and takes room.",
            action: "Look through it with lighttight list --bin, then destroy what is not needed",
            command: ["lighttight", "purge", "--all"])
    }

    static func dead(_ dead: UInt64, of all: UInt64) -> DoctorFinding? {
        // A tenth, and something that is worth the work.
        guard dead > 64 << 20, dead > all / 10 else { return nil }
        return DoctorFinding(
            .deadBytes, .advice,
            DoctorWords.size(dead) + " of the vault are what is left of destroyed pictures.",
            meaning: "They cannot be opened by anybody, and only take room.",
            action: "Give the room back",
            command: ["lighttight", "compact", "--all"])
    }
}
