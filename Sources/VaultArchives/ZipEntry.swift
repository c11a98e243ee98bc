import CZip

/// One file in a ZIP file, as its directory tells.
package struct ZipEntry: Hashable, Sendable {
    /// Why it is not taken out.
    package enum Trouble: Hashable, Sendable {
        case encrypted
        /// Packed by a method other than the two that everybody uses.
        case method
        /// A link or a device.
        case special
        /// Leads out of the archive, or cannot be a name.
        case name
        /// Unpacks to more than `mostRatio` times its size.
        case bursting
    }

    package let index: UInt64
    /// Components divided by `/`; UTF-8, unless the archive says nothing of its encoding.
    package let name: [UInt8]
    package let byteCount: UInt64
    /// Seconds since 1970; the directory has the clock of the place, in steps of two seconds.
    package let modified: Int64
    package let trouble: Trouble?

    /// Pictures hardly become smaller; what is nearly empty may, up to `freeByteCount`.
    package static let mostRatio: UInt64 = 200
    static let freeByteCount: UInt64 = 16 << 20

    init(_ index: UInt64, _ facts: lt_zip_facts) {
        self.index = index
        name =
            facts.name.map { name in
                Array(UnsafeRawBufferPointer(start: name, count: Self.length(name)))
            } ?? []
        byteCount = facts.size
        modified = facts.modified
        if facts.is_encrypted != 0 {
            trouble = .encrypted
        } else if facts.is_special != 0 {
            trouble = .special
        } else if !Self.stays(name) {
            trouble = .name
        } else if ![lt_zip_method_stored, lt_zip_method_deflated].contains(Int(facts.method)) {
            trouble = .method
        } else if facts.size > Self.freeByteCount,
            facts.size / Self.mostRatio > facts.packed_size || facts.size > UInt64(Int64.max)
        {
            trouble = .bursting
        } else {
            trouble = nil
        }
    }

    /// Whether every component is a name: none is empty, `.`, `..` or longer than file systems bear.
    static func stays(_ name: [UInt8]) -> Bool {
        name.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).allSatisfy {
            (1...255).contains($0.count) && !$0.elementsEqual(".".utf8)
                && !$0.elementsEqual("..".utf8)
        } && name.count <= 4096
    }

    private static func length(_ text: UnsafePointer<CChar>) -> Int {
        var count = 0
        while text[count] != 0 { count += 1 }
        return count
    }
}

/// The bytes of one entry, from its beginning to its end.
package final class ZipEntryReader {
    // Outlives the entry.
    private let archive: ZipArchive
    private let entry: OpaquePointer

    package init(_ archive: ZipArchive, _ index: UInt64) throws(ArchiveError) {
        guard let entry = lt_zip_entry_open(archive.archive, index) else { throw .damaged }
        self.archive = archive
        self.entry = entry
    }

    deinit { lt_zip_entry_close(entry) }

    /// Fills the front of a buffer; 0 at the end, when the checksum was right.
    package func read(into buffer: UnsafeMutableRawBufferPointer) throws(ArchiveError) -> Int {
        guard let start = buffer.baseAddress, !buffer.isEmpty else { return 0 }
        let count = lt_zip_entry_read(entry, start, UInt64(buffer.count))
        guard count >= 0 else { throw .damaged }
        return Int(count)
    }
}
