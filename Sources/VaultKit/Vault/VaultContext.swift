/// What the façade is told of the machine and of who is at it, since it looks nothing up by itself.
package struct VaultContext: Sendable {
    /// The folder in which this machine remembers, for this user, the newest state of each vault; it
    /// is made when missing. `nil`: nothing is remembered. Spec 07 §8.
    package var memoryFolder: [UInt8]?
    /// The folder for sessions; `nil`: there are none. Spec 02 §12.
    package var sessionFolder: [UInt8]?
    /// The system's name of the user, for the log.
    package var user: String?
    /// The machine's name, for the log.
    package var machine: String?
    /// An owner may read where the log cannot be written.
    package var unlogged = false

    package init() {}
}
