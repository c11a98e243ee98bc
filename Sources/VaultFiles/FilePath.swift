/// A path as bytes: whatever Linux allows, valid UTF-8 or not. Never empty, and without NUL.
package struct FilePath: Hashable, Sendable {
    package let bytes: [UInt8]

    /// Throws `.invalidName` when there is nothing in it or a NUL.
    package init(bytes: [UInt8]) throws(FileError) {
        if bytes.isEmpty || bytes.contains(0) { throw .invalidName }
        self.bytes = bytes
    }

    package init(_ text: String) throws(FileError) {
        try self.init(bytes: Array(text.utf8))
    }

    package init(_ name: FileName) { bytes = name.bytes }

    init(trusted bytes: [UInt8]) { self.bytes = bytes }

    package var isAbsolute: Bool { bytes[0] == 0x2F }

    /// What lies between the slashes, "." and ".." included, empty pieces left out.
    package var components: [[UInt8]] {
        bytes.split(separator: 0x2F).map { Array($0) }
    }

    /// The last of the components; nothing for "/".
    package var lastComponent: [UInt8]? { components.last }

    /// The path without its last component; "." or "/" when nothing else is left.
    package var parent: FilePath {
        let rest = components.dropLast()
        let joined = Array(rest.joined(separator: [0x2F]))
        if isAbsolute { return FilePath(trusted: [0x2F] + joined) }
        return FilePath(trusted: joined.isEmpty ? [0x2E] : joined)
    }

    package func appending(_ name: FileName) -> FilePath {
        FilePath(trusted: bytes.last == 0x2F ? bytes + name.bytes : bytes + [0x2F] + name.bytes)
    }

    /// The names to go through from a folder, one by one, so that the folder is never left.
    /// Throws `.leavesFolder` for an absolute path or one with "..", `.invalidName` for nothing.
    package func names() throws(FileError) -> [FileName] {
        if isAbsolute { throw .leavesFolder }
        var names: [FileName] = []
        for component in components where component != [0x2E] {
            if component == [0x2E, 0x2E] { throw .leavesFolder }
            names.append(FileName(trusted: component))
        }
        if names.isEmpty { throw .invalidName }
        return names
    }

    /// The path for a terminal or a log: nothing in it can move the cursor.
    package var printable: String { Printable.text(bytes) }

    func withCString<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
        bytes.withCString(body)
    }
}
