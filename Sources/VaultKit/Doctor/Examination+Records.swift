import Synchronization
import VaultAudit
import VaultFiles
import VaultFormat
import VaultRecords

// The records, their second copy, the log, and what this machine has seen of them.
extension Examination {
    mutating func lookAtRecords(_ stop: StopSign) throws(VaultError) {
        lookAtHeaderCopy()
        try lookAtStanding()
        if vault.records.report.source == .mirror {
            let isMissing = vault.records.report.reason == .notFound(.records)
            addDamagedRecords("records.db is " + (isMissing ? "missing." : "damaged."))
        } else {
            do throws(RecordsError) {
                try vault.records.check()
            } catch .damaged(.records) {
                addDamagedRecords("The inner structure of records.db is damaged.")
            } catch {
                throw VaultError(error)
            }
            if !has(.recordsDamaged) { try lookAtMirror() }
        }
        if vault.records.mode == .reading { addReadOnly() }
        try lookAtJournals()
        try lookAtLog(stop)
    }

    private mutating func lookAtHeaderCopy() {
        guard vault.place.readHeaderCopy() != vault.header.encoded else { return }
        add(
            DoctorFinding(
                .headerCopy, .warning, "vault.json does not say what the records say.",
                meaning:
                    "It is a copy for people and tools, and what it says is never believed, so nothing "
                    + "is lost. Somebody changed it, or copying the vault was cut short.",
                repair: "Have it written again from the records"))
    }

    private mutating func addDamagedRecords(_ text: String) {
        add(
            DoctorFinding(
                .recordsDamaged, .danger, text,
                meaning:
                    "The records hold the key of every picture. The second copy, records.bak, stands in; "
                    + "if that is damaged too, no picture can be opened by anybody.",
                repair: "Have it made again from the second copy"))
    }

    private mutating func addReadOnly() {
        add(
            DoctorFinding(
                .readOnly, .warning, "The vault cannot be written by you.",
                meaning:
                    "Nothing can be taken in or destroyed, and since no reading can be logged, only an "
                    + "owner can read, with --unlogged.",
                action:
                    "If that is not on purpose, see whether the disk is mounted for reading only or the "
                    + "files belong to somebody else"))
    }

    // MARK: - The second copy

    private mutating func lookAtMirror() throws(VaultError) {
        let comparison: MirrorComparison
        do throws(RecordsError) {
            comparison = try vault.records.compareWithMirror()
        } catch {
            switch error {
            case .notFound(.mirror): addMirror("is missing.")
            case .damaged(.mirror), .foreignSchema(.mirror): addMirror("is damaged.")
            default: throw VaultError(error)
            }
            return
        }
        if comparison.isAhead {
            add(
                DoctorFinding(
                    .recordsBehind, .danger,
                    "records.db is older than its second copy, records.bak.",
                    meaning:
                        "Somebody put an old records.db in place, or the disk lost what was written "
                        + "last. Pictures that came in since are only in the second copy, and ones that "
                        + "were destroyed may be back.",
                    repair: "Have the newer one, the second copy, take its place"))
        } else if comparison.isBehind {
            addMirror("lacks what was done last, because a command was interrupted.", .warning)
        } else if !comparison.isEqual {
            addMirror("does not say what records.db says.")
        }
    }

    private mutating func addMirror(_ text: String, _ severity: DoctorFinding.Severity = .danger) {
        add(
            DoctorFinding(
                .recordsCopy, severity, "The second copy of the records, records.bak, " + text,
                meaning:
                    "It is there because the records hold the key of every picture: with one good copy "
                    + "only, a single bad spot on the disk can cost all of them. An old one may also hold "
                    + "keys of pictures that were destroyed since.",
                repair: "Have it made again from records.db"))
    }

    private mutating func lookAtJournals() throws(VaultError) {
        let found = try reading { () throws(RecordsError) in try vault.records.foreignJournals() }
        guard !found.isEmpty else { return }
        add(
            DoctorFinding(
                .foreignJournal, .warning,
                "A journal lay in the vault that is not the vault's, and was set aside: "
                    + DoctorWords.list(found.map(\.printable)) + ".",
                meaning:
                    "Somebody put it there, or files of two vaults or two days were mixed in copying. "
                    + "It was not used and can do no harm, but it may hold old pages of records.",
                repair: "Unless you want to keep it as evidence, have it overwritten and removed"))
    }

    // MARK: - The state that this machine has seen

