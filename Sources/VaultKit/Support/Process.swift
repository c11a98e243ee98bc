import Glibc
import VaultFiles

/// What the command line needs of the ground floor, so that it imports the façade alone.
package enum Hardening {
    /// No core dumps, no reading of this process's memory by others of the same user, and files for
    /// their owner only.
    package static func apply() throws(VaultError) {
        do throws(FileError) { try ProcessHardening.apply() } catch {
            throw VaultError(error, "the process")
        }
    }

    /// Throws `.memoryUnavailable` when a limit leaves no address space to work in. Without it the first
    /// thread would be waited for, and for ever: libdispatch asks again every second.
    package static func requireRoom() throws(VaultError) {
        let wanted = 128 << 20
        let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
        let start = mmap(nil, wanted, PROT_NONE, flags, -1, 0)
        guard start != MAP_FAILED else {
            throw VaultError(
                .memoryUnavailable,
                "lighttight needs \(wanted >> 20) MiB of address space to work in, which is not to be had",
                hint: "raise the limit of this process (ulimit -v)")
        }
        munmap(start, wanted)
    }
}

/// Faults for tests: a debug build kills itself or fails at the Nth write.
package enum Faults {
    /// Whether this build has fault points.
    package static var isAvailable: Bool { FaultPlan.isAvailable }

    /// Installs a plan such as `kill@17`; false when it cannot be read.
    package static func install(_ spec: String) -> Bool { FaultPlan.install(spec) }

    /// The points passed so far, by name.
    package static var passed: [String] { FaultPlan.report.names }
}

/// Bytes of a name for a terminal or a log.
package enum Printable {
    /// Nothing in it can move the cursor, ring or recolour.
    package static func text(_ bytes: [UInt8]) -> String { VaultFiles.Printable.text(bytes) }
}
