import Glibc

/// What went wrong, in words for a person.
enum SampleError: Error {
    case usage(String)
    /// The call, and the error number it left.
    case system(String, Int32)
}

/// A folder that samples are written into. Names are bytes; nothing is overwritten.
struct SampleFolder {
    private let path: [UInt8]

    /// Makes the folder unless it is there; its parent must exist.
    init(_ path: [UInt8]) throws(SampleError) {
        self.path = path
        if mkdir(cString(path), 0o755) != 0, errno != EEXIST {
            throw .system("mkdir", errno)
        }
    }

    func folder(_ name: String) throws(SampleError) -> SampleFolder {
        try SampleFolder(path + [0x2F] + Array(name.utf8))
    }

    func write(
        _ bytes: [UInt8], as name: [UInt8], taken: Moment
    ) throws(SampleError) {
        try stream(as: name, taken: taken) { put throws(SampleError) in try put(bytes) }
    }

    func write(_ bytes: [UInt8], as name: String, taken: Moment) throws(SampleError) {
        try write(bytes, as: Array(name.utf8), taken: taken)
    }

    /// Writes a file piece by piece; its time of change becomes `taken`.
    func stream(
        as name: [UInt8], taken: Moment,
        _ body: ((borrowing [UInt8]) throws(SampleError) -> Void) throws(SampleError) -> Void
    ) throws(SampleError) {
        let descriptor = open(full(name), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw .system("open", errno) }
        defer { close(descriptor) }
        try body { bytes throws(SampleError) in
            var done = 0
            while done < bytes.count {
                let count = bytes.withUnsafeBytes { buffer in
                    Glibc.write(descriptor, buffer.baseAddress! + done, buffer.count - done)
                }
                guard count > 0 else { throw .system("write", errno) }
                done += count
            }
        }
        let time = timespec(tv_sec: taken.seconds, tv_nsec: 0)
        guard futimens(descriptor, [time, time]) == 0 else { throw .system("futimens", errno) }
    }

    func link(_ name: String, to target: String) throws(SampleError) {
        guard symlink(target, full(Array(name.utf8))) == 0 else { throw .system("symlink", errno) }
    }

    func pipe(_ name: String) throws(SampleError) {
        guard mkfifo(full(Array(name.utf8)), 0o644) == 0 else { throw .system("mkfifo", errno) }
    }

    private func full(_ name: [UInt8]) -> [CChar] { cString(path + [0x2F] + name) }
}

private func cString(_ bytes: [UInt8]) -> [CChar] { bytes.map { CChar(bitPattern: $0) } + [0] }
