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
    static func dataFolder() -> [UInt8]? { folder("XDG_DATA_HOME", else: "/.local/share") }

    /// Where this machine remembers, for this user, what must outlive a session.
    static func stateFolder() -> [UInt8]? {
        folder("XDG_STATE_HOME", else: "/.local/state").map { $0 + Array("/lighttight".utf8) }
    }

    /// Where what lives as long as a session lies: in memory, where the system has such a folder.
    static func sessionFolder() -> [UInt8]? {
        if let folder = bytes("XDG_RUNTIME_DIR"), folder.first == slash {
            return folder + Array("/lighttight".utf8)
        }
        return stateFolder().map { $0 + Array("/sessions".utf8) }
    }

    private static func folder(_ variable: String, else below: String) -> [UInt8]? {
        if let folder = bytes(variable), folder.first == slash { return folder }
        guard let home = bytes("HOME"), home.first == slash else { return nil }
        return home + Array(below.utf8)
    }

    /// The system's name of the user that this process runs as.
    static func userName() -> String? {
        guard let entry = getpwuid(geteuid()), let name = entry.pointee.pw_name else { return nil }
        return String(cString: name)
    }

    static func machineName() -> String? {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return nil }
        let bytes = name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return String(validating: bytes, as: UTF8.self)
    }

    private static let slash = UInt8(ascii: "/")
}
