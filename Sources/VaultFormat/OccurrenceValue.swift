/// One place the same bytes came from, sealed under the record's value key. Spec 04 §4.
package struct OccurrenceValue: Hashable, Sendable {
    /// The folder that `path` starts in, absolute, as bytes.
    package var root: [UInt8]
    /// Path below `root`, components divided by `/`, as bytes; this is where export puts it back.
    package var path: [UInt8]
    /// When the file was last modified, in nanoseconds since 1970.
    package var modified: Int64
    /// Whose picture it is.
    package var subject: String?
    package var album: String?
    /// What an unchanged file looks like; `nil` when the file did not come from a file system.
    package var memory: FileMemory?
    /// When it was moved to the bin, in seconds since 1970; `nil` while it is not there. A picture is in
    /// the bin when all its occurrences are.
    package var removed: Int64?
    /// Until when it is to be kept, in seconds since 1970; `nil` when nobody said.
    package var retainUntil: Int64?

    package init(
        root: [UInt8], path: [UInt8], modified: Int64, subject: String? = nil,
        album: String? = nil, memory: FileMemory? = nil,
        removed: Int64? = nil, retainUntil: Int64? = nil
    ) {
        self.root = root
        self.path = path
        self.modified = modified
        self.subject = subject
        self.album = album
        self.memory = memory
        self.removed = removed
        self.retainUntil = retainUntil
    }

    package var encoded: [UInt8] {
        var writer = CBORWriter()
        writer.map(
            count: 3 + (subject == nil ? 0 : 1) + (album == nil ? 0 : 1) + (memory == nil ? 0 : 1)
                + (removed == nil ? 0 : 1) + (retainUntil == nil ? 0 : 1))
        writer.key(1)
        writer.byteString(root)
        writer.key(2)
        writer.byteString(path)
        writer.key(3)
        writer.integer(modified)
        if let subject {
            writer.key(4)
            writer.text(subject)
        }
        if let album {
            writer.key(5)
            writer.text(album)
        }
        if let memory {
            writer.key(6)
            writer.array(count: 4)
            writer.unsigned(memory.device)
            writer.unsigned(memory.inode)
            writer.unsigned(memory.byteCount)
            writer.integer(memory.changed)
        }
        if let removed {
            writer.key(7)
            writer.integer(removed)
        }
        if let retainUntil {
            writer.key(8)
            writer.integer(retainUntil)
        }
        return writer.bytes
    }

    package init(parsing buffer: UnsafeRawBufferPointer) throws(FormatError) {
        var reader = CBORReader(buffer)
        var root: [UInt8]?
        var path: [UInt8]?
        var modified: Int64?
        var subject: String?
        var album: String?
        var memory: FileMemory?
        var removed: Int64?
        var retainUntil: Int64?
        try reader.map { (key, reader) throws(FormatError) in
            switch key {
            case 1: root = try reader.byteString()
            case 2: path = try reader.byteString()
            case 3: modified = try reader.integer()
            case 4: subject = try reader.text()
            case 5: album = try reader.text()
            case 6:
                guard try reader.array() == 4 else { throw .unexpected("file memory") }
                memory = FileMemory(
                    device: try reader.unsigned(), inode: try reader.unsigned(),
                    byteCount: try reader.unsigned(), changed: try reader.integer())
            case 7: removed = try reader.integer()
            case 8: retainUntil = try reader.integer()
            default: throw .unknown("occurrence member \(key)")
            }
        }
        try reader.finish()
        guard let root, let path, let modified else {
            throw .unexpected("occurrence without a required member")
        }
        self.init(
            root: root, path: path, modified: modified, subject: subject, album: album,
            memory: memory, removed: removed, retainUntil: retainUntil)
    }
}

/// By what a file is known to be unchanged, together with its path and its time of modification.
package struct FileMemory: Hashable, Sendable {
    package var device: UInt64
    package var inode: UInt64
    package var byteCount: UInt64
    /// Time of the last status change, in nanoseconds since 1970.
    package var changed: Int64

    package init(device: UInt64, inode: UInt64, byteCount: UInt64, changed: Int64) {
        self.device = device
        self.inode = inode
        self.byteCount = byteCount
        self.changed = changed
    }
}
