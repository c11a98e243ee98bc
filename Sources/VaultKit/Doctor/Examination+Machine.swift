import VaultCrypto
import VaultFiles
import VaultFormat
import VaultKeys

// The machine, as far as it matters to secrets.
extension Examination {
    mutating func lookAtMachine() throws(VaultError) {
        lookAtSessions()
        add(Self.locking(isPossible: Self.memoryLocks()))
        add(Self.swap(Disks().openSwaps()))
    }

    private mutating func lookAtSessions() {
        do throws(VaultError) {
            for session in try vault.sessions() {
                add(
                    DoctorFinding(
                        .openSession, .advice,
                        "Slot \(DoctorWords.quoted(session.label)) (\(session.role.rawValue)) is unlocked for "
                            + "\(max(1, (session.end - now) / 60)) more minutes.",
                        meaning:
                            "Until then every program that runs as you can do what that slot can.",
                        action: "When you have finished, or leave the machine",
                        command: ["lighttight", "lock"]))
            }
        } catch {
            return addBlocked(error.message)
        }
        do throws(KeysError) {
            try SessionKeyring.requireWorking()
        } catch {
            addBlocked(VaultError(error).message)
        }
    }

    private mutating func addBlocked(_ message: String) {
        add(
            DoctorFinding(
                .keyringBlocked, .advice, DoctorWords.sentence(message),
                meaning:
                    "lighttight unlock does not work here, so every command asks for the passphrase. "
                    + "Nothing is less safe for it.",
                action:
                    "Nothing, unless you want sessions: then run lighttight outside of the container"
            ))
    }

    /// Takes a secret's room, to see whether it can be kept out of swap.
    private static func memoryLocks() -> Bool {
        _ = Secret(randomCount: 4096)
        return GuardedMemory.isLocked
    }

    static func locking(isPossible: Bool) -> DoctorFinding? {
        if isPossible { return nil }
        return DoctorFinding(
            .memoryNotLocked, .warning, "The system does not let lighttight lock its memory.",
            meaning:
                "Keys that are in use may be written to the disk as swap, and found there later.",
            action:
                "Raise the limit of locked memory for this user (ulimit -l, or LimitMEMLOCK= of a service) "
                + "to 8 MiB or more")
    }

    static func swap(_ places: [[UInt8]]) -> DoctorFinding? {
        guard let first = places.first else { return nil }
        return DoctorFinding(
            .swap, .advice,
            "This machine swaps to a disk unencrypted: \"\(Printable.text(first))\".",
            meaning:
                "Keys are locked in memory, but pictures that a viewer shows may be written there and "
                + "stay for long.",
            action: "Encrypt the whole machine, which every system offers, or its swap")
    }
}
