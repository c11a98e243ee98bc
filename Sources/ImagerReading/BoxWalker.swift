/// One box of an ISO base media file (ISO/IEC 14496-12): its name and what it holds.
struct Box {
    let name: String
    let body: Span

    /// The content after version and flags of a full box.
    func full() throws(ReadingError) -> (version: UInt8, flags: UInt64, rest: Span) {
        let head = try body.u32(0)
        return (UInt8(head >> 24), head & 0xFF_FFFF, try body.rest(from: 4))
    }
}

extension Span {
    /// Calls `visit` for each box in this stretch, until it returns true. A box that says it is longer
    /// than what holds it ends the walk with an error.
    func boxes(_ visit: (Box) throws(ReadingError) -> Bool) throws(ReadingError) {
        var offset: UInt64 = 0
        var count = 0
        while offset + 8 <= byteCount {
            count += 1
            guard count <= 16_384 else { throw .tooMuch }
            var head: UInt64 = 8
            var length = try u32(offset)
            let name = try name(at: offset + 4)
            if length == 1 {
                length = try number(at: offset + 8, byteCount: 8)
                head = 16
            } else if length == 0 {
                length = byteCount - offset
            }
            guard length >= head else { throw .malformed }
            guard length <= byteCount - offset else {
                // The last box of a file that is cut short still tells what is in it.
                if name == "mdat" { return }
                throw .beyondEnd
            }
            let body = try span(at: offset + head, count: length - head)
            if try visit(Box(name: name, body: body)) { return }
            offset += length
        }
    }

    /// The first box of a name.
    func box(_ wanted: String) throws(ReadingError) -> Span? {
        var found: Span?
        try boxes { (box) throws(ReadingError) in
            if box.name == wanted { found = box.body }
            return found != nil
        }
        return found
    }

    /// The first box at the end of a path of names.
    func box(path: [String]) throws(ReadingError) -> Span? {
        var span = self
        for name in path {
            guard let next = try span.box(name) else { return nil }
            span = next
        }
        return span
    }
}
