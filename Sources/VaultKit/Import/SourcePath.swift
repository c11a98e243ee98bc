import Glibc

/// Absolute paths as bytes, made without following a link.
enum SourcePath {
    /// `path` from the working folder when it is relative, without `.`, `..` and double slashes.
    static func absolute(_ path: [UInt8]) throws(VaultError) -> [UInt8] {
        guard path.first != UInt8(ascii: "/") else { return normalised(path) }
        guard let folder = getcwd(nil, 0) else {
            throw VaultError(.failed, "the working folder is gone")
        }
        defer { free(folder) }
        let bytes = UnsafeBufferPointer(start: folder, count: strlen(folder))
            .map(UInt8.init(bitPattern:))
        return normalised(bytes + [UInt8(ascii: "/")] + path)
    }

    /// Takes `.`, `..` and empty components out of an absolute path, by its text alone.
    static func normalised(_ path: [UInt8]) -> [UInt8] {
        var components: [ArraySlice<UInt8>] = []
        for component in path.split(separator: UInt8(ascii: "/")) {
            if component.elementsEqual(".".utf8) { continue }
            if component.elementsEqual("..".utf8) {
                _ = components.popLast()
            } else {
                components.append(component)
            }
        }
        return [UInt8(ascii: "/")] + Array(components.joined(separator: "/".utf8))
    }

    /// The folder and the last name of a normalised path; `nil` for the root folder.
    static func split(_ path: [UInt8]) -> (folder: [UInt8], name: [UInt8])? {
        guard let slash = path.lastIndex(of: UInt8(ascii: "/")), slash + 1 < path.count else {
            return nil
        }
        return (
            slash == 0 ? [UInt8(ascii: "/")] : Array(path[..<slash]), Array(path[(slash + 1)...])
        )
    }
}
