import CQRCode
import VaultKit

/// A QR code (ISO/IEC 18004) with error correction M, in the smallest size that holds the content. As
/// secret as what is in it: no text is made of it, and it is wiped at the end.
struct QRCode: ~Copyable {
    /// Modules along each side, without the quiet zone.
    let side: Int
    private let modules: WipedBytes

    /// Bytes without NUL. Throws `usage` when they are too many for a QR code.
    init(_ content: RawSpan) throws(VaultError) {
        let room = Int(LT_QR_LARGEST * LT_QR_LARGEST)
        let modules = WipedBytes(capacity: room)
        var side: Int32 = 0
        content.withUnsafeBytes { content in
            modules.fill { buffer in
                side = lt_qr_encode(content.baseAddress, content.count, &buffer, room)
                return Int(max(side, 0) * max(side, 0))
            }
        }
        guard side != 0 else { throw VaultError(.usage, "this is too long for a QR code") }
        guard side > 0 else { throw VaultError(.failed, "out of memory") }
        self.side = Int(side)
        self.modules = modules
    }

    /// Whether a module is dark; those outside, of the quiet zone, are light.
    func isDark(row: Int, column: Int) -> Bool {
        let inside = 0..<side
        guard inside.contains(row), inside.contains(column) else { return false }
        return modules[row * side + column] == 1
    }

    /// Lines for a terminal, two rows of modules in each, black on white whatever its colours are.
    ///
    /// The quiet zone has two modules, not the standard's four, which readers bear and which lets 87
    /// characters, a share's link, fit into 24 lines.
    func terminal() -> WipedBytes {
        let quiet = 2
        let lines = (side + 2 * quiet + 1) / 2
        // Three bytes for each module, and the colours.
        let text = WipedBytes(capacity: lines * (3 * (side + 2 * quiet) + 32))
        for line in 0..<lines {
            // Fixed places of the 256 colours: themes change the first sixteen only.
            text.append("\u{1B}[38;5;16;48;5;231m")
            let row = 2 * line - quiet
            for column in -quiet..<(side + quiet) {
                switch (isDark(row: row, column: column), isDark(row: row + 1, column: column)) {
                case (false, false): text.append(" ")
                case (true, false): text.append("▀")
                case (false, true): text.append("▄")
                case (true, true): text.append("█")
                }
            }
            text.append("\u{1B}[0m\n")
        }
        return text
    }

    /// An `svg` element, black on white, with a quiet zone of four modules; its size is the page's to
    /// set.
    /// - Parameter title: for those who do not see it; plain text, no secret.
    func svg(title: String) -> WipedBytes {
        let quiet = 4
        let whole = side + 2 * quiet
        let name = HTMLText.escaped(title)
        // A dark run takes at most 16 bytes, and the next begins two modules later.
        let text = WipedBytes(capacity: 400 + name.utf8.count * 2 + side * (side / 2 + 1) * 16)
        text.append("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(whole) \(whole)\"")
        text.append(" role=\"img\" aria-label=\"\(name)\" shape-rendering=\"crispEdges\">")
        text.append("<path fill=\"#fff\" d=\"M0 0h\(whole)v\(whole)H0z\"/><path fill=\"#000\" d=\"")
        for row in 0..<side {
            var column = 0
            while column < side {
                guard isDark(row: row, column: column) else {
                    column += 1
                    continue
                }
                let start = column
                while isDark(row: row, column: column) { column += 1 }
                text.append("M")
                text.append(number: start + quiet)
                text.append(" ")
                text.append(number: row + quiet)
                text.append("h")
                text.append(number: column - start)
                text.append("v1H")
                text.append(number: start + quiet)
                text.append("z")
            }
        }
        text.append("\"/></svg>")
        return text
    }
}
