import VaultFormat
import VaultKit

extension AuditReport.Sort {
    /// What sort of thing an action is; `nil` for what is told elsewhere, or not counted.
    init?(_ action: EntryAction) {
        switch action {
        case .created, .imported, .deposited: self = .cameIn
        case .listed, .lookedUp, .viewed, .exported, .logRead: self = .read
        case .indexed, .edited, .filed, .removed, .restored, .compacted, .backedUp, .repaired,
            .stateAccepted:
            self = .changed
        case .purged: self = .destroyed
        case .slotAdded, .slotChanged, .slotRemoved, .rotated, .unlocked, .checkpoint: self = .keys
        case .unlockFailed: self = .failedUnlocks
        default: return nil
        }
    }
}

/// Gathers a report's contents from entries, in the order of the log.
struct AuditReportGatherer {
    private let clock: LocalClock
    private(set) var entries = 0
    private var days: [CivilDay: [AuditReport.Sort: Int]] = [:]
    private var uses: [AuditReport.Person: AuditReport.Use] = [:]
    private var readings: [AuditReport.Reading] = []
    private var exports: [AuditReport.Reading] = []
    private var erasures: [AuditReport.Erasure] = []
    private var keyChanges: [AuditReport.KeyChange] = []
    private var failed: [CivilDay: (count: Int, sources: Set<String>)] = [:]

    init(clock: LocalClock = .system) { self.clock = clock }

    mutating func add(_ told: OpenSlot.ToldEntry, isRetired: Bool) {
        let entry = told.entry
        let person = entry.actorLabel.map {
            AuditReport.Person(
                label: $0, role: entry.actorRole?.rawValue, isRetired: isRetired)
        }
        entries += 1
        let day = clock.day(of: entry.time)
        if let sort = AuditReport.Sort(entry.action) {
            days[day, default: [:]][sort, default: 0] += 1
        }
        if let person { use(person, entry) }
        let count = entry.pictures.isEmpty ? Int(clamping: entry.count ?? 0) : entry.pictures.count
        switch entry.action {
        case .listed, .lookedUp, .viewed:
            readings.append(reading(told, person, count))
        case .exported:
            exports.append(reading(told, person, count))
        case .purged:
            erasures.append(
                AuditReport.Erasure(
                    time: entry.time, person: person, pictures: count, records: entry.pictures))
        case .slotAdded, .slotChanged, .slotRemoved, .rotated, .stateAccepted, .checkpoint:
            keyChanges.append(
                AuditReport.KeyChange(
                    time: entry.time, person: person, action: entry.action.rawValue,
                    slot: entry.slotLabel, remark: entry.remark))
        case .unlockFailed:
            failed[day, default: (0, [])].count += 1
            failed[day]?.sources.insert(
                [entry.user, entry.machine].compactMap(\.self).joined(separator: " on "))
        default: break
        }
    }

    private mutating func use(_ person: AuditReport.Person, _ entry: AuditEntry) {
        var use =
            uses[person]
            ?? AuditReport.Use(person: person, first: entry.time, last: entry.time, counts: [])
        use.last = entry.time
        if let index = use.counts.firstIndex(where: { $0.action == entry.action.rawValue }) {
            use.counts[index].count += 1
        } else {
            use.counts.append((entry.action.rawValue, 1))
        }
        uses[person] = use
    }

    private func reading(
        _ told: OpenSlot.ToldEntry, _ person: AuditReport.Person?, _ count: Int
    ) -> AuditReport.Reading {
        AuditReport.Reading(
            time: told.entry.time, person: person, action: told.entry.action.rawValue,
            pictures: count, names: told.names.map { Printable.text($0) },
            subjects: told.subjects, erased: told.destroyed)
    }

    /// Puts what was gathered into a report.
    func fill(_ report: inout AuditReport) {
        report.days = days.sorted { $0.key < $1.key }.map {
            AuditReport.Day(day: $0.key, counts: $0.value)
        }
        report.uses = uses.values.sorted { $0.first < $1.first }
        report.readings = readings
        report.exports = exports
        report.erasures = erasures
        report.keyChanges = keyChanges
        report.failedUnlocks = failed.sorted { $0.key < $1.key }.map {
            AuditReport.FailedUnlocks(
                day: $0.key, count: $0.value.count, sources: $0.value.sources.sorted())
        }
    }
}
