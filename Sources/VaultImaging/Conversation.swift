import CChild
import VaultFormat

/// One look, from the parent's side. Spec 10 §5.
struct Conversation {
    typealias Trouble = PictureLook.Trouble

    enum Failure<SourceError: Error>: Error {
        case source(SourceError)
        case trouble(Trouble)
    }

    let child: ImagerChild
    let look: ImagerLook
    var result = PictureLook()
    private var deadline: Int64
    private var needs = 0
    private var lent: UInt64 = 0
    /// A piece of a picture that is read and sent at once.
    private static let pieceByteCount = 1 << 18

    init(child: ImagerChild, look: ImagerLook, patience: Duration) {
        self.child = child
        self.look = look
        let (seconds, attoseconds) = patience.components
        deadline = lt_child_clock() + seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }

    mutating func run<SourceError>(
        _ read: (UInt64, UnsafeMutableRawBufferPointer) throws(SourceError) -> Void
    ) throws(Failure<SourceError>) {
        var question: [UInt8]? = ImagerFrame.whole(.look, look.encoded)
        while true {
            let need: ImagerNeed?
            do throws(Trouble) {
                if let first = question { try child.send(first, by: deadline) }
                question = nil
                need = try nextNeed()
            } catch {
                throw .trouble(error)
            }
            guard let need else { return }
            try lend(need, read)
        }
    }

    /// What the imager needs next; `nil` after its last word on the picture.
    private mutating func nextNeed() throws(Trouble) -> ImagerNeed? {
        while true {
            let (kind, body) = try child.next(by: deadline)
            if kind == .need { return try checkedNeed(body) }
            if try take(kind, body) { return nil }
        }
    }

    private mutating func checkedNeed(_ body: [UInt8]) throws(Trouble) -> ImagerNeed {
        let byteCount = look.byteCount
        let need = try parsing { () throws(FormatError) in
            try ImagerNeed(parsing: body, byteCount: byteCount)
        }
        needs += 1
        lent += UInt64(need.count)
        guard needs <= ImagerNeed.mostNeeds, lent <= ImagerNeed.mostBytes else {
            throw .misbehaved
        }
        return need
    }

    /// - Returns: whether this was the last word on the picture.
    private mutating func take(
        _ kind: ImagerFrame.Kind, _ body: [UInt8]
    ) throws(Trouble) -> Bool {
        switch kind {
        case .facts:
            guard result.facts == nil else { throw .misbehaved }
            result.facts = try parsing { () throws(FormatError) in
                try PictureFacts(parsing: body)
            }
            return false
        case .previews:
            guard result.facts != nil else { throw .misbehaved }
            let look = look
            result.previews = try parsing { () throws(FormatError) in
                try PicturePreviews(parsing: body, look: look)
            }
            return true
        case .unreadable:
            guard result.facts != nil else { throw .misbehaved }
            result.trouble = .refused(
                try parsing { () throws(FormatError) in try ImagerRefusal(parsing: body) })
            return true
        case .hello, .need, .look, .bytes, .mark: throw .misbehaved
        }
    }

    /// Gives the imager the bytes it asked for.
    private mutating func lend<SourceError>(
        _ need: ImagerNeed,
        _ read: (UInt64, UnsafeMutableRawBufferPointer) throws(SourceError) -> Void
    ) throws(Failure<SourceError>) {
        let size = min(Int(need.count), Self.pieceByteCount)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 16)
        defer { buffer.deallocate() }
        var offset = need.offset
        let end = need.offset + UInt64(need.count)
        while offset < end {
            let count = Int(min(UInt64(size), end - offset))
            let piece = UnsafeMutableRawBufferPointer(rebasing: buffer.prefix(count))
            // The picture's own source has its own time.
            let begun: Int64 = lt_child_clock()
            do throws(SourceError) { try read(offset, piece) } catch { throw .source(error) }
            let spent: Int64 = lt_child_clock() - begun
            deadline += spent
            do throws(Trouble) {
                try child.send(ImagerFrame.head(.bytes, bodyByteCount: count), by: deadline)
                try child.send(UnsafeRawBufferPointer(piece), by: deadline)
            } catch {
                throw .trouble(error)
            }
            offset += UInt64(count)
        }
    }
}
