/// Every word of the audit report's page.
enum AuditReportText {
    static let kind = "Audit report"
    static let program = "Lighttight"
    static let none = "None in this period."
    static let unsigned = "without a key"
    static let retired = "removed since"

    static let proofTitle = "What this log proves, and what it does not"
    static let proof = """
        Every entry is bound to all entries before it and, wherever a key was used, signed with it: what the \
        log shows was written in this order and with these keys, and nobody without them has altered it \
        since. Whether somebody who holds the keys has rewritten it, or entries are missing at its end, is \
        noticed only against a checkpoint that was kept outside of the vault.
        """

    static func verdict(_ verification: AuditReport.Verification) -> String {
        switch verification {
        case .holds(.some(let checkpoint)):
            "Verified, also against an outside checkpoint of \(Wording.count(checkpoint.size)) entries"
        case .holds(nil): "Verified in itself, and compared with no outside checkpoint"
        case .fails: "Verification failed"
        case .notDone: "Not verified"
        }
    }

    static func explanation(_ report: AuditReport) -> String {
        switch report.log.verification {
        case .holds(.some(let checkpoint)) where checkpoint.size < report.log.size:
            "Up to that checkpoint nothing was changed, dropped or rewritten. The "
                + "\(Wording.count(report.log.size - checkpoint.size)) entries after it are not covered "
                + "by it."
        case .holds(.some):
            "The checkpoint covers the whole log: nothing was changed, dropped or rewritten."
        case .holds(nil):
            "Tree, signatures and records agree. Nothing here excludes that a holder of the keys has "
                + "rewritten the log as a whole."
        case .fails: "The log does not hold. Read all that follows with the findings in mind."
        case .notDone: "Nothing was checked. What follows is what the log says."
        }
    }

    static func name(_ sort: AuditReport.Sort) -> String {
        switch sort {
        case .cameIn: "Came in"
        case .read: "Read"
        case .changed: "Changed"
        case .destroyed: "Destroyed"
        case .keys: "Keys and access"
        case .failedUnlocks: "Failed unlocks"
        }
    }

    static func step(_ step: ActivityChart.Step) -> (each: String, name: String) {
        switch step {
        case .day: ("day", "Day")
        case .week: ("week", "Week from")
        case .month: ("month", "Month")
        }
    }

    static func chart(_ step: ActivityChart.Step, from: String, to: String) -> String {
        "Entries of the log by \(self.step(step).each), from \(from) to \(to)"
    }
    static func chartDescription(_ total: Int, highest: Int, label: String) -> String {
        "Stacked bars, \(Wording.count(total, "entry", "entries")) in all, at most "
            + "\(Wording.count(highest)) (\(label)). The section \(numbers) holds the same as a table."
    }

    static let facts = (
        title: "This report", vault: "Vault", period: "Period", made: "Made", maker: "Made by",
        size: "Log", root: "Root hash", checkpoint: "Outside checkpoint",
        checkpointRoot: "Its root hash"
    )
    static func through(_ end: String) -> String { "to \(end), which is not included" }
    static func size(_ log: AuditReport.Log) -> String {
        "\(Wording.count(log.size)) entries, \(Wording.count(log.entriesInPeriod)) of them in the period"
    }
    static func checkpoint(_ checkpoint: AuditReport.Checkpoint) -> String {
        "\(Wording.count(checkpoint.size)) entries, kept at"
    }
    static let noCheckpoint = "none was compared"

    static let activity = "Activity"
    static let numbers = "Activity in numbers"
    static let people = "People"
    static let readings = "Readings"
    static let exports = "Exports"
    static let erasures = "Erasures"
    static let keyChanges = "Changes of keys and access"
    static let failedUnlocks = "Failed unlocks"
    static let clockJumps = "Clocks that went back"
    static let findings = "Findings"

    static let countsNote =
        "Counts are entries of the log: one for each thing that was done, however many pictures it concerned."
    static let peopleNote =
        "Everybody who acted in the period, by the label of the key that was used."
    static let readingsNote =
        "A reading is logged before it happens, so an interrupted one is here in full. What was erased "
        + "since has no name any more."
    static let exportsNote =
        "An export is logged before it happens, so an interrupted one is here in full. What was erased "
        + "since has no name any more."
    static let erasuresNote =
        "The key of each of these pictures was destroyed. Older copies of the vault may still hold it."
    static let clockNote =
        "Times are those of the machines that wrote the entries; the order of entries does not depend on "
        + "them."

    static let total = "Total"
    static let columns = (
        time: "Time", who: "Who", role: "Role", first: "First", last: "Last", did: "What they did",
        action: "Action", pictures: "Pictures", whose: "Subjects and names", ids: "Picture IDs",
        slot: "Key or slot", remark: "Remark", day: "Day", count: "Count", from: "From",
        entry: "Entry", before: "Before", after: "After", finding: "Finding"
    )
    static func more(_ count: Int) -> String { "and \(Wording.count(count)) more" }
    static func erased(_ count: Int) -> String { "\(Wording.count(count)) erased since" }

    static func footer(_ vault: String) -> String {
        "Whoever may read the log can make this report again. Whoever has the vault’s files can check the "
            + "log without a key: lighttight audit verify. Vault \(vault)."
    }
}

extension Wording {
    static func count(_ value: UInt64) -> String { count(Int(clamping: value)) }
}
