import VaultFiles

/// The rollback journal that SQLite leaves beside a database when a transaction is stopped: the
/// pages as they were before. It names no database: SQLite plays any journal that lies there
/// into any file of that name (ATTACK 30). So it is looked at before SQLite may.
enum Journal: Equatable {
    /// Begins with zeros or nothing at all: SQLite would not play it.
    case finished
    /// Could be of this database's last transaction.
    case plausible
    /// Holds a first page that is not this database's, or is no journal.
    case foreign

    private static let magic: [UInt8] = [0xD9, 0xD5, 0x05, 0xF9, 0x20, 0xA1, 0x63, 0xD7]
    private static let pageSize = 4096

    /// - Parameter state: of the database; `nil` when there is none.
    static func inspect(
        _ file: borrowing Descriptor, beside state: State?
    ) throws(RecordsError) -> Journal {
        let size = try files { () throws(FileError) in try file.status().size }
        guard let header = try read(file, at: 0, count: 28, size: size) else { return .finished }
        if header[..<8].allSatisfy({ $0 == 0 }) { return .finished }
        guard Array(header[..<8]) == magic, let state else { return .foreign }
        guard let first = try firstPage(file, size: size) else { return .plausible }
        // Every commit adds one, in page 1, which the journal holds as it was before: at a stop the
        // database shows that number or the next.
        let before = State(first)
        guard before.cookie == state.cookie else { return .foreign }
        return before.counter == state.counter || before.counter &+ 1 == state.counter
            ? .plausible : .foreign
    }

    /// The saved page 1; `nil` when the journal ends before it, which it may.
    private static func firstPage(
        _ file: borrowing Descriptor, size: Int64
    ) throws(RecordsError) -> [UInt8]? {
        var offset: Int64 = 0
        while let header = try read(file, at: offset, count: 28, size: size) {
            guard Array(header[..<8]) == magic else { return nil }
            let sector = Int64(number(header, at: 20))
            guard sector >= 512, sector <= 65_536, number(header, at: 24) == pageSize else {
                return nil
            }
            var left = number(header, at: 8)
            offset += sector
            while left > 0, let record = try read(file, at: offset, count: 8 + pageSize, size: size)
            {
                if number(record, at: 0) == 1 { return Array(record[4..<(4 + pageSize)]) }
                left -= 1
                offset += Int64(8 + pageSize)
            }
            // Pages that spilled early have a header of their own, at the next sector.
            offset = (offset + sector - 1) / sector * sector
        }
        return nil
    }

    /// What a first page says of the whole database.
    struct State: Equatable {
        /// Grows by one with each transaction.
        let counter: UInt32
        /// The schema's cookie: drawn by lot when the vault was made, and the schema never changes.
        let cookie: UInt32

        fileprivate init(_ page: [UInt8]) {
            counter = number(page, at: 24)
            cookie = number(page, at: 40)
        }

        /// `nil` when the file has no first page.
        init?(of file: borrowing Descriptor) throws(RecordsError) {
            let size = try files { () throws(FileError) in try file.status().size }
            guard let page = try read(file, at: 0, count: 100, size: size) else { return nil }
            self.init(page)
        }
    }

    private static func read(
        _ file: borrowing Descriptor, at offset: Int64, count: Int, size: Int64
    ) throws(RecordsError) -> [UInt8]? {
        guard offset + Int64(count) <= size else { return nil }
        return try files { () throws(FileError) in
            var bytes = [UInt8](repeating: 0, count: count)
            var failure: FileError?
            bytes.withUnsafeMutableBytes { buffer in
                do throws(FileError) {
                    try file.readExactly(into: buffer, at: offset)
                } catch {
                    failure = error
                }
            }
            if let failure { throw failure }
            return bytes
        }
    }

    private static func number(_ bytes: [UInt8], at offset: Int) -> UInt32 {
        bytes[offset..<(offset + 4)].reduce(0) { $0 << 8 | UInt32($1) }
    }
}

/// Overwriting of files that hold wrapped keys, before they are given back to the file system.
enum Scrub {
    private static let zeros = [UInt8](repeating: 0, count: 1 << 18)

    /// Overwrites the whole file with zeros, in place, and syncs it.
    static func overwrite(_ file: borrowing Descriptor) throws(RecordsError) {
        try files { () throws(FileError) in
            let size = try file.status().size
            var offset: Int64 = 0
            while offset < size {
                let count = Int(min(size - offset, Int64(zeros.count)))
                try file.write(zeros.span.bytes.extracting(0..<count), at: offset)
                offset += Int64(count)
            }
            try file.sync()
        }
    }

    /// Overwrites, syncs and removes a file, if it is there; the folder's sync is the caller's.
    static func remove(_ name: FileName, in folder: borrowing Directory) throws(RecordsError) {
        do throws(RecordsError) {
            let file = try files { () throws(FileError) in try folder.openForUpdate(name) }
            try overwrite(file)
            try files { () throws(FileError) in try folder.unlink(name) }
        } catch .file(.notFound) {
            return
        }
    }
}
