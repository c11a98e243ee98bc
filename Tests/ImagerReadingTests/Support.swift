import ImagerReading
import VaultFormat

/// A picture in memory that counts what is read of it.
final class MemorySource: ByteSource {
    let all: [UInt8]
    /// Pretends that the picture is larger: nothing but zeros lies behind.
    let byteCount: UInt64
    private(set) var reads = 0
    private(set) var bytesRead = 0

    init(_ all: [UInt8], byteCount: UInt64? = nil) {
        self.all = all
        self.byteCount = byteCount ?? UInt64(all.count)
    }

    func bytes(at offset: UInt64, count: Int) throws(ReadingError) -> [UInt8] {
        precondition(
            count > 0 && count <= 1 << 20 && offset + UInt64(count) <= byteCount,
            "only bytes that are there are asked for")
        reads += 1
        bytesRead += count
        let start = Int(min(offset, UInt64(all.count)))
        let piece = Array(all[start..<min(all.count, start + count)])
        return piece + [UInt8](repeating: 0, count: count - piece.count)
    }
}

func reading(_ bytes: [UInt8]) throws -> Reading {
    let reading = try PictureReading.read(MemorySource(bytes))
    // Whatever is read must pass the parent's judgement.
    let facts = try PictureFacts(parsing: reading.facts.encoded)
    precondition(facts == reading.facts, "facts survive the way to the parent")
    return reading
}

/// Seconds since 1970 on a clock that shows this.
func clock(
    _ year: Int, _ month: Int, _ day: Int, _ hour: Int = 0, _ minute: Int = 0, _ second: Int = 0
) -> Int64 {
    // By counting days, so that the reader's own formula is not what it is judged by.
    var days = 0
    func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }
    for past in min(year, 1970)..<max(year, 1970) {
        days += (isLeap(past) ? 366 : 365) * (year > 1970 ? 1 : -1)
    }
    let months = [31, isLeap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    days += months[0..<month - 1].reduce(0, +) + day - 1
    return Int64(days) * 86_400 + Int64(hour * 3600 + minute * 60 + second)
}
