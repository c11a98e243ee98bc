package import VaultFiles
package import VaultFormat

/// Packs in a vault's folder `packs`, by the first two digits of their names. Spec 05 §1.
package final class DirectoryPackStore: PackStore {
    private let packs: Directory

    private init(_ packs: consuming Directory) { self.packs = packs }

    /// Makes `packs`, its 256 folders and `incoming`, as far as they are not there, and syncs.
    package static func create(
        in vault: borrowing Directory
    ) throws(StoreError) -> DirectoryPackStore {
        do throws(FileError) {
            let packs = try vault.openOrMakeFolder("packs", mode: .likeFolder)
            for number in 0...255 {
                _ = try packs.openOrMakeFolder(
                    FileName(Hex.encode([UInt8(number)])), mode: .likeFolder)
            }
            _ = try packs.openOrMakeFolder("incoming", mode: .likeFolder)
            try packs.sync()
            try vault.sync()
            return DirectoryPackStore(packs)
        } catch {
            throw StoreError(error)
        }
    }

    /// Opens what `create` made. Writes nothing, so that it works on read-only media.
    package static func open(in vault: borrowing Directory) throws(StoreError) -> DirectoryPackStore
    {
        do throws(FileError) {
            return DirectoryPackStore(try vault.openFolder("packs"))
        } catch {
            throw StoreError(error)
        }
    }

    package func beginPack() throws(StoreError) -> any IncomingPack {
        do throws(FileError) {
            return try DirectoryIncomingPack(in: self, folder: openOrMakeFolder("incoming"))
        } catch {
            throw StoreError(error)
        }
    }

    package func openPack(_ name: PackName) throws(StoreError) -> any PackReader {
        do throws(FileError) {
            let folder = try packs.openFolder(name.folderName())
            return try DirectoryPackReader(name, folder.openFile(name.fileName()))
        } catch .notFound {
            throw .missing(name)
        } catch {
            throw StoreError(error)
        }
    }

    package func byteCount(of name: PackName) throws(StoreError) -> UInt64? {
        do throws(FileError) {
            let status = try packs.openFolder(name.folderName()).status(of: name.fileName())
            guard status.kind == .regular else { throw .notRegular(status.kind) }
            return UInt64(status.size)
        } catch .notFound {
            return nil
        } catch {
            throw StoreError(error)
        }
    }

    package func forEachPack(
        _ body: (PackName, UInt64) throws(StoreError) -> Void
    ) throws(StoreError) {
        for number in 0...255 {
            guard let folder = try folder(UInt8(number)) else { continue }
            var entries = try storing { () throws(FileError) in try folder.entries() }
            while true {
                let next: (PackName, UInt64)?
                do throws(FileError) {
                    guard let entry = try entries.next() else { break }
                    next = try Self.pack(entry, in: folder, number: UInt8(number))
                } catch {
                    throw StoreError(error)
                }
                if let next { try body(next.0, next.1) }
            }
        }
    }

    package func remove(_ name: PackName) throws(StoreError) {
        do throws(FileError) {
            let folder = try packs.openFolder(name.folderName())
            // Synced also when it was not there: an earlier unlink may have been cut short of that.
            try folder.unlinkIfPresent(name.fileName())
            try folder.sync()
        } catch .notFound {
            return
        } catch {
            throw StoreError(error)
        }
    }

    /// One of the folders in `packs`. A copying tool may have left out an empty one: made again.
    func openOrMakeFolder(_ name: FileName) throws(FileError) -> Directory {
        do throws(FileError) {
            return try packs.openFolder(name)
        } catch .notFound {
            let folder = try packs.openOrMakeFolder(name, mode: .likeFolder)
            try packs.sync()
            return folder
        }
    }

    /// `packs/incoming`, or nothing when it is not there.
    func incomingFolder() throws(FileError) -> Directory? {
        do throws(FileError) { return try packs.openFolder("incoming") } catch .notFound {
            return nil
        }
    }

    private func folder(_ number: UInt8) throws(StoreError) -> Directory? {
        do throws(FileError) {
            return try packs.openFolder(FileName(Hex.encode([number])))
        } catch .notFound {
            return nil
        } catch {
            throw StoreError(error)
        }
    }

    /// The name and size of an entry that is a pack in its right folder, still there.
    private static func pack(
        _ entry: DirectoryEntry, in folder: borrowing Directory, number: UInt8
    ) throws(FileError) -> (PackName, UInt64)? {
        guard let name = PackName(entry.name), name.words[0] == number else { return nil }
        do throws(FileError) {
            let status = try folder.status(of: entry.name)
            return status.kind == .regular ? (name, UInt64(status.size)) : nil
        } catch .notFound {
            return nil
        }
    }
}

extension PackName {
    /// The folder a pack lies in: the first two digits.
    func folderName() throws(FileError) -> FileName { try FileName(Hex.encode([words[0]])) }

    func fileName() throws(FileError) -> FileName { try FileName(hex) }

    /// The pack that a file's name says, or nil when it is no pack's.
    init?(_ name: FileName) {
        guard name.bytes.count == 2 * PackName.byteCount else { return nil }
        do throws(FormatError) {
            try self.init(hex: String(decoding: name.bytes, as: UTF8.self))
        } catch {
            return nil
        }
    }
}

/// A pack's file, opened for reading.
final class DirectoryPackReader: PackReader {
    let name: PackName
    let byteCount: UInt64
    private let file: Descriptor

    init(_ name: PackName, _ file: consuming Descriptor) throws(FileError) {
        self.name = name
        byteCount = UInt64(try file.status().size)
        self.file = file
    }

    func read(
        at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer
    ) throws(StoreError) -> Int {
        // No file reaches so far; reading behind the end gives nothing.
        guard let place = Int64(exactly: offset) else { return 0 }
        do throws(FileError) {
            return try file.read(into: buffer, at: place)
        } catch {
            throw StoreError(error)
        }
    }

    func expectSequentialReading() { file.expectSequentialReading() }
}
