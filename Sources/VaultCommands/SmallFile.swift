import Glibc
import VaultKit

/// Files that are read whole.
enum SmallFile {
    /// - Parameters:
    ///   - limit: a file with more bytes is refused.
    ///   - what: what it is to be, as a sentence names it.
    static func read(_ path: [UInt8], limit: Int, what: String) throws(VaultError) -> [UInt8] {
        let name = Printable.text(path)
        let descriptor = CString.with(path) { open($0, O_RDONLY | O_CLOEXEC | O_NOCTTY) }
        guard descriptor >= 0 else {
            throw VaultError(
                .failed, "cannot read \"\(name)\": " + String(cString: strerror(errno)))
        }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while bytes.count <= limit {
            let count = Glibc.read(descriptor, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else {
                throw VaultError(
                    .failed, "cannot read \"\(name)\": " + String(cString: strerror(errno)))
            }
            if count == 0 { return bytes }
            bytes += piece[..<count]
        }
        throw VaultError(.usage, "\"\(name)\" is too large to be \(what)")
    }
}
