import Foundation
import Glibc

/// Where folders are made and removed by the thousand: in memory when there is enough of it, which spares
/// a disk's file system what it is slow at. The fault points stand for its failures there, too.
package let fastTemporaryFolder: String = {
    let memory = "/dev/shm"
    var room = statvfs()
    guard statvfs(memory, &room) == 0, room.f_bavail * room.f_frsize > 4 << 30,
        access(memory, W_OK | X_OK) == 0
    else { return NSTemporaryDirectory() }
    return memory
}()
