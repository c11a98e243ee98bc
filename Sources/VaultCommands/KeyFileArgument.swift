import Glibc
import VaultKit

/// Key files by their paths.
enum KeyFileArgument {
    static func read(_ path: [UInt8]) throws(VaultError) -> KeyFile {
        let descriptor = CString.with(path) { open($0, O_RDONLY | O_CLOEXEC | O_NOCTTY) }
        guard descriptor >= 0 else {
            throw VaultError(
                .failed,
                "cannot read key file \"\(Printable.text(path))\": "
                    + String(cString: strerror(errno)))
        }
        defer { close(descriptor) }
        return try KeyFile.read(descriptor: descriptor)
    }

    /// Makes a key file (mode 0600, never overwriting) and gives what is in it.
    static func make(_ path: [UInt8]) throws(VaultError) -> KeyFile {
        let file = try SecretFile(making: path, for: "key file")
        let keyFile = KeyFile.random()
        try keyFile.shown().write(descriptor: file.descriptor)
        try file.writeLineEnd()
        try file.finish()
        return keyFile
    }
}
