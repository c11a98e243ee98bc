import CLinux
import Glibc

extension Descriptor {
    /// Writes all bytes at the file's position. After a failure some of them may be there.
    package func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
        try write("write", bytes, at: -1)
    }

    package func write(_ bytes: RawSpan) throws(FileError) {
        try bytes.withUnsafeBytes { (buffer) throws(FileError) in try write(buffer) }
    }

    package func write(_ bytes: [UInt8]) throws(FileError) {
        try write(bytes.span.bytes)
    }

    /// Writes all bytes at an offset (0 or more); the file's position stays.
    package func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws(FileError) {
        precondition(offset >= 0, "an offset is 0 or more")
        try write("pwrite", bytes, at: offset)
    }

    package func write(_ bytes: RawSpan, at offset: Int64) throws(FileError) {
        try bytes.withUnsafeBytes { (buffer) throws(FileError) in try write(buffer, at: offset) }
    }

    package func write(_ bytes: [UInt8], at offset: Int64) throws(FileError) {
        try write(bytes.span.bytes, at: offset)
    }

    private func write(
        _ call: StaticString, _ bytes: UnsafeRawBufferPointer, at offset: Int64
    ) throws(FileError) {
        #if FAULTS
            if let fault = try FaultPoint.hitWrite(call) {
                _ = lt_write(number, bytes.baseAddress, bytes.count / 2, offset)
                throw fault.afterHalf()
            }
        #endif
        try check(call, lt_write(number, bytes.baseAddress, bytes.count, offset))
    }

    /// Makes content and size durable; times and mode may lag behind.
    package func syncData() throws(FileError) {
        try FaultPoint.hit("fdatasync")
        try check("fdatasync", lt_fdatasync(number))
    }

    /// Makes content, size and status durable. The name is its folder's business: sync that too.
    package func sync() throws(FileError) {
        try FaultPoint.hit("fsync")
        try check("fsync", lt_fsync(number))
    }

    /// Makes everything on the file system that holds this file durable.
    package func syncFileSystem() throws(FileError) {
        try FaultPoint.hit("syncfs")
        try check("syncfs", lt_syncfs(number))
    }

    /// Has the kernel begin to write a range out, so that a later sync finds less to do.
    /// Promises nothing about durability.
    package func startWriteBack(from offset: Int64, byteCount: Int64) {
        // Advice: the sync that follows makes good what failed here, and reports it.
        _ = lt_start_write_back(number, offset, byteCount)
    }

    /// Takes room on the disk for a range that will be written, beyond the file's end if need be;
    /// its size stays. Writing is cheaper then, and a full disk is told before anything is written.
    /// What is not written in the end goes back with `truncate`.
    package func reserve(from offset: Int64, byteCount: Int64) throws(FileError) {
        try FaultPoint.hit("reserve")
        let result = lt_reserve(number, offset, byteCount)
        switch -result {
        case EOPNOTSUPP, ENOSYS, EFBIG:
            // This file system takes no room ahead, or not so much: the write takes its own.
            return
        default: try check("fallocate", result)
        }
    }

    /// Cuts or extends (with zeros) the file to a size in bytes.
    package func truncate(to size: Int64) throws(FileError) {
        try FaultPoint.hit("truncate")
        try check("ftruncate", lt_truncate(number, size))
    }

    package func setModified(_ time: FileTime) throws(FileError) {
        try check("futimens", lt_set_modified(number, time.seconds, time.nanoseconds))
    }

    /// Sets the permission bits (0 … 0o7777), whatever the umask says.
    package func setMode(_ mode: UInt32) throws(FileError) {
        try check("fchmod", lt_set_mode(number, mode))
    }

    /// Gives it to a group that we are of; to any when we are root.
    func setGroup(_ group: UserGroup) throws(FileError) {
        try check("fchown", lt_set_group(number, group.number))
    }

    /// Gives a file just made the mode it was made with, which the umask may have narrowed.
    func correctMode(_ mode: UInt32) throws(FileError) {
        if try status().mode == mode { return }
        do {
            try setMode(mode)
        } catch .notPermitted {
            // The file is ours, so this file system has no modes to set (FAT): nothing to be had.
        }
    }
}
