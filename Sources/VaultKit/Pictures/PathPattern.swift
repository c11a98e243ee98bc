import Glibc

/// A shell pattern over names that are bytes.
struct PathPattern: Sendable {
    private let pattern: [CChar]
    private let components: Int

    init(_ bytes: [UInt8]) {
        pattern = bytes.map(CChar.init(bitPattern:)) + [0]
        components = bytes.count { $0 == UInt8(ascii: "/") } + 1
    }

    /// Whether the last components of `path`, as many as the pattern has, match it.
    func matches(_ path: [UInt8]) -> Bool {
        var tail = path[...]
        var slashes = 0
        for index in path.indices.reversed() where path[index] == UInt8(ascii: "/") {
            slashes += 1
            if slashes == components {
                tail = path[(index + 1)...]
                break
            }
        }
        // The C locale of a program that never calls setlocale: bytes are compared as bytes.
        return (tail.map(CChar.init(bitPattern:)) + [0]).withUnsafeBufferPointer { tail in
            pattern.withUnsafeBufferPointer {
                fnmatch($0.baseAddress, tail.baseAddress, FNM_PATHNAME) == 0
            }
        }
    }
}
