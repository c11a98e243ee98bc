internal import Synchronization
internal import VaultFiles
internal import VaultFormat

/// One request: what is known of it, and what is coming in for it now.
///
/// Holds what the request's files say, under a lock that is held while they are written: so two at once never
/// exceed what is left.
final class DeskRequest: Sendable {
    struct Held {
        var offer: RequestOffer
        /// The offer's file as it was read; an extension replaces it.
        var seen: FileStatus
        var state: RequestState
        let slip: RequestSlip
        /// As they are served: their SHA-256 is in the link.
        let slipBytes: [UInt8]
        /// What is coming, by deposit. One that comes anew takes the place of the one before it, whose
        /// connection broke.
        var coming: [DepositID: Coming] = [:]

        var filesLeft: Int { max(0, offer.files - state.received.count) }
        var bytesLeft: Int64 { max(0, offer.bytes - state.byteCount) }

        /// Whether one more file fits beside what came and what is coming.
        func hasRoom(for deposit: DepositID, _ byteCount: Int64) -> Bool {
            let others = coming.filter { $0.key != deposit }.values
            return others.count < filesLeft
                && others.reduce(byteCount) { $0 + $1.byteCount } <= bytesLeft
        }
    }

    struct Coming {
        /// Tells it from another one of the same deposit.
        var number: UInt64
        var byteCount: Int64
    }

    let name: RequestName
    /// `nil` until it is wanted first.
    private let held = Mutex<Held?>(nil)

    init(_ name: RequestName) { self.name = name }

    /// Lends what is held. One at a time.
    func withHeld<R: Sendable>(_ body: (inout Held?) -> R) -> R {
        held.withLock { body(&$0) }
    }
}

/// What `look` tells of a request. Spec 13 §6.
struct RequestLookAnswer: Encodable {
    var bytes: Int64
    var expires: Int64
    var files: Int
    var largest: Int64
    var slip: JSONBytes
}

/// What a file that came is answered with. Spec 13 §6.
struct ReceiptAnswer: Encodable, Sendable {
    var bytes: Int64
    var files: Int
    var receipt: JSONBytes
}
