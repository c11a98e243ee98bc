/// The bytes of one picture, wherever they lie.
package protocol ByteSource: AnyObject {
    var byteCount: UInt64 { get }

    /// Exactly the bytes of a range, which lies inside the picture and holds at most 1 MiB.
    func bytes(at offset: UInt64, count: Int) throws(ReadingError) -> [UInt8]
}

/// Why reading a picture's facts ended early.
package enum ReadingError: Error, Equatable, Sendable {
    /// Something points beyond the end of the picture, or beyond what holds it.
    case beyondEnd
    /// There is more of something than a picture can have honestly.
    case tooMuch
    /// What is there makes no sense.
    case malformed
    /// The source gives nothing more: the parent went away, or a limit was reached.
    case sourceFailed
}

/// Reads numbers at any place of a picture, through a piece of it that is kept.
package final class Window {
    package let source: any ByteSource
    private var start: UInt64 = 0
    private var kept: [UInt8] = []
    private static let pieceByteCount = 1 << 16

    package init(_ source: any ByteSource) { self.source = source }

    package var whole: Span { Span(window: self, start: 0, end: source.byteCount) }

    fileprivate func byte(at offset: UInt64) throws(ReadingError) -> UInt8 {
        if offset < start || offset - start >= UInt64(kept.count) { try load(offset) }
        return kept[Int(offset - start)]
    }

    private func load(_ offset: UInt64) throws(ReadingError) {
        guard offset < source.byteCount else { throw .beyondEnd }
        // A little before it, too: readers step back as often as they jump.
        let first = offset - min(offset, 64)
        let count = Int(min(UInt64(Self.pieceByteCount), source.byteCount - first))
        kept = try source.bytes(at: first, count: count)
        start = first
    }

    fileprivate func bytes(at offset: UInt64, count: Int) throws(ReadingError) -> [UInt8] {
        if offset >= start, offset - start <= UInt64(kept.count),
            count <= kept.count - Int(offset - start)
        {
            return Array(kept[Int(offset - start)..<Int(offset - start) + count])
        }
        return count == 0 ? [] : try source.bytes(at: offset, count: count)
    }
}

/// A stretch of a picture. Offsets count from its start, and nothing beyond its end is read.
package struct Span {
    let window: Window
    /// Where it lies in the picture.
    package let start: UInt64
    package let end: UInt64

    package var byteCount: UInt64 { end - start }

    /// A stretch inside this one.
    func span(at offset: UInt64, count: UInt64) throws(ReadingError) -> Span {
        guard offset <= byteCount, count <= byteCount - offset else { throw .beyondEnd }
        return Span(window: window, start: start + offset, end: start + offset + count)
    }

    /// What is left of this one from an offset on.
    func rest(from offset: UInt64) throws(ReadingError) -> Span {
        guard offset <= byteCount else { throw .beyondEnd }
        return Span(window: window, start: start + offset, end: end)
    }

    func byte(at offset: UInt64) throws(ReadingError) -> UInt8 {
        guard offset < byteCount else { throw .beyondEnd }
        return try window.byte(at: start + offset)
    }

    /// At most 1 MiB.
    func bytes(at offset: UInt64, count: Int) throws(ReadingError) -> [UInt8] {
        guard count >= 0, offset <= byteCount, UInt64(count) <= byteCount - offset else {
            throw .beyondEnd
        }
        guard count <= 1 << 20 else { throw .tooMuch }
        return try window.bytes(at: start + offset, count: count)
    }

    /// As many bytes as there are, up to `most`.
    func bytes(at offset: UInt64, most: Int) throws(ReadingError) -> [UInt8] {
        guard offset < byteCount else { return [] }
        return try bytes(at: offset, count: Int(min(UInt64(most), byteCount - offset)))
    }

    /// A number of up to eight bytes.
    func number(
        at offset: UInt64, byteCount count: Int, littleEndian: Bool = false
    ) throws(ReadingError) -> UInt64 {
        var value: UInt64 = 0
        guard offset <= byteCount, UInt64(count) <= byteCount - offset else { throw .beyondEnd }
        for index in 0..<count {
            let byte = UInt64(try window.byte(at: start + offset + UInt64(index)))
            value = littleEndian ? value | byte << UInt64(8 * index) : value << 8 | byte
        }
        return value
    }

    func u16(_ offset: UInt64, littleEndian: Bool = false) throws(ReadingError) -> Int {
        Int(try number(at: offset, byteCount: 2, littleEndian: littleEndian))
    }

    func u32(_ offset: UInt64, littleEndian: Bool = false) throws(ReadingError) -> UInt64 {
        try number(at: offset, byteCount: 4, littleEndian: littleEndian)
    }

    func name(at offset: UInt64) throws(ReadingError) -> String {
        String(decoding: try bytes(at: offset, count: 4), as: UTF8.self)
    }

    func starts(with text: String, at offset: UInt64 = 0) throws(ReadingError) -> Bool {
        try bytes(at: offset, most: text.utf8.count) == Array(text.utf8)
    }
}
