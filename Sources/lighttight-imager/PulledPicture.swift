import CVips
import ImagerReading
import VaultFormat

/// A picture that lies with the parent; pieces come when they are needed. Spec 10 §5.
final class PulledPicture: ByteSource {
    let byteCount: UInt64
    private var needs = 0
    private var pulled: UInt64 = 0
    /// The whole picture, once it was asked for.
    private(set) var whole: UnsafeMutableRawBufferPointer?

    init(byteCount: UInt64) { self.byteCount = byteCount }

    deinit { lt_memory_free(whole?.baseAddress) }

    func bytes(at offset: UInt64, count: Int) throws(ReadingError) -> [UInt8] {
        guard count > 0, offset <= byteCount, UInt64(count) <= byteCount - offset else {
            throw .beyondEnd
        }
        if let whole { return Array(whole[Int(offset)..<Int(offset) + count]) }
        try announce(offset, UInt64(count))
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            Self.receive(UnsafeMutableRawBufferPointer(buffer))
            filled = count
        }
    }

    /// Brings the whole picture into memory.
    func pullWhole() throws(ImagerRefusal) {
        guard whole == nil else { return }
        guard byteCount > 0 else { throw .damaged }
        guard byteCount <= ImagerNeed.largestWhole else { throw .tooLarge }
        guard let memory = lt_memory_new(Int(byteCount)) else { throw .tooLarge }
        let buffer = UnsafeMutableRawBufferPointer(start: memory, count: Int(byteCount))
        do throws(ReadingError) {
            try announce(0, byteCount)
        } catch {
            lt_memory_free(memory)
            throw .damaged
        }
        Self.receive(buffer)
        whole = buffer
    }

    private func announce(_ offset: UInt64, _ count: UInt64) throws(ReadingError) {
        needs += 1
        pulled += count
        guard needs <= ImagerNeed.mostNeeds, pulled <= ImagerNeed.mostBytes else {
            throw .sourceFailed
        }
        Channel.send(.need, ImagerNeed(offset: offset, count: UInt32(count)).encoded)
    }

    private static func receive(_ buffer: UnsafeMutableRawBufferPointer) {
        var rest = buffer[...]
        while !rest.isEmpty {
            let count = Channel.nextLength(of: .bytes)
            // A piece is never empty and never more than what was asked for.
            guard (1...rest.count).contains(count) else { Channel.refuse() }
            Channel.fill(UnsafeMutableRawBufferPointer(rebasing: rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
    }
}
