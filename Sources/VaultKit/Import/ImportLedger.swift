import Synchronization
import VaultCrypto
import VaultFormat

/// A file on its way into the vault: where it came from and what became of it.
struct Arrival: Sendable {
    var source: SourcePlace
    var occurrence: OccurrenceValue
    var tags: [String]
    var beside: SidecarFacts?
    var edit: PictureEdit?
    /// Beside the occurrence's.
    var albums: [String] = []
    var digest: ContentDigest
}

/// One content that this run has met and not committed yet. Whoever meets it first seals it; the
/// others leave their arrival with it.
final class Claim: Sendable {
    private struct State {
        var arrivals: [Arrival]
        var isClosed = false
    }

    let digest: ContentDigest
    private let state: Mutex<State>

    init(_ first: Arrival) {
        digest = first.digest
        state = Mutex(State(arrivals: [first]))
    }

    /// Whether it is not too late: once the claim is closed, its content is on its way to the records.
    func join(_ arrival: Arrival) -> Bool {
        state.withLock {
            if !$0.isClosed { $0.arrivals.append(arrival) }
            return !$0.isClosed
        }
    }

    /// Takes all arrivals; nobody can join any more.
    func close() -> [Arrival] {
        state.withLock {
            $0.isClosed = true
            return $0.arrivals
        }
    }
}

/// The claims of one run. Committed ones are dropped, so that it does not grow with the import; of a dry
/// run it keeps eight bytes a picture.
final class ImportLedger: Sendable {
    enum Answer {
        /// Nobody has this content yet: seal it.
        case first(Claim)
        /// Somebody else is sealing it; the arrival is with them.
        case joined
        /// It is being committed at this moment: too late to join, too early to find it in the records.
        case closing
    }

    private let claims = Mutex<[ContentDigest: Claim]>([:])
    private let foreseen = Mutex<Set<UInt64>>([])

    /// For a dry run: whether this content is met for the first time.
    func foresee(_ digest: ContentDigest) -> Bool {
        // Of random bits, eight bytes tell any number of pictures apart.
        let start = digest.bytes.prefix(8).reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
        return foreseen.withLock { $0.insert(start).inserted }
    }

    func claim(_ arrival: Arrival) -> Answer {
        claims.withLock { claims in
            if let claim = claims[arrival.digest] {
                return claim.join(arrival) ? .joined : .closing
            }
            let claim = Claim(arrival)
            claims[arrival.digest] = claim
            return .first(claim)
        }
    }

    /// After its commit, or when it came to nothing.
    func drop(_ claim: Claim) {
        claims.withLock { claims in
            if claims[claim.digest] === claim { claims[claim.digest] = nil }
        }
    }
}

/// A picture that lies sealed in a pack and has no record yet.
final class Draft: Sendable {
    let claim: Claim
    let id: RecordID
    let key: FileKey
    let byteCount: UInt64
    let type: MediaType
    /// In its pack, whose name is known when the pack is finished.
    let offset: UInt64

    init(
        claim: Claim, id: RecordID, key: consuming FileKey, byteCount: UInt64, type: MediaType,
        offset: UInt64
    ) {
        self.claim = claim
        self.id = id
        self.key = key
        self.byteCount = byteCount
        self.type = type
        self.offset = offset
    }
}
