import CLinux
import Glibc

/// A new file that nobody can see until it is complete: written first, given its name last. What
/// is never named is gone when this value is, and after a crash as well. Where the file system
/// cannot do that, a temporary name in the same folder stands in, which a crash leaves behind
/// (`FileName.isTemporary`).
package struct UnnamedFile: ~Copyable, Sendable {
    package let file: Descriptor
    /// Where the stand-in lies.
    private let folder: Directory?
    /// The name that stands in; none on most file systems.
    let standIn: FileName?

    /// Whether the file got its name; then there is nothing to clean up.
    private var isNamed = false

    init(
        _ file: consuming Descriptor, in folder: consuming Directory?, standIn: FileName?
    ) {
        self.file = file
        self.folder = folder
        self.standIn = standIn
    }

    /// Gives the file its name, in the folder it was made in or another of the same file system.
    /// Never replaces anything: `.exists`, and the file can be tried under another name.
    /// The caller syncs the file before and the folder after.
    package mutating func link(
        into target: borrowing Directory, as name: FileName
    ) throws(FileError) {
        precondition(!isNamed, "a file is given its name once")
        if let standIn {
            try link(standIn: standIn, into: target, as: name)
        } else {
            try FaultPoint.hit("link")
            let to = target.number
            try check("link", name.withCString { lt_link_open_file(file.number, to, $0) })
        }
        isNamed = true
    }

    private borrowing func link(
        standIn: FileName, into target: borrowing Directory, as name: FileName
    ) throws(FileError) {
        switch folder {
        case .some(let folder): try folder.renameNoReplace(standIn, into: target, as: name)
        case .none: preconditionFailure("a stand-in lies in a folder")
        }
    }

    deinit {
        guard let standIn, !isNamed else { return }
        switch folder {
        // A leftover is harmless and `verify` lists it.
        case .some(let folder): _ = standIn.withCString { lt_unlink(folder.number, $0) }
        case .none: return
        }
    }
}

extension Directory {
    /// Makes a file that has no name yet, for reading and writing, with exactly this mode.
    package func createUnnamed(mode: CreationMode = 0o600) throws(FileError) -> UnnamedFile {
        try createUnnamed(mode: fileMode(mode), named: !Self.canLinkOpenFiles)
    }

    /// `named`: with a temporary name, as where the file system knows no other way.
    func createUnnamed(mode: UInt32, named: Bool) throws(FileError) -> UnnamedFile {
        if !named {
            try FaultPoint.hit("create")
            let result = lt_create_unnamed(number, mode)
            // EISDIR: what kernels without O_TMPFILE make of the flag.
            if result != -EOPNOTSUPP && result != -EISDIR && result != -EINVAL {
                let file = Descriptor(owning: try check("open", result))
                try file.correctMode(mode)
                return UnnamedFile(file, in: nil, standIn: nil)
            }
        }
        let own = try reopened()
        let name = try FileName.temporary()
        return UnnamedFile(try create(name, mode: mode), in: own, standIn: name)
    }

    private static let canLinkOpenFiles = lt_can_link_open_files()
}

extension FileName {
    /// A name that begins with `temporaryPrefix` and ends in 96 random bits.
    package static func temporary() throws(FileError) -> FileName {
        var random = [UInt8](repeating: 0, count: 12)
        try check("getrandom", random.withUnsafeMutableBytes { lt_random($0.baseAddress, 12) })
        let digits = Array("0123456789abcdef".utf8)
        return FileName(
            trusted: temporaryPrefix
                + random.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }
}
