/// How a new vault is made.
package struct InitRequest: Sendable {
    /// What Argon2id may cost each unlock.
    package enum Cost: String, Sendable, CaseIterable {
        /// 256 MiB, 3 passes: about a second.
        case standard
        /// 1 GiB, 4 passes: about four seconds.
        case strong
        /// 64 MiB, 3 passes: for machines with little memory.
        case small
        /// 64 MiB, 1 pass: for this program's own tests, never for pictures.
        case insecureForTests = "insecure-for-tests"

        package var memory: UInt64 {
            switch self {
            case .standard: 256 << 20
            case .strong: 1 << 30
            case .small, .insecureForTests: 64 << 20
            }
        }

        package var passes: UInt32 {
            switch self {
            case .standard, .small: 3
            case .strong: 4
            case .insecureForTests: 1
            }
        }
    }

    package var cost = Cost.standard
    /// Takes a passphrase that is judged weak.
    package var acceptWeak = false
    package var label = "owner"
    /// The name of a group of this machine's users that is to share the vault; else it is for its
    /// owner only. Spec 05 §1.
    package var group: String?

    package init() {}
}
