import CZip

/// A ZIP file, read through a function of the caller's. Nothing that it says of itself is believed before it was
/// read: see `ZipEntry.trouble`, and `ZipEntryReader`.
// Unchecked: it has no lock of its own; whoever has it uses it from one thread at a time.
package final class ZipArchive: @unchecked Sendable {
    /// Fills a buffer, of any size, from an offset; returns how many bytes, 0 at the end, and `nil` when it cannot.
    package typealias Read = @Sendable (UInt64, UnsafeMutableRawBufferPointer) -> Int?

    private final class Source {
        let read: Read
        init(_ read: @escaping Read) { self.read = read }
    }

    // Outlives the archive, which calls it.
    private let source: Source
    let archive: OpaquePointer
    private let byteCount: UInt64

    /// Reads the directory.
    package init(byteCount: UInt64, read: @escaping Read) throws(ArchiveError) {
        source = Source(read)
        self.byteCount = byteCount
        var reason: Int32 = 0
        let opened = lt_zip_open(
            Unmanaged.passUnretained(source).toOpaque(),
            { context, offset, buffer, count in
                guard let context else { return -1 }
                let source = Unmanaged<Source>.fromOpaque(context).takeUnretainedValue()
                let room = UnsafeMutableRawBufferPointer(
                    start: buffer, count: Int(clamping: count))
                return Int64(source.read(offset, room) ?? -1)
            }, byteCount, &reason)
        guard let opened else {
            switch reason {
            case lt_zip_no_memory.rawValue: throw .noMemory
            case lt_zip_unreadable.rawValue: throw .unreadable
            default: throw .damaged
            }
        }
        archive = opened
    }

    deinit { lt_zip_close(archive) }

    /// What the directory lists, folders left out.
    ///
    /// - Throws: `overlapping` when the entries claim more bytes than the archive has: then they lie over each
    ///   other, as only in archives that are made to burst.
    package func entries() throws(ArchiveError) -> [ZipEntry] {
        var entries: [ZipEntry] = []
        var packed: UInt64 = 0
        for index in 0..<lt_zip_count(archive) {
            var facts = lt_zip_facts()
            guard lt_zip_facts_of(archive, index, &facts) == lt_zip_done.rawValue else {
                throw .damaged
            }
            let (sum, overflow) = packed.addingReportingOverflow(facts.packed_size)
            guard !overflow, sum <= byteCount else { throw .overlapping }
            packed = sum
            let entry = ZipEntry(index, facts)
            if entry.name.last != UInt8(ascii: "/") { entries.append(entry) }
        }
        return entries
    }
}

package enum ArchiveError: Error, Hashable, Sendable {
    /// Not a ZIP file, or its directory is not whole.
    case damaged
    case overlapping
    case noMemory
    /// Its bytes cannot be read.
    case unreadable
}
