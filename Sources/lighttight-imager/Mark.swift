import CVips
import Glibc
import VaultFormat

/// The text that each rendition bears. Spec 10 §9.
struct Mark {
    private let drawn: OpaquePointer

    /// Takes it from the parent and draws it; before the imager is closed in, or there are no fonts.
    init() {
        guard let (kind, body) = Channel.next() else { exit(0) }
        guard kind == .mark else { Channel.refuse() }
        let mark: ImagerMark
        do throws(FormatError) { mark = try ImagerMark(parsing: body) } catch { Channel.refuse() }
        var drawn: OpaquePointer?
        let result = lt_mark_make(mark.text, &drawn)
        guard let drawn else { exit(result == lt_mark_without_font.rawValue ? 6 : 4) }
        self.drawn = drawn
    }

    func lay(on picture: OpaquePointer) throws(ImagerRefusal) {
        guard lt_picture_mark(picture, drawn) == lt_picture_done.rawValue else { throw .damaged }
    }
}
