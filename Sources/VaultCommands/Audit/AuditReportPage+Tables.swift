import VaultFormat

extension AuditReportPage {
    private typealias Text = AuditReportText

    /// So many names stand in one cell; more would bury the rest of the page.
    private static let mostNames = 24

    var people: HTMLTable {
        let columns = Text.columns
        var table = HTMLTable([
            .init(columns.who), .init(columns.role), .init(columns.first), .init(columns.last),
            .init(columns.did),
        ])
        for use in report.uses {
            let counts = use.counts.map {
                "<span class=\"pair\">\(HTMLText.escaped($0.action)) \(Wording.count($0.count))</span>"
            }
            table.add([
                name(use.person), HTMLText.escaped(use.person.role ?? ""), time(use.first),
                time(use.last), counts.joined(separator: " "),
            ])
        }
        return table
    }

    func readings(_ readings: [AuditReport.Reading]) -> HTMLTable {
        let columns = Text.columns
        var table = HTMLTable([
            .init(columns.time), .init(columns.who), .init(columns.action),
            .init(columns.pictures, isNumber: true), .init(columns.whose),
        ])
        for reading in readings {
            var whose: [String] = []
            if !reading.subjects.isEmpty { whose.append("<b>\(list(reading.subjects))</b>") }
            if !reading.names.isEmpty { whose.append(list(reading.names)) }
            if reading.erased > 0 { whose.append("<em>\(Text.erased(reading.erased))</em>") }
            table.add([
                time(reading.time), person(reading.person), HTMLText.escaped(reading.action),
                Wording.count(reading.pictures), whose.joined(separator: " · "),
            ])
        }
        return table
    }

    var erasures: HTMLTable {
        let columns = Text.columns
        var table = HTMLTable([
            .init(columns.time), .init(columns.who), .init(columns.pictures, isNumber: true),
            .init(columns.ids),
        ])
        for erasure in report.erasures {
            let ids = erasure.records.map { "<span class=\"mono\">\($0.hex)</span>" }
            table.add([
                time(erasure.time), person(erasure.person), Wording.count(erasure.pictures),
                ids.joined(separator: " "),
            ])
        }
        return table
    }

    var keyChanges: HTMLTable {
        let columns = Text.columns
        var table = HTMLTable([
            .init(columns.time), .init(columns.who), .init(columns.action), .init(columns.slot),
            .init(columns.remark),
        ])
        for change in report.keyChanges {
            table.add([
                time(change.time), person(change.person), HTMLText.escaped(change.action),
                foreign(change.slot ?? ""), foreign(change.remark ?? ""),
            ])
        }
        return table
    }

    var failedUnlocks: HTMLTable {
        let columns = Text.columns
        var table = HTMLTable([
            .init(columns.day), .init(columns.count, isNumber: true), .init(columns.from),
        ])
        for failed in report.failedUnlocks {
            table.add([failed.day.text, Wording.count(failed.count), list(failed.sources)])
        }
        return table
    }

    var clockJumps: HTMLTable {
        let columns = Text.columns
        var table = HTMLTable([
            .init(columns.entry, isNumber: true), .init(columns.before), .init(columns.after),
            .init(columns.who),
        ])
        for jump in report.clockJumps {
            table.add([
                Wording.count(jump.sequence), time(jump.before), time(jump.after),
                person(jump.person),
            ])
        }
        return table
    }

    var findings: HTMLTable {
        let columns = Text.columns
        var table = HTMLTable([.init(columns.entry, isNumber: true), .init(columns.finding)])
        for finding in report.findings {
            table.add([
                finding.sequence.map { Wording.count($0) } ?? "–", foreign(finding.message),
            ])
        }
        return table
    }

    // MARK: - Cells

    func time(_ moment: Int64) -> String {
        "<time datetime=\"\(clock.iso(moment))\">\(clock.text(moment))</time>"
    }

    /// A name with its role.
    func person(_ person: AuditReport.Person?) -> String {
        guard let person else { return "<em>\(Text.unsigned)</em>" }
        let role = person.role.map { " <small>\(HTMLText.escaped($0))</small>" } ?? ""
        return name(person) + role
    }

    private func name(_ person: AuditReport.Person) -> String {
        foreign(person.label) + (person.isRetired ? " <small>\(Text.retired)</small>" : "")
    }

    /// Text from elsewhere, whose direction stays its own.
    private func foreign(_ text: String) -> String { "<bdi>\(HTMLText.escaped(text))</bdi>" }

    private func list(_ texts: [String]) -> String {
        let shown = texts.prefix(Self.mostNames).map(foreign).joined(separator: ", ")
        let rest = texts.count - Self.mostNames
        return rest > 0 ? "\(shown) \(Text.more(rest))" : shown
    }
}
