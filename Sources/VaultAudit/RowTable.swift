import VaultFormat

/// The last word on each record, by row: 32 bytes and a bit each while rows are dense, as they are
/// in every vault of ours. A log that skips rows in order to spend memory gets a dictionary.
struct RowTable: ~Copyable, Sendable {
    private static let chunkCount = 8192

    private var chunks: [ContiguousArray<LogHash>] = []
    private var isWritten: ContiguousArray<UInt64> = []
    private var writtenCount = 0
    private var sparse: [Int64: LogHash] = [:]
    /// Rows below are in chunks, all others in `sparse`.
    private(set) var denseCount: Int64 = 0

    /// The last word on a row; `nil` for one that nobody wrote.
    subscript(row: Int64) -> LogHash? {
        guard row >= 0, row < denseCount else { return sparse[row] }
        let index = Int(row)
        guard isWritten[index / 64] >> UInt64(index % 64) & 1 == 1 else { return nil }
        return chunks[index / Self.chunkCount][index % Self.chunkCount]
    }

    /// - Precondition: the row is not negative.
    mutating func write(_ state: LogHash, row: Int64) {
        // So at most half of the dense rows, and a few, were never written.
        if row >= denseCount, row - denseCount <= Int64(writtenCount) + 1024 {
            while row >= denseCount { grow() }
        }
        guard row < denseCount else {
            sparse[row] = state
            return
        }
        let index = Int(row)
        chunks[index / Self.chunkCount][index % Self.chunkCount] = state
        if isWritten[index / 64] >> UInt64(index % 64) & 1 == 0 {
            isWritten[index / 64] |= 1 << UInt64(index % 64)
            writtenCount += 1
        }
    }

    /// The rows above the dense ones, ascending.
    var sparseRows: [Int64] { sparse.keys.sorted() }

    private mutating func grow() {
        let index = Int(denseCount)
        if index % Self.chunkCount == 0 {
            var chunk: ContiguousArray<LogHash> = []
            chunk.reserveCapacity(Self.chunkCount)
            chunks.append(chunk)
        }
        if index % 64 == 0 { isWritten.append(0) }
        let state = sparse.isEmpty ? nil : sparse.removeValue(forKey: denseCount)
        chunks[chunks.count - 1].append(state ?? .destroyed)
        if state != nil {
            isWritten[index / 64] |= 1 << UInt64(index % 64)
            writtenCount += 1
        }
        denseCount += 1
    }
}
