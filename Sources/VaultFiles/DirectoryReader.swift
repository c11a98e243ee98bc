import CLinux

/// One entry of a folder.
package struct DirectoryEntry: Hashable, Sendable {
    package let name: FileName
    /// `.unknown` where the file system does not say.
    package let kind: FileKind
}

/// Reads a folder entry by entry, in the file system's own order, in constant memory.
package struct DirectoryReader: ~Copyable {
    private let folder: Directory
    private let buffer = RawEntries()

    init(_ folder: consuming Directory) { self.folder = folder }

    /// The next entry, or nothing at the end. Names made or removed meanwhile may or may not come.
    package mutating func next() throws(FileError) -> DirectoryEntry? {
        while true {
            if let (name, type) = buffer.next() {
                return DirectoryEntry(
                    name: FileName(trusted: [UInt8](name)), kind: FileKind(type: type))
            }
            if try !buffer.fill(from: folder) { return nil }
        }
    }
}

/// The kernel's own layout of entries (`struct linux_dirent64`), taken apart.
final class RawEntries {
    private let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 65536, alignment: 8)
    private var filled = 0
    private var offset = 0

    deinit { memory.deallocate() }

    /// Reads on; false at the end of the folder.
    func fill(from folder: borrowing Directory) throws(FileError) -> Bool {
        let count = lt_entries(folder.number, memory.baseAddress, memory.count)
        filled = Int(try check("getdents", count))
        offset = 0
        return filled > 0
    }

    /// The next name and type, "." and ".." left out. The name is good until the next call.
    func next() -> (name: UnsafeRawBufferPointer, type: UInt8)? {
        while offset + 19 < filled {
            let entry = UnsafeRawBufferPointer(rebasing: memory[offset..<filled])
            let length = Int(entry.loadUnaligned(fromByteOffset: 16, as: UInt16.self))
            guard length > 19, length <= entry.count else { return nil }
            offset += length
            let name = entry[19..<length].prefix { $0 != 0 }
            let dots = name.count <= 2 && name.allSatisfy { $0 == 0x2E }
            if !dots { return (UnsafeRawBufferPointer(rebasing: name), entry[18]) }
        }
        return nil
    }
}
