import CLinux
import Glibc

/// A group of users, as the system knows it.
package struct UserGroup: Hashable, Sendable {
    package let number: UInt32

    /// Looks a group up by its name; nothing when the system knows none.
    package static func named(_ name: String) throws(FileError) -> UserGroup? {
        var room = [CChar](repeating: 0, count: 1 << 14)
        while true {
            var record = group()
            var found: UnsafeMutablePointer<group>?
            let code = getgrnam_r(name, &record, &room, room.count, &found)
            switch code {
            case 0: return found == nil ? nil : UserGroup(number: record.gr_gid)
            // What the manual page lists for "no such name", besides 0.
            case ENOENT, ESRCH, EBADF, EPERM: return nil
            case EINTR: continue
            // A group of very many members; beyond some size it is nonsense.
            case ERANGE where room.count < 1 << 24:
                room = [CChar](repeating: 0, count: room.count * 4)
            default: throw FileError(call: "getgrnam", errno: code)
            }
        }
    }

    /// The number of the user whose rights this process works with.
    package static var thisUser: UInt32 { geteuid() }

    /// Whether this process works with the rights of the group, or with all of them (root).
    package func includesThisProcess() throws(FileError) -> Bool {
        if geteuid() == 0 || getegid() == number { return true }
        var members = [gid_t](repeating: 0, count: 65_536)
        let count = getgroups(Int32(members.count), &members)
        if count < 0 { throw FileError(call: "getgroups", errno: errno) }
        return members.prefix(Int(count)).contains(number)
    }
}
