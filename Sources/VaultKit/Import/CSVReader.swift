/// Reads comma-separated values (RFC 4180) row by row from bytes that arrive in pieces, so that a
/// manifest of half a million lines is never in memory whole. LF alone ends a line too.
struct CSVReader {
    private let more: () throws(VaultError) -> [UInt8]
    private var piece: [UInt8] = []
    private var position = 0
    private(set) var line = 0

    private var isAtStart = true

    /// `more` gives the next piece, and an empty one at the end.
    init(more: @escaping () throws(VaultError) -> [UInt8]) { self.more = more }

    /// The next row's fields; `nil` at the end. Empty lines are passed over, and so is the byte order
    /// mark that spreadsheets put before the first.
    mutating func row() throws(VaultError) -> [[UInt8]]? {
        if isAtStart { try skipByteOrderMark() }
        var fields: [[UInt8]] = []
        var field: [UInt8] = []
        var quoted = false
        var any = false
        line += 1
        while let byte = try next() {
            switch byte {
            case UInt8(ascii: "\"") where quoted:
                if try peek() == UInt8(ascii: "\"") {
                    field.append(byte)
                    _ = try next()
                } else {
                    quoted = false
                }
            case UInt8(ascii: "\"") where field.isEmpty:
                quoted = true
                any = true
            case UInt8(ascii: ",") where !quoted:
                fields.append(field)
                field = []
                any = true
            case UInt8(ascii: "\n") where !quoted:
                if field.last == UInt8(ascii: "\r") { field.removeLast() }
                if any || !field.isEmpty { return fields + [field] }
                line += 1
            default:
                if byte == UInt8(ascii: "\n") { line += 1 }
                field.append(byte)
            }
        }
        guard !quoted else {
            throw VaultError(
                .usage, "line \(line) of the manifest opens a quote and never closes it")
        }
        return any || !field.isEmpty ? fields + [field] : nil
    }

    private mutating func skipByteOrderMark() throws(VaultError) {
        isAtStart = false
        var start: [UInt8] = []
        while start.count < 3, let byte = try next() { start.append(byte) }
        if start != [0xEF, 0xBB, 0xBF] {
            piece = start + piece[position...]
            position = 0
        }
    }

    private mutating func next() throws(VaultError) -> UInt8? {
        guard let byte = try peek() else { return nil }
        position += 1
        return byte
    }

    private mutating func peek() throws(VaultError) -> UInt8? {
        if position == piece.count {
            piece = try more()
            position = 0
        }
        return position < piece.count ? piece[position] : nil
    }
}
