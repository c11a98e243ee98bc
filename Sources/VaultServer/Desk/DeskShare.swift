internal import Synchronization
internal import VaultCrypto
internal import VaultFiles
internal import VaultFormat
internal import VaultSharing

/// One share: what is known of it, and who holds a view of it now.
///
/// Holds what the share's files say, under a lock that is held while they are written: so views are
/// taken one after the other, and none is told before it is durable.
final class DeskShare: Sendable {
    struct Held {
        var offer: ShareOffer
        /// The offer's file as it was read; an extension replaces it.
        var seen: FileStatus
        var state: ShareState
        /// By the SHA-256 of their tickets.
        var grants: [[UInt8]: Grant]

        /// The views that are left; `nil` when there is no end of them.
        var left: Int? { offer.views.map { max(0, $0 - state.taken) } }

        /// Drops what time has ended; whether there was any.
        mutating func dropEnded(at now: Int64) -> Bool {
            let before = state.grants.count
            state.grants.removeAll { $0.until <= now }
            let known = Set(state.grants.map(\.ticket.bytes))
            for (ticket, grant) in grants where !known.contains(ticket) {
                grant.revoke()
                grants[ticket] = nil
            }
            return state.grants.count != before
        }

        /// Why the share has ended, when it has. Spec 11 §7.
        func ending(at now: Int64) -> String? {
            if now >= offer.expires { return "expired" }
            return left == 0 && state.grants.isEmpty ? "used up" : nil
        }
    }

    let name: ShareName
    /// `nil` until it is wanted first.
    private let held = Mutex<Held?>(nil)

    init(_ name: ShareName) { self.name = name }

    /// Lends what is held. One at a time.
    func withHeld<R: Sendable>(_ body: (inout Held?) -> R) -> R {
        held.withLock { body(&$0) }
    }
}
