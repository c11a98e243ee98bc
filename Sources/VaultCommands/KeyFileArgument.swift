import Glibc
import VaultKit

/// Key files by their paths.
enum KeyFileArgument {
    static func read(_ path: [UInt8]) throws(VaultError) -> KeyFile {
        let descriptor = CString.with(path) { open($0, O_RDONLY | O_CLOEXEC | O_NOCTTY) }
        guard descriptor >= 0 else {
            throw VaultError(
                .failed,
                "cannot read key file \"\(Printable.text(path))\": " + String(cString: strerror(errno)))
        }
        defer { close(descriptor) }
        return try KeyFile.read(descriptor: descriptor)
    }

    /// Makes a key file (mode 0600, never overwriting) and gives what is in it.
    static func make(_ path: [UInt8]) throws(VaultError) -> KeyFile {
        let descriptor = try NewFile.make(path, "key file")
        defer { close(descriptor) }
        let keyFile = KeyFile.random()
        try keyFile.shown().write(descriptor: descriptor)
        try NewFile.finish(descriptor, path, "key file")
        return keyFile
    }
}

/// Files for secrets, outside of a vault: for their owner only, and never in place of another.
enum NewFile {
    static func make(_ path: [UInt8], _ what: String) throws(VaultError) -> Int32 {
        let descriptor = CString.with(path) {
            open($0, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        }
        guard descriptor >= 0 else {
            throw VaultError(
                errno == ENOSPC ? .full : .failed,
                "cannot make the \(what) \"\(Printable.text(path))\": "
                    + String(cString: strerror(errno)),
                hint: errno == EEXIST ? "it is never overwritten: name another file" : nil)
        }
        return descriptor
    }

    /// Ends its only line, and makes it durable.
    static func finish(_ descriptor: Int32, _ path: [UInt8], _ what: String) throws(VaultError) {
        var newline = UInt8(ascii: "\n")
        guard write(descriptor, &newline, 1) == 1, fsync(descriptor) == 0 else {
            throw VaultError(
                errno == ENOSPC ? .full : .failed,
                "cannot write the \(what) \"\(Printable.text(path))\": "
                    + String(cString: strerror(errno)))
        }
    }
}
