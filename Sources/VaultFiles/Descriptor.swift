import CLinux

/// An open file. Closed when it goes out of use; `close()` where an error at closing matters.
package struct Descriptor: ~Copyable, Sendable {
    let number: Int32

    /// Takes over an open descriptor of the kernel's.
    init(owning number: Int32) { self.number = number }

    /// A second descriptor of a file that the process was given: 0, 1, 2 or one named by the user.
    package init(duplicating number: Int32) throws(FileError) {
        self.number = try check("dup", lt_duplicate(number))
    }

    /// A second descriptor of the same file; both write at one position.
    package borrowing func duplicated() throws(FileError) -> Descriptor {
        try Descriptor(duplicating: number)
    }

    /// Opens a regular file for reading by a path from outside. Never follows a link in the last
    /// component, never waits, never reads anything but a regular file (`.notRegular`).
    package static func openSource(_ path: FilePath) throws(FileError) -> Descriptor {
        try openSource(at: LT_HERE, path.bytes)
    }

    static func openSource(at folder: Int32, _ path: [UInt8]) throws(FileError) -> Descriptor {
        // Looked at before it is opened: opening alone can rewind a tape or arm a watchdog.
        try requireRegular(statusAt(folder, path))
        let file = Descriptor(
            owning: try check("open", path.withCString { lt_open_source(folder, $0) }))
        // And again after: the name may lead to something else by now.
        try requireRegular(file.status())
        return file
    }

    static func statusAt(_ folder: Int32, _ path: [UInt8]) throws(FileError) -> FileStatus {
        var raw = lt_status()
        try check("stat", path.withCString { lt_stat_at(folder, $0, &raw) })
        return FileStatus(raw)
    }

    static func requireRegular(_ status: FileStatus) throws(FileError) {
        if status.kind == .symbolicLink { throw .isSymbolicLink }
        if status.kind != .regular { throw .notRegular(status.kind) }
    }

    /// Closes now and says when the kernel could not keep what was written (network disks do this).
    package consuming func close() throws(FileError) {
        let number = self.number
        discard self
        try check("close", lt_close(number))
    }

    deinit {
        // Nobody is left to tell: who must know calls `close()`.
        _ = lt_close(number)
    }

    package func status() throws(FileError) -> FileStatus {
        var raw = lt_status()
        try check("fstat", lt_stat(number, &raw))
        return FileStatus(raw)
    }

    /// Throws `.changedWhileRead` when the file is not what `before` says.
    package func requireUnchanged(since before: FileStatus) throws(FileError) {
        if try !status().hasSameContent(as: before) { throw .changedWhileRead }
    }
}

// MARK: - Reading

extension Descriptor {
    /// Fills the buffer from the file's position, or as far as the file goes; returns the count.
    package func read(into buffer: UnsafeMutableRawBufferPointer) throws(FileError) -> Int {
        Int(try check("read", lt_read(number, buffer.baseAddress, buffer.count, -1)))
    }

    /// Fills the buffer from an offset (0 or more), or as far as the file goes; returns the count.
    /// The file's position stays; any number of threads may read one descriptor at once.
    package func read(
        into buffer: UnsafeMutableRawBufferPointer, at offset: Int64
    ) throws(FileError) -> Int {
        precondition(offset >= 0, "an offset is 0 or more")
        return Int(try check("pread", lt_read(number, buffer.baseAddress, buffer.count, offset)))
    }

    /// Fills the whole buffer from an offset, or throws `.endOfFile`.
    package func readExactly(
        into buffer: UnsafeMutableRawBufferPointer, at offset: Int64
    ) throws(FileError) {
        if try read(into: buffer, at: offset) < buffer.count { throw .endOfFile }
    }

    /// So many bytes from an offset; `.endOfFile` where there are fewer.
    package func readExactly(_ count: Int, at offset: Int64) throws(FileError) -> [UInt8] {
        var failure: FileError?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            do throws(FileError) {
                try readExactly(into: UnsafeMutableRawBufferPointer(buffer), at: offset)
                filled = count
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return bytes
    }

    /// All bytes of a small file, from its beginning. Throws `.tooLarge` beyond `limit` bytes,
    /// before any memory is spent on them.
    package func readAll(limit: Int) throws(FileError) -> [UInt8] {
        let size = try status().size
        if size > Int64(limit) { throw .tooLarge }
        // One byte more, to notice a file that grows meanwhile.
        var failure: FileError?
        let bytes = [UInt8](unsafeUninitializedCapacity: Int(size) + 1) { buffer, count in
            do throws(FileError) {
                count = try read(into: UnsafeMutableRawBufferPointer(buffer), at: 0)
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        if bytes.count != Int(size) { throw .changedWhileRead }
        return bytes
    }

    /// Tells the kernel to read ahead generously.
    package func expectSequentialReading() {
        // Advice: reading works as well when it is not taken.
        _ = lt_advise_sequential(number)
    }

    /// Lets the kernel forget what it keeps of a range, so that a long read does not push out
    /// everything else; a `byteCount` of 0 means to the end.
    package func dropCache(from offset: Int64 = 0, byteCount: Int64 = 0) {
        // Advice, as above.
        _ = lt_drop_cache(number, offset, byteCount)
    }
}
