import Synchronization
import VaultRecords

/// The tags of a vault's pictures in a run of `import`, gathered once the run has asked often enough
/// for that to be cheaper. Shared by the workers.
final class KnownTags: Sendable {
    /// As many questions are cheaper one by one than reading all tags of a large vault.
    private static let patience = 256

    private struct State {
        var asked = 0
        var filters: (content: TagFilter, place: TagFilter)?
    }

    private let records: RecordsDatabase
    private let state = Mutex(State())

    init(_ records: RecordsDatabase) { self.records = records }

    /// Whether it is worth asking the records. What this run committed counts; what somebody else
    /// commits meanwhile is noticed by the committer.
    func mayContain(_ kind: CandidateKind, _ tag: Int64) throws(VaultError) -> Bool {
        let result: Result<Bool, RecordsError> = state.withLock { state in
            state.asked += 1
            if state.asked >= Self.patience, state.filters == nil {
                do throws(RecordsError) {
                    var filters = (content: TagFilter(), place: TagFilter())
                    try records.forEachTag(.content) { filters.content.insert($0) }
                    try records.forEachTag(.place) { filters.place.insert($0) }
                    state.filters = filters
                } catch {
                    return .failure(error)
                }
            }
            guard let filters = state.filters else { return .success(true) }
            return .success(
                kind == .content
                    ? filters.content.mayContain(tag) : filters.place.mayContain(tag))
        }
        return try reading { () throws(RecordsError) in try result.get() }
    }

    /// Called with the tags of what was just committed.
    func add(content: Int64, places: [Int64]) {
        state.withLock { state in
            state.filters?.content.insert(content)
            for place in places { state.filters?.place.insert(place) }
        }
    }
}
