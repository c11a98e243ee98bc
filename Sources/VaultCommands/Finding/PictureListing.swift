import Glibc
import VaultFormat
import VaultKit

/// Prints pictures one after another, in the way of the output: a table, lines, or JSON.
final class PictureListing {
    private let console: Console
    private var table: PictureTable?
    private(set) var count = 0
    private var bytes: UInt64 = 0

    init(_ console: Console) { self.console = console }

    /// - Parameter records: how many IDs there are to tell apart.
    func begin(records: Int) {
        guard console.outputIsTerminal, !console.json else { return }
        table = PictureTable(records: records, width: Console.width(of: STDOUT_FILENO))
    }

    func show(_ picture: Picture) {
        if count == 0, let table { console.result(table.header) }
        count += 1
        bytes += picture.value.byteCount
        if console.json {
            console.message("picture", picture.members)
        } else {
            console.result(table?.row(picture) ?? PictureTable.line(picture))
        }
    }

    /// The last line.
    func finish(_ command: String) {
        if console.json {
            console.summary(
                command, [("pictures", .count(count)), ("bytes", .unsigned(bytes))], "")
        } else if table != nil {
            console.note(Wording.count(count, "picture") + ", " + Wording.size(bytes))
        }
    }
}
