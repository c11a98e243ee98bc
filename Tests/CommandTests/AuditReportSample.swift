import VaultFormat

@testable import VaultCommands

/// A year of a gym's log, the same each time, with everything that a report can hold in it.
enum AuditReportSample {
    static let clock = LocalClock { moment in
        // As in Berlin, near enough: an hour, and two from April to October.
        let month = CivilDay(number: moment / 86_400).parts.month
        return (4...10).contains(month) ? 7200 : 3600
    }

    static let ana = AuditReport.Person(label: "Ana (front desk)", role: "desk")
    static let ben = AuditReport.Person(label: "Ben", role: "manager")
    static let cleo = AuditReport.Person(label: "Cleo, owner", role: "owner")
    static let dana = AuditReport.Person(label: "Dana", role: "manager", isRetired: true)

    /// - Parameter count: days before the first of December 2026.
    static func report(days count: Int64) throws -> AuditReport {
        let end: Int64 = 1_796_083_200 - 3600
        let start = end - count * 86_400
        var report = try empty(start: start, end: end)
        report.days = (0..<count).map { number in
            let day = CivilDay(number: 20_788 - count + number)
            // Closed on Sundays.
            guard day.weekStart.number + 6 != day.number else {
                return AuditReport.Day(day: day, counts: [:])
            }
            let wave = Int((number * number * 7 + number * 13) % 17)
            var counts: [AuditReport.Sort: Int] = [.cameIn: 2 + wave / 3, .read: 8 + wave]
            if wave % 5 == 0 { counts[.changed] = 3 }
            if wave % 7 == 1 { counts[.destroyed] = 4 }
            if number % 29 == 3 { counts[.keys] = 2 }
            if number % 11 == 5 { counts[.failedUnlocks] = 1 + wave % 4 }
            return AuditReport.Day(day: day, counts: counts)
        }
        report.uses = [
            .init(
                person: ana, first: start + 30_000, last: end - 40_000,
                counts: [("looked up", 1840), ("viewed", 411), ("imported", 96)]),
            .init(
                person: ben, first: start + 90_000, last: end - 9000,
                counts: [("imported", 212), ("removed", 30), ("purged", 14), ("exported", 3)]),
            .init(
                person: dana, first: start + 90_000, last: start + 900_000,
                counts: [("imported", 12)]),
            .init(
                person: cleo, first: start + 400_000, last: end - 500_000,
                counts: [("slot added", 1), ("slot removed", 1), ("checkpoint", 4)]),
        ]
        report.readings = (0..<14).map { number in
            .init(
                time: end - 1_000_000 + Int64(number) * 61_234, person: number == 9 ? nil : ana,
                action: number % 3 == 0 ? "viewed" : "looked up",
                pictures: number == 4 ? 0 : 1 + number % 3,
                names: number % 3 == 0 ? ["2026-\(number)-front.jpg", "badge \(number).png"] : [],
                subjects: number == 4 ? [] : ["M-\(10_411 + number * 37)"],
                erased: number == 7 ? 1 : 0)
        }
        report.exports = [
            .init(
                time: end - 700_000, person: ben, action: "exported", pictures: 312,
                names: (0..<312).map { "portrait-\($0).jpg" }, subjects: ["M-10411", "M-10412"],
                erased: 5)
        ]
        report.erasures = [
            .init(
                time: end - 400_000, person: ben, pictures: 3,
                records: try (0..<3).map {
                    try RecordID(hex: "3f9a0c51e2b74d6680a1c2d3e4f5061\($0)")
                })
        ]
        report.keyChanges = [
            .init(
                time: end - 900_000, person: cleo, action: "slot removed", slot: "Dana",
                remark: "left the company"),
            .init(time: end - 890_000, person: cleo, action: "rotated", slot: nil, remark: nil),
        ]
        report.failedUnlocks = [
            .init(day: CivilDay(number: 20_780), count: 4, sources: ["ana on frontdesk"]),
            .init(
                day: CivilDay(number: 20_784), count: 1,
                sources: ["ben on office", "ben on laptop"]),
        ]
        report.clockJumps = [
            .init(sequence: 20_117, before: end - 300_000, after: end - 307_200, person: ana)
        ]
        report.findings = [
            .init(
                sequence: 20_117,
                message: "the clock of this entry is two hours behind the one before it")
        ]
        return report
    }

    static func empty(start: Int64, end: Int64) throws -> AuditReport {
        AuditReport(
            vault: try VaultID(hex: "00112233445566778899aabbccddeeff"), title: "Gym on the Quay",
            start: start, end: end, made: end + 36_000, maker: cleo,
            log: .init(
                size: 24_518, root: (0..<32).map { UInt8($0 * 7) }, entriesInPeriod: 4_211,
                verification: .holds(
                    against: .init(
                        size: 23_900, root: (0..<32).map { UInt8($0 * 5) },
                        place: "notary Weiss, letter of 2026-11-20"))))
    }
}
