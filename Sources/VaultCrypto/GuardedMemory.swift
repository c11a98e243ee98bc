import CSodium
import Synchronization

/// Memory for secrets: locked against swapping, left out of core dumps, with guard pages around.
///
/// `sodium_malloc` takes four pages and some 25 µs, too much for one file key a picture in bulk.
/// So secrets of up to 32 bytes are slots of slabs, and only larger ones allocations of their own.
/// Slabs are kept until the process ends: their number follows the most secrets ever alive at once.
package enum GuardedMemory {
    static let slotByteCount = 32
    /// A page of slots.
    static let slotsPerSlab = 128

    /// Whether every allocation so far is locked into memory. False when `RLIMIT_MEMLOCK` was used
    /// up: secrets then still work, but the system may swap them out.
    package static var isLocked: Bool {
        state.withLock { $0.isLocked }
    }

    // Sendable: the pointers in `free` are owned by the list, and reached under the lock only.
    private struct State: @unchecked Sendable {
        var free: [UnsafeMutableRawPointer] = []
        var isLocked = true
    }

    private static let state = Mutex(State())

    /// Memory of `count` bytes, whose content is undefined, or nil when there is none.
    static func allocate(_ count: Int) -> UnsafeMutableRawPointer? {
        guard count <= slotByteCount else {
            let allocation = lockedAllocation(count)
            if let allocation, !allocation.isLocked { state.withLock { $0.isLocked = false } }
            return allocation?.base
        }
        return state.withLock { state in
            if let slot = state.free.popLast() { return slot }
            guard let slab = lockedAllocation(slotByteCount * slotsPerSlab) else { return nil }
            if !slab.isLocked { state.isLocked = false }
            // Free slots hold zeros, so that a slot is zero from one secret's end to the next.
            sodium_memzero(slab.base, slotByteCount * slotsPerSlab)
            for index in (1..<slotsPerSlab).reversed() {
                state.free.append(slab.base + index * slotByteCount)
            }
            return slab.base
        }
    }

    /// Wipes and gives back what `allocate` gave for the same count.
    static func release(_ base: UnsafeMutableRawPointer, count: Int) {
        guard count <= slotByteCount else {
            sodium_free(base)  // Wipes by itself.
            return
        }
        sodium_memzero(base, slotByteCount)
        state.withLock { $0.free.append(base) }
    }

    private static func lockedAllocation(
        _ count: Int
    ) -> (base: UnsafeMutableRawPointer, isLocked: Bool)? {
        Sodium.start()
        guard let base = sodium_malloc(count) else { return nil }
        // sodium_malloc ignores a failing mlock. Locking again costs nothing and tells.
        return (base, sodium_mlock(base, count) == 0)
    }
}

/// The library, started once.
enum Sodium {
    static func start() { _ = started }

    private static let started: Void = {
        precondition(sodium_init() >= 0, "libsodium cannot start: there is no random source")
    }()
}
