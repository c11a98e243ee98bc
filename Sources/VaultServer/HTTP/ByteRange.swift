/// Which bytes of an object a request wants. RFC 9110 §14.
enum ByteRange {
    /// - Parameter header: the field `Range`; `nil` when there is none.
    /// - Returns: all for a request without one; `nil` when it is not exactly one range that can be had.
    static func parse(_ header: String?, of size: Int64) -> Range<Int64>? {
        guard let header else { return 0..<size }
        let prefix = "bytes="
        guard header.utf8.count <= 64, header.hasPrefix(prefix) else { return nil }
        let ends = header.dropFirst(prefix.count).split(
            separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2 else { return nil }
        if ends[0].isEmpty {
            guard let last = number(ends[1]), last > 0 else { return nil }
            return max(0, size - last)..<size
        }
        guard let first = number(ends[0]), first < size else { return nil }
        if ends[1].isEmpty { return first..<size }
        guard let last = number(ends[1]), last >= first else { return nil }
        return first..<min(last, size - 1) + 1
    }

    private static func number(_ text: Substring) -> Int64? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int64(text)
    }
}
