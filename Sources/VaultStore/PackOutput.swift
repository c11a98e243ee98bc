import VaultCrypto
import VaultFormat

/// The bytes of one pack after the other on their way to the store: buffered, hashed while they are
/// in the processor's cache, written a MiB at a time.
final class PackOutput {
    /// What is written at once.
    static let bufferByteCount = 1 << 20
    /// How much is hashed at once, at least: with its plaintext it fits the second-level cache.
    static let hashedAtOnce = 256 << 10

    private let store: any PackStore
    /// Nil between packs.
    private var incoming: (any IncomingPack)?
    private var hasher = SHA256Hasher()
    private let buffer = PageBuffer(byteCount: bufferByteCount)
    /// How far the buffer is filled, and how much of that is hashed.
    private var filled = 0
    private var hashed = 0
    /// The pack's bytes before the buffer's first.
    private var written: UInt64 = 0

    init(store: any PackStore) { self.store = store }

    var byteCount: UInt64 { written + UInt64(filled) }

    /// The place for the next bytes, `count` (256 KiB at most) or more. Begins a pack when there is
    /// none.
    func room(_ count: Int) throws(StoreError) -> UnsafeMutableRawBufferPointer {
        if incoming == nil { incoming = try store.beginPack() }
        if buffer.count - filled < count { try flush(keepingPartOfPage: true) }
        return buffer[filled..<buffer.count]
    }

    /// Takes what was put at the place that `room` gave.
    func advance(_ count: Int) {
        filled += count
        if filled - hashed >= Self.hashedAtOnce { hash() }
    }

    /// Writes the rest and gives the pack its name. The output is empty then.
    func finish() throws(StoreError) -> FinishedPack {
        try flush(keepingPartOfPage: false)
        guard let incoming else { preconditionFailure("there is nothing in this pack") }
        let pack = FinishedPack(
            name: PackName(hasher.finalize()), byteCount: written, incoming: incoming)
        self.incoming = nil
        (filled, hashed, written) = (0, 0, 0)
        return pack
    }

    func abandon() {
        incoming?.abandon()
        incoming = nil
        hasher.reset()
        (filled, hashed, written) = (0, 0, 0)
    }

    private func hash() {
        hasher.update(UnsafeRawBufferPointer(buffer[hashed..<filled]))
        hashed = filled
    }

    /// Writes what is in the buffer: up to the last whole page of the file, or all of it.
    private func flush(keepingPartOfPage: Bool) throws(StoreError) {
        hash()
        let kept = keepingPartOfPage ? Int(byteCount % 4096) : 0
        guard let incoming, filled > kept else { return }
        let count = filled - kept
        try incoming.append(UnsafeRawBufferPointer(buffer[0..<count]))
        written += UInt64(count)
        buffer.bytes.copyMemory(from: UnsafeRawBufferPointer(buffer[count..<filled]))
        (filled, hashed) = (kept, kept)
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
        if place < written {
            try incoming?.cut(to: place)
            written = place
        }
        // What lies in the buffer before the mark was never moved nor overwritten.
        filled = Int(place - written)
        hashed = filled
        if place > 0 { hasher = mark.hasher! } else { hasher.reset() }
    }
}