    private mutating func lookAtStanding() throws(VaultError) {
        let accept = ["lighttight", "doctor", "--accept-restore"]
        guard let warning = vault.standing.warning else { return try lookAtMemory() }
        let text = DoctorWords.sentence(warning)
        if vault.isCopy, !vault.standing.isUnknown {
            // A copy is older than its vault most of the time, and has entries of its own when it was read.
            return try lookAtUndestroyed(accept, .warning)
        }
        switch vault.standing {
        case .newest: break
        case .older:
            add(
                DoctorFinding(
                    .olderState, .danger, text,
                    meaning:
                        "An older copy of the vault's records was put in place, or the disk lost what "
                        + "was written last. What was taken in since is not in it. Nothing is written "
                        + "until an owner decides.",
                    action:
                        "If you did not put it back yourself, look for the newer records.db first, on "
                        + "your copies. If you did, accept it",
                    command: accept))
        case .forked:
            add(
                DoctorFinding(
                    .forkedState, .danger, text,
                    meaning:
                        "The records were put back to an older state and used since, or somebody made "
                        + "up a history. Nothing is written until an owner decides.",
                    action:
                        "Compare with a checkpoint that was kept elsewhere (lighttight audit verify "
                        + "--against FILE). If you know how this came about, accept it",
                    command: accept))
        case .unknown:
            add(
                DoctorFinding(
                    .memoryUnreadable, .danger, text,
                    meaning:
                        "This machine keeps a note of the newest state it saw, so that an older one put "
                        + "in its place is noticed. Without the note nothing is written.",
                    action: "If you are sure that this is the newest state, an owner accepts it",
                    command: accept))
        }
        try lookAtUndestroyed(accept, .danger)
    }

    private mutating func lookAtUndestroyed(
        _ accept: [String], _ severity: DoctorFinding.Severity
    ) throws(VaultError) {
        let back: [RecordID]
        do throws(VaultError) {
            guard let memory = vault.memory else { return }
            back = try vault.undestroyed(memory)
        } catch {
            guard vault.standing.isUnknown else { throw error }
            return  // Told already: the memory cannot be read.
        }
        guard !back.isEmpty else { return }
        add(
            DoctorFinding(
                .destroyedBack, severity,
                DoctorWords.count(back.count, "picture") + " that this machine saw destroyed "
                    + (back.count == 1 ? "is" : "are") + " in these records.",
                meaning:
                    "Somebody asked for them to be gone, and with these records they can be opened. "
                    + "Accepting this state destroys them again before anything else.",
                action: vault.isCopy
                    ? "Bring the copy up to date with lighttight backup; or, to go on from it, accept it"
                    : "Put the newer records back, or accept this state", command: accept))
    }

    private mutating func lookAtMemory() throws(VaultError) {
        let meaning =
            "So an older state of the vault, put in place of the newest, would not be noticed here."
        guard vault.memory != nil else {
            add(
                DoctorFinding(
                    .memoryFolder, .warning,
                    "This machine has no place to remember the vault's newest state.",
                    meaning: meaning,
                    action: "Set HOME or XDG_STATE_HOME for the user who runs lighttight"))
            return
        }
        try vault.remember()
        guard vault.memoryFailed.load(ordering: .relaxed) else { return }
        add(
            DoctorFinding(
                .memoryFolder, .warning,
                "This machine cannot remember the vault's newest state: its note cannot be written.",
                meaning: meaning,
                action:
                    "Make the folder \"\(Printable.text(vault.context.memoryFolder ?? []))\" writable "
                    + "for yourself"))
    }

    // MARK: - The log

    private mutating func lookAtLog(_ stop: StopSign) throws(VaultError) {
        let log: LogVerification
        do throws(VaultError) {
            log = try vault.verifyLog(stop: stop, progress: { _ in })
        } catch {
            guard error.code == .damaged else { throw error }
            addBroken(error.message, count: 1)
            return
        }
        if let first = log.findings.first { addBroken(first.message, count: log.findingCount) }
        lookAtClock(log)
    }

    private mutating func addBroken(_ message: String, count: Int) {
        let more =
            count > 1 ? " (and \(DoctorWords.count(count - 1, "other fault")))" : ""
        add(
            DoctorFinding(
                .logBroken, .danger,
                "The records and the log of what was done do not agree: \(message)\(more).",
                meaning:
                    "Somebody changed the vault's files behind the program's back, or the disk is "
                    + "failing. What the log proves is in doubt until this is explained.",
                action:
                    "See everything that is wrong, and compare with a copy and a checkpoint kept elsewhere",
                command: ["lighttight", "audit", "verify"]))
    }

    mutating func lookAtClock(_ log: LogVerification) {
        if let jump = log.clockJumps.last {
            add(
                DoctorFinding(
                    .clock, .advice,
                    "The clock went back " + DoctorWords.count(log.clockJumps.count, "time")
                        + " while the log was written, last at entry \(jump.sequence).",
                    meaning:
                        "The order of the log is right all the same, but some of its times are not.",
                    action: "Have the machine set its clock from the network"))
        }
        let newest: EntryLeaf?
        do throws(RecordsError) {
            newest = try vault.records.entry(Int64(log.entries) - 1).flatMap { .ifOne($0.leaf) }
        } catch {
            newest = nil  // Told as a broken log.
        }
        if let newest, newest.time > now + Self.day {
            add(
                DoctorFinding(
                    .clock, .warning,
                    "The newest entry of the log is " + DoctorWords.days(newest.time - now)
                        + " ahead of this machine's clock.",
                    meaning:
                        "One of the two clocks is wrong, so times in the log cannot be relied on.",
                    action: "Have the machine set its clock from the network"))
        }
    }
}

extension Standing {
    var isUnknown: Bool { if case .unknown = self { true } else { false } }
}
