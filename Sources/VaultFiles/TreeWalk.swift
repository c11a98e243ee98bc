import CLinux

/// One thing that a walk found.
package struct TreeEntry: Sendable, Equatable {
    package enum Finding: Sendable, Equatable {
        case file(FileStatus)
        /// A folder; what it holds comes next.
        case folder(FileStatus)
        /// A link, FIFO, socket or device: reported, not followed, not opened.
        case other(FileStatus)
        /// The folder that the walk was told to leave out (the vault itself).
        case leftOut(FileStatus)
        /// A folder that cannot be read, or a name that cannot be looked at. The walk goes on.
        case failed(FileError)
    }

    /// Relative to where the walk began.
    package let path: FilePath
    package let finding: Finding
}

/// An open folder that several holders share; closed with the last of them.
package final class SharedFolder: Sendable {
    package let directory: Directory

    package init(_ directory: consuming Directory) { self.directory = directory }
}

/// Walks a folder and all below it: a folder before what it holds, names in byte order, so that two
/// walks of the same tree find the same things in the same order. Follows no link. Holds one
/// descriptor for each folder on the way down, so at most `maximumDepth`, and the names of these.
package final class TreeWalk {
    private final class Level {
        let shared: SharedFolder
        let names: NameList
        /// How long the path of this folder is, with its slash.
        let pathLength: Int
        var next = 0

        init(_ folder: consuming Directory, _ names: NameList, pathLength: Int) {
            self.shared = SharedFolder(folder)
            self.names = names
            self.pathLength = pathLength
        }
    }

    private var levels: [Level] = []
    private var path: [UInt8] = []
    private var current: (level: Level, name: [UInt8])?
    private let leavingOut: FileIdentity?
    private let maximumDepth: Int
    private let entries = RawEntries()

    /// Begins at a folder. `leavingOut` is reported and not entered. Folders deeper than
    /// `maximumDepth` are reported as `.failed(.tooDeep)`; a process may usually hold 1,024 files.
    package init(
        _ root: borrowing Directory, leavingOut: FileIdentity? = nil, maximumDepth: Int = 256
    ) throws(FileError) {
        self.leavingOut = leavingOut
        self.maximumDepth = maximumDepth
        // A descriptor of our own: reading names moves the position of the one we were given.
        let own = try root.reopened()
        let names = try NameList(of: own, entries)
        levels.append(Level(own, names, pathLength: 0))
    }

    /// The next thing, or nothing at the end.
    package func next() -> TreeEntry? {
        while let level = levels.last {
            guard level.next < level.names.count else {
                levels.removeLast()
                continue
            }
            let index = level.next
            level.next += 1
            let name = Array(level.names.name(index))
            path.removeSubrange(level.pathLength...)
            path.append(contentsOf: name)
            current = (level, name)
            let found = FilePath(trusted: path)
            return TreeEntry(
                path: found, finding: look(at: name, kind: level.names.kind(index), in: level))
        }
        current = nil
        return nil
    }

    /// The folder of what `next()` returned last; it stays open as long as somebody holds it, so
    /// other threads can open the file by its last name while the walk goes on.
    package var folder: SharedFolder? { current?.level.shared }

    /// Whether the folder of what `next()` returned last holds this name too.
    package func hasSibling(_ name: [UInt8]) -> Bool {
        current?.level.names.contains(name) ?? false
    }

    /// All names in the folder of what `next()` returned last, in byte order.
    package var siblings: [[UInt8]] {
        guard let names = current?.level.names else { return [] }
        return (0..<names.count).map { Array(names.name($0)) }
    }

    /// Whether a name in the folder of what `next()` returned last ends so, without regard to ASCII case.
    package func hasSibling(endingInAnyOf ends: [[UInt8]]) -> Bool {
        guard let names = current?.level.names else { return false }
        return (0..<names.count).contains { index in
            let name = names.name(index)
            return ends.contains { end in
                name.count >= end.count
                    && zip(name.suffix(end.count), end).allSatisfy {
                        ($0 | ((0x41...0x5A).contains($0) ? 0x20 : 0)) == $1
                    }
            }
        }
    }

    /// Opens the file that `next()` returned last, by its folder and not by its path.
    /// The rules are those of `Descriptor.openSource`.
    package func openFile() throws(FileError) -> Descriptor {
        guard let current else { throw .notFound }
        return try Descriptor.openSource(at: current.level.shared.directory.number, current.name)
    }

    /// Removes the file that `next()` returned last, if it is still the one that was reported.
    package func unlinkFile(_ status: FileStatus) throws(FileError) {
        guard let current else { throw .notFound }
        let name = FileName(trusted: current.name)
        if try !current.level.shared.directory.status(of: name).hasSameContent(as: status) {
            throw .changedWhileRead
        }
        try current.level.shared.directory.unlink(name)
    }

    private func look(at name: [UInt8], kind: FileKind, in level: Level) -> TreeEntry.Finding {
        do throws(FileError) {
            if kind == .folder { return try enter(name, in: level) }
            let status = try Descriptor.statusAt(level.shared.directory.number, name)
            switch status.kind {
            case .regular: return .file(status)
            case .folder: return try enter(name, in: level)
            default: return .other(status)
            }
        } catch {
            return .failed(error)
        }
    }

    private func enter(_ name: [UInt8], in level: Level) throws(FileError) -> TreeEntry.Finding {
        if levels.count >= maximumDepth { throw .tooDeep }
        let folder = try Directory.open(at: level.shared.directory.number, name)
        let status = try folder.status()
        if status.identity == leavingOut { return .leftOut(status) }
        let names = try NameList(of: folder, entries)
        path.append(0x2F)
        levels.append(Level(folder, names, pathLength: path.count))
        return .folder(status)
    }
}
