import VaultFormat

/// Holds groups of pictures back until an entry says that they go out. Spec 07 §1. Of one thread.
final class Foretelling {
    /// How many pictures one entry speaks of before the first of them goes out.
    private static let picturesAtOnce = 1_024

    private let slot: OpenSlot
    private let action: EntryAction
    private var waiting: [[SealedPicture]] = []
    private var count = 0

    init(_ slot: OpenSlot, _ action: EntryAction) {
        self.slot = slot
        self.action = action
    }

    /// Takes a group; `put` gets it, in order, at some later call.
    func add(
        _ group: [SealedPicture], _ put: ([SealedPicture]) throws(VaultError) -> Void
    ) throws(VaultError) {
        waiting.append(group)
        count += group.count
        if count >= Self.picturesAtOnce { try finish(put) }
    }

    /// Lets out what waits.
    func finish(_ put: ([SealedPicture]) throws(VaultError) -> Void) throws(VaultError) {
        guard count > 0 else { return }
        try slot.tell(Telling(action, pictures: waiting.joined().map(\.picture.id)))
        for group in waiting { try put(group) }
        waiting = []
        count = 0
    }
}
