import Glibc

/// Why a file operation failed: the cases that callers act on have names, the rest carry the
/// kernel's number. Never holds a path: the caller knows which file it asked for.
package enum FileError: Error, Equatable, Sendable {
    /// Any other refusal: the call as the manual pages name it, and its error number.
    case system(call: String, errno: Int32)
    case notFound
    case exists
    /// The disk or the quota is full.
    case noSpace
    case notPermitted
    /// A symbolic link stands where a file or folder of our own was expected; it was not followed.
    case isSymbolicLink
    /// Not a regular file. It was not read.
    case notRegular(FileKind)
    case notAFolder
    /// The folder still holds something.
    case notEmpty
    /// The file is not what it was when reading began.
    case changedWhileRead
    /// The file ended before the bytes that were asked for.
    case endOfFile
    /// The file is larger than the caller allows.
    case tooLarge
    /// The file system does not keep locks apart, so nothing on it can be written safely.
    case noLocks
    /// Somebody else holds the lock.
    case wouldBlock
    /// The file system is mounted for reading only.
    case readOnly
    /// Not one name: empty, ".", "..", or with a slash or NUL in it.
    case invalidName
    /// The path is absolute or leads out of the folder it must stay in.
    case leavesFolder
    /// Folders lie deeper in each other than the walk goes.
    case tooDeep

    /// Names the case for an error number.
    init(call: StaticString, errno code: Int32) {
        self =
            switch code {
            case ENOENT: .notFound
            case EEXIST: .exists
            case ENOSPC, EDQUOT: .noSpace
            case EACCES, EPERM: .notPermitted
            case ELOOP: .isSymbolicLink
            case ENOTDIR: .notAFolder
            case ENOTEMPTY: .notEmpty
            case EAGAIN: .wouldBlock
            case EROFS: .readOnly
            case EXDEV where call.description == "openat2": .leavesFolder
            default: .system(call: call.description, errno: code)
            }
    }

    /// Says it in plain words: lower case, no full stop, no path.
    package var describe: String {
        switch self {
        case .system(let call, let code): "\(Self.words(for: code)) (\(call), error \(code))"
        case .notFound: "no such file or folder"
        case .exists: "the name is taken"
        case .noSpace: "no space left on the disk"
        case .notPermitted: "permission denied"
        case .isSymbolicLink: "is a symbolic link, which is not followed"
        case .notRegular(let kind): "is \(kind.describe), not a regular file"
        case .notAFolder: "is not a folder"
        case .notEmpty: "the folder is not empty"
        case .changedWhileRead: "changed while it was read"
        case .endOfFile: "ends too early"
        case .tooLarge: "is larger than allowed"
        case .noLocks: "this file system does not keep locks, so a vault on it is not safe"
        case .wouldBlock: "somebody else is using it"
        case .readOnly: "the file system is read-only"
        case .invalidName: "is not a usable file name"
        case .leavesFolder: "leads out of its folder"
        case .tooDeep: "folders lie too deep in each other"
        }
    }

    private static func words(for code: Int32) -> String {
        switch code {
        case EIO: "the disk reports an error"
        case EFBIG: "the file would be too large"
        case EMFILE, ENFILE: "too many open files"
        case ENAMETOOLONG: "the name is too long"
        case ENOMEM: "out of memory"
        case ESTALE: "the network folder went away"
        case EPIPE: "the reader went away"
        case EBUSY: "it is in use by the system"
        case EXDEV: "it lies on another file system"
        default: "the system refused"
        }
    }
}

/// Turns what a function of CLinux returned into a value or the error it stands for.
@discardableResult
func check<Number: FixedWidthInteger & SignedInteger>(
    _ call: StaticString, _ result: Number
) throws(FileError) -> Number {
    if result < 0 { throw FileError(call: call, errno: Int32(truncatingIfNeeded: -result)) }
    return result
}
