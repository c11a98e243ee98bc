import VaultCrypto
import VaultFormat

/// The bytes of one pack after the other on their way to the store: buffered, hashed, written a MiB
/// at a time.
///
/// Alone, bytes are hashed while they are in the processor's cache. A caller that has other bytes to
/// hash (`hash(_:into:)`) gets both for little more than the price of one: then the pack's bytes
/// wait in the buffer for the next such call, written already or not.
final class PackOutput {
    /// What is written at once.
    static let writtenAtOnce = 1 << 20
    /// How much is hashed at once, at least: with its plaintext it fits the second-level cache.
    static let hashedAtOnce = 256 << 10
    /// The buffer when the pack's bytes wait for others: most pictures fit.
    static let waitingByteCount = 8 << 20

    private let store: any PackStore
    /// Nil between packs.
    private var incoming: (any IncomingPack)?
    private var hasher = SHA256Hasher()
    private var buffer = PageBuffer(byteCount: writtenAtOnce)
    /// How far the buffer is filled, and how much of that is hashed, and is in the store.
    private var filled = 0
    private var hashed = 0
    private var stored = 0
    /// The pack's bytes before the buffer's first.
    private var start: UInt64 = 0

    init(store: any PackStore) { self.store = store }

    var byteCount: UInt64 { start + UInt64(filled) }

    /// Whether the pack's bytes wait for others to be hashed with.
    private var waits: Bool { buffer.count > Self.writtenAtOnce }

    /// The place for the next bytes, `count` (256 KiB at most) or more. Begins a pack when there is
    /// none.
    func room(_ count: Int) throws(StoreError) -> UnsafeMutableRawBufferPointer {
        if incoming == nil { incoming = try store.beginPack() }
        if filled - stored + count > Self.writtenAtOnce || buffer.count - filled < count {
            if !waits { hash() }
            try write(keepingPartOfPage: true)
            makeRoom(count)
        }
        return buffer[filled..<buffer.count]
    }

    /// Takes what was put at the place that `room` gave.
    func advance(_ count: Int) {
        filled += count
        if !waits, filled - hashed >= Self.hashedAtOnce { hash() }
    }

    /// Takes other bytes into another hasher, and with them what waits here to be hashed.
    func hash(_ other: UnsafeRawBufferPointer, into otherHasher: inout SHA256Hasher) {
        SHA256Hasher.update(
            &otherHasher, with: other, and: &hasher,
            with: UnsafeRawBufferPointer(buffer[hashed..<filled]))
        hashed = filled
        if !waits, SHA256Hasher.canPair { wait() }
    }

    /// Writes the rest and gives the pack its name. The output is empty then.
    func finish() throws(StoreError) -> FinishedPack {
        hash()
        try write(keepingPartOfPage: false)
        guard let incoming else { preconditionFailure("there is nothing in this pack") }
        let pack = FinishedPack(
            name: PackName(hasher.finalize()), byteCount: byteCount, incoming: incoming)
        self.incoming = nil
        (filled, hashed, stored, start) = (0, 0, 0, 0)
        return pack
    }

    func abandon() {
        incoming?.abandon()
        incoming = nil
        hasher.reset()
        (filled, hashed, stored, start) = (0, 0, 0, 0)
    }

    private func hash() {
        hasher.update(UnsafeRawBufferPointer(buffer[hashed..<filled]))
        hashed = filled
    }

    /// Writes what is in the buffer: up to the last whole page of the file, or all of it.
    private func write(keepingPartOfPage: Bool) throws(StoreError) {
        let end = filled - (keepingPartOfPage ? Int(byteCount % 4096) : 0)
        guard let incoming, end > stored else { return }
        try incoming.append(UnsafeRawBufferPointer(buffer[stored..<end]))
        stored = end
    }

    /// Moves what is still needed to the buffer's beginning, if that is little beside what goes;
    /// hashes it first if that is the only way to have room.
    private func makeRoom(_ count: Int) {
        if buffer.count - filled < count { hash() }
        // Whole pages, so that writes begin on one in memory as in the file.
        let done = min(hashed, stored) & ~4095
        guard done > 0, filled - done <= max(Self.hashedAtOnce, done / 2) else { return }
        buffer.bytes.copyMemory(from: UnsafeRawBufferPointer(buffer[done..<filled]))
        (filled, hashed, stored) = (filled - done, hashed - done, stored - done)
        start += UInt64(done)
    }

    private func wait() {
        let larger = PageBuffer(byteCount: Self.waitingByteCount)
        larger.bytes.copyMemory(from: UnsafeRawBufferPointer(buffer[0..<filled]))
        buffer = larger
    }
}

// MARK: - Going back

extension PackOutput {
    /// A place in the pack, with the hash of what lies before it.
    struct Mark: ~Copyable {
        let byteCount: UInt64
        /// None at the beginning, where there is nothing to keep.
        fileprivate let hasher: SHA256Hasher?
    }

    func mark() -> Mark {
        hash()
        return Mark(byteCount: byteCount, hasher: byteCount > 0 ? hasher.copy() : nil)
    }

    /// Takes back everything since the mark.
    func goBack(to mark: consuming Mark) throws(StoreError) {
        let place = mark.byteCount
        if place < start + UInt64(stored) { try incoming?.cut(to: place) }
        start = min(start, place)
        // What lies in the buffer before the mark was never overwritten.
        filled = Int(place - start)
        (hashed, stored) = (filled, min(stored, filled))
        if place > 0 { hasher = mark.hasher! } else { hasher.reset() }
    }
}
