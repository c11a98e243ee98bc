import VaultCrypto
import VaultFormat

/// Reads what a share server says, as what a stranger wrote: what goes on from where the vault stopped, and
/// what does not. Spec 11 §9.
struct ServerEventIntake {
    /// How many events an entry of the log takes.
    static let entryCount = 1_000
    /// How many entries are made at a time.
    static let batchCount = 4

    /// What becomes one entry of the log.
    struct Batch: Equatable {
        /// What is wrong; then there are no events.
        var remark: String?
        /// Events as they are in the file, each with its length before it.
        var events: [UInt8] = []
        var count = 0
        /// Where the vault has got to with it.
        var position: ServerPosition
    }

    private let vault: VaultID
    private var position: ServerPosition?
    private var batches: [Batch] = []
    private var isFull = false

    /// - Parameter position: where the vault stopped; `nil` before it heard of any server.
    init(vault: VaultID, position: ServerPosition?) {
        self.vault = vault
        self.position = position
    }

    /// Whether a file that begins with this event, with another one after it, has nothing new.
    static func isPassed(nextFile first: UInt64, _ position: ServerPosition?) -> Bool {
        guard let position, position.next > 0 else { return false }
        // The event before the next one is looked at again: it shows a fork.
        return first <= position.next - 1
    }

    /// What the files say that is new, in entries.
    ///
    /// - Parameter files: ascending, each with the sequence that its name says.
    static func read(
        _ files: [(first: UInt64, bytes: [UInt8])], vault: VaultID, from position: ServerPosition?
    ) -> [Batch] {
        var intake = ServerEventIntake(vault: vault, position: position)
        intake.lookForRewind(files)
        for file in files where !intake.isFull { intake.take(file.bytes, first: file.first) }
        return intake.batches
    }

    /// A server that was put back to an older state says again what it said, and other things after it.
    private mutating func lookForRewind(_ files: [(first: UInt64, bytes: [UInt8])]) {
        guard let known = position, known.next > 0, let file = files.last else { return }
        let pieces = ServerEventFile.pieces(file.bytes).pieces
        guard let start = pieces.first, let last = pieces.dropFirst().last,
            Self.head(file.bytes[start])?.key == known.key
        else { return }
        let next = file.first &+ UInt64(pieces.count - 1)
        guard next < known.next else { return }
        anomaly(
            "fork",
            ServerPosition(key: known.key, next: next, before: Self.hash(Array(file.bytes[last]))))
    }

    private mutating func take(_ bytes: [UInt8], first: UInt64) {
        let pieces = ServerEventFile.pieces(bytes).pieces
        // A file that is just being begun says nothing yet.
        guard let start = pieces.first, first < 1 << 53 else { return }
        guard let head = Self.head(bytes[start]), head.first == first, head.vault == vault,
            let key = Self.verifyingKey(head.key)
        else { return damaged(first, before: ServerEvent.beginning) }
        let begins = Self.before(bytes, pieces) ?? ServerEvent.beginning
        if position == nil {
            position = ServerPosition(key: head.key, next: 0, before: ServerEvent.beginning)
        } else if position?.key != head.key {
            anomaly("another key", ServerPosition(key: head.key, next: first, before: begins))
        }
        for (number, piece) in pieces.dropFirst().enumerated() where !isFull {
            let sequence = first + UInt64(number)
            let bytes = Array(bytes[piece])
            guard let known = position, sequence + 1 >= known.next else { continue }
            if sequence + 1 == known.next, Self.hash(bytes) == known.before { continue }
            guard let event = Self.event(bytes[...]), event.sequence == sequence,
                key.verify(signature: event.signature, of: event.signedBytes(vault: vault))
            else {
                damaged(sequence, before: Self.hash(bytes))
                continue
            }
            take(event, bytes)
        }
    }

    /// Takes an event that is new, or another one in the place of the last one taken.
    private mutating func take(_ event: ServerEvent, _ bytes: [UInt8]) {
        guard let known = position else { return }
        let here = ServerPosition(key: known.key, next: event.sequence, before: event.before)
        if event.sequence > known.next {
            anomaly("gap", here)
        } else if event.sequence < known.next || event.before != known.before {
            anomaly("fork", here)
        }
        let isFresh = batches.last.map { $0.remark != nil || $0.count == Self.entryCount } ?? true
        let after = ServerPosition(
            key: known.key, next: event.sequence + 1, before: Self.hash(bytes))
        if isFresh, !isFull { begin(Batch(position: after)) }
        guard !isFull else { return }
        batches[batches.count - 1].events += ServerEventFile.framed(bytes)
        batches[batches.count - 1].count += 1
        batches[batches.count - 1].position = after
        position = after
    }

    /// What is no event is told once, and the vault goes on behind it.
    private mutating func damaged(_ sequence: UInt64, before: LogHash) {
        guard let known = position, known.next <= sequence else { return }
        anomaly(
            "damaged", ServerPosition(key: known.key, next: sequence + 1, before: before))
    }

    private mutating func anomaly(_ remark: String, _ after: ServerPosition) {
        guard !isFull else { return }
        begin(Batch(remark: remark, position: after))
        if !isFull { position = after }
    }

    private mutating func begin(_ batch: Batch) {
        isFull = batches.count == Self.batchCount
        if !isFull { batches.append(batch) }
    }
}

extension ServerEventIntake {
    // What does not parse is damage, whatever it is.
    private static func head(_ bytes: ArraySlice<UInt8>) -> ServerEventFile.Head? {
        bytes.withUnsafeBytes { bytes in
            do { return try ServerEventFile.Head(parsing: bytes) } catch { return nil }
        }
    }

    private static func event(_ bytes: ArraySlice<UInt8>) -> ServerEvent? {
        bytes.withUnsafeBytes { bytes in
            do { return try ServerEvent(parsing: bytes) } catch { return nil }
        }
    }

    private static func verifyingKey(_ bytes: [UInt8]) -> VerifyingKey? {
        do { return try VerifyingKey(bytes) } catch { return nil }
    }

    private static func before(_ bytes: [UInt8], _ pieces: [Range<Int>]) -> LogHash? {
        guard let first = pieces.dropFirst().first else { return nil }
        return event(bytes[first])?.before
    }

    private static func hash(_ bytes: [UInt8]) -> LogHash {
        Digest(hashing: bytes).bytes.withUnsafeBytes { LogHash(at: 0, in: $0) }
    }
}
