import CChafa
import Glibc
import VaultFormat
import VaultKit

/// A picture as text, for the terminal that the environment tells of.
struct TerminalPicture {
    /// Escape sequences and characters; nothing in it comes from a file but colours.
    let text: [UInt8]

    /// The rows that facts beside the picture are left, and the most that a picture takes.
    private static let rowsForFacts = 14
    private static let rowsAllowed = 12...60

    /// - Parameters:
    ///   - isTerminal: whether a terminal reads it; else characters only.
    ///   - size: of the terminal.
    init?(_ pixels: PicturePixels, isTerminal: Bool, in size: TerminalSize) {
        let rows = size.rows - Self.rowsForFacts
        let least = min(max(rows, Self.rowsAllowed.lowerBound), Self.rowsAllowed.upperBound)
        var count = 0
        let text = pixels.bytes.withUnsafeBufferPointer { bytes in
            bytes.baseAddress.flatMap {
                lt_chafa_print(
                    $0, pixels.size.width, pixels.size.height, UInt32(max(size.columns - 1, 1)),
                    UInt32(least), UInt32(size.cellWidth), UInt32(size.cellHeight),
                    isTerminal ? 1 : 0, &count)
            }
        }
        guard let text else { return nil }
        defer { lt_chafa_free(text, count) }
        self.text = Array(UnsafeRawBufferPointer(start: text, count: count))
    }
}

/// How large a terminal is.
struct TerminalSize {
    var columns = 80
    var rows = 24
    /// In pixels; 0 when it does not say.
    var cellWidth = 0
    var cellHeight = 0

    /// 80 × 24 when it does not say.
    init(of descriptor: Int32) {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0
        else { return }
        columns = Int(size.ws_col)
        rows = Int(size.ws_row)
        cellWidth = Int(size.ws_xpixel) / columns
        cellHeight = Int(size.ws_ypixel) / rows
    }
}
