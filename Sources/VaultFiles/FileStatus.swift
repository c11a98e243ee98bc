import CLinux

/// What sort of thing a name leads to.
package enum FileKind: Hashable, Sendable {
    case regular, folder, symbolicLink, fifo, socket, characterDevice, blockDevice, unknown

    /// From the mode of `stat`.
    init(mode: UInt32) {
        self.init(type: UInt8(truncatingIfNeeded: (mode & 0o170000) >> 12))
    }

    /// From the type that a directory entry holds; the same four bits.
    init(type: UInt8) {
        self =
            switch type {
            case 8: .regular
            case 4: .folder
            case 10: .symbolicLink
            case 1: .fifo
            case 12: .socket
            case 2: .characterDevice
            case 6: .blockDevice
            default: .unknown
            }
    }

    /// With its article: "a folder".
    package var describe: String {
        switch self {
        case .regular: "a regular file"
        case .folder: "a folder"
        case .symbolicLink: "a symbolic link"
        case .fifo: "a named pipe"
        case .socket: "a socket"
        case .characterDevice, .blockDevice: "a device"
        case .unknown: "something unknown"
        }
    }
}

/// A moment of the file system: seconds since 1970 (negative before) and nanoseconds within one.
/// Two numbers, because one count of nanoseconds would overflow for years that files can carry.
package struct FileTime: Hashable, Sendable, Comparable {
    package let seconds: Int64
    /// 0 ..< 1,000,000,000.
    package let nanoseconds: UInt32

    package init(seconds: Int64, nanoseconds: UInt32) {
        precondition(nanoseconds < 1_000_000_000, "nanoseconds lie within one second")
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }

    /// Any number is a time: before 1970, negative.
    package init(nanosecondsSince1970 total: Int64) {
        let (seconds, rest) = total.quotientAndRemainder(dividingBy: 1_000_000_000)
        self.seconds = rest < 0 ? seconds - 1 : seconds
        nanoseconds = UInt32(rest < 0 ? rest + 1_000_000_000 : rest)
    }

    /// Midnight UTC of its day: all that the time of a vault's file is to say. Spec 05 §1.
    package var startOfDay: FileTime {
        let day: Int64 = 86_400
        return FileTime(seconds: seconds - ((seconds % day) + day) % day, nanoseconds: 0)
    }

    package static func < (left: Self, right: Self) -> Bool {
        (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
    }

    /// Nanoseconds since 1970; the nearest number there is outside the years 1677 to 2262.
    package var nanosecondsSince1970: Int64 {
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        if overflow { return seconds < 0 ? .min : .max }
        let (sum, tooFar) = product.addingReportingOverflow(Int64(nanoseconds))
        return tooFar ? .max : sum
    }
}

/// Which file it is, whatever it is called: device and inode number.
package struct FileIdentity: Hashable, Sendable {
    package let device: UInt64
    package let inode: UInt64

    package init(device: UInt64, inode: UInt64) {
        self.device = device
        self.inode = inode
    }
}

/// What the kernel says about a file at one moment.
package struct FileStatus: Hashable, Sendable {
    package let identity: FileIdentity
    package let kind: FileKind
    /// Bytes, as `stat` tells: for a sparse file more than it takes on the disk.
    package let size: Int64
    package let modified: FileTime
    /// When content, mode, name or number of links last changed; nobody can set it.
    package let changed: FileTime
    /// Permission bits only (0 … 0o7777).
    package let mode: UInt32
    package let linkCount: UInt64
    /// The number of the user who owns it.
    package let owner: UInt32
    /// The number of the group it belongs to.
    package let group: UInt32

    init(_ raw: lt_status) {
        identity = FileIdentity(device: raw.device, inode: raw.inode)
        kind = FileKind(mode: raw.mode)
        size = raw.size
        // A network file system may send nonsense here: brought into range instead of trapping.
        modified = FileTime(
            seconds: raw.modified_seconds,
            nanoseconds: min(raw.modified_nanoseconds, 999_999_999))
        changed = FileTime(
            seconds: raw.changed_seconds, nanoseconds: min(raw.changed_nanoseconds, 999_999_999))
        mode = raw.mode & 0o7777
        linkCount = raw.links
        owner = raw.owner
        group = raw.group
    }

    /// Whether it is the same file with the same content, as far as the kernel can tell.
    package func hasSameContent(as other: FileStatus) -> Bool {
        identity == other.identity && kind == other.kind && size == other.size
            && modified == other.modified && changed == other.changed
    }
}
