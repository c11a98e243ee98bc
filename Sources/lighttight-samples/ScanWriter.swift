/// The entropy-coded bits of a JPEG, and beside them which bits are free.
///
/// A bit is free when either value gives a valid picture of the same length: the low bits of a
/// coefficient's amplitude. So one encoded picture makes any number of different ones.
struct ScanWriter {
    /// Eight bytes each, the first byte in the highest bits; `0xFF` is not stuffed yet.
    private(set) var words: [UInt64] = []
    private(set) var free: [UInt64] = []
    private var word: UInt64 = 0
    private var freeWord: UInt64 = 0
    private var room = 64

    var byteCount: Int { words.count * 8 + (64 - room + 7) / 8 }

    mutating func reserve(_ byteCount: Int) {
        words.reserveCapacity(byteCount / 8)
        free.reserveCapacity(byteCount / 8)
    }

    /// Appends the low `count` bits (at most 32) of `bits`.
    mutating func append(_ bits: UInt32, _ count: Int, free mask: UInt32 = 0) {
        if count <= room {
            room -= count
            word |= UInt64(bits) << UInt64(room)
            freeWord |= UInt64(mask) << UInt64(room)
            if room == 0 { flush() }
        } else {
            let over = count - room
            word |= UInt64(bits) >> UInt64(over)
            freeWord |= UInt64(mask) >> UInt64(over)
            flush()
            room = 64 - over
            word = UInt64(bits) << UInt64(room)
            freeWord = UInt64(mask) << UInt64(room)
        }
    }

    /// Pads the last byte with ones and returns the true number of bytes.
    mutating func finish() -> Int {
        let pad = room % 8
        if pad > 0 { append((1 << UInt32(pad)) - 1, pad) }
        let count = byteCount
        if room < 64 { flush() }
        return count
    }

    private mutating func flush() {
        words.append(word)
        free.append(freeWord)
        word = 0
        freeWord = 0
        room = 64
    }
}
