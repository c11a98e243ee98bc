import Glibc

/// What the process was started with, as bytes: names of files need not be text.
enum Environment {
    /// The value of a variable; `nil` when it is unset or empty.
    static func bytes(_ name: String) -> [UInt8]? {
        guard let value = getenv(name), value.pointee != 0 else { return nil }
        return UnsafeBufferPointer(start: value, count: strlen(value)).map { UInt8(bitPattern: $0) }
    }

    /// Takes a variable out, so that no child process inherits it.
    static func forget(_ name: String) { unsetenv(name) }

    /// A path below a base folder named by the environment, as the XDG base directory
    /// specification says: a relative value is ignored.
    ///
    /// - Returns: `nil` when neither the variable nor HOME gives an absolute folder.
    static func dataFolder() -> [UInt8]? {
        if let folder = bytes("XDG_DATA_HOME"), folder.first == slash { return folder }
        guard let home = bytes("HOME"), home.first == slash else { return nil }
        return home + Array("/.local/share".utf8)
    }

    private static let slash = UInt8(ascii: "/")
}
