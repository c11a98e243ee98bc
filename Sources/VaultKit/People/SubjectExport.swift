import Synchronization
package import VaultFormat

/// What was written out of one person's pictures, and what the vault knows of them.
package struct SubjectExport: Sendable {
    /// With this person's occurrences only.
    package var pictures: [Picture]
    package var report: ExportReport
    /// What became of each, by picture, in the order of the paths below `pictures`.
    package var files: [RecordID: [ExportOutcome]]
}

/// Gathers outcomes from all threads.
final class Gathered: Sendable {
    private let outcomes = Mutex<[ExportOutcome]>([])

    func add(_ outcome: ExportOutcome) { outcomes.withLock { $0.append(outcome) } }

    var all: [RecordID: [ExportOutcome]] {
        Dictionary(grouping: outcomes.withLock { $0 }, by: \.id).mapValues { outcomes in
            outcomes.sorted { $0.path.lexicographicallyPrecedes($1.path) }
        }
    }
}
