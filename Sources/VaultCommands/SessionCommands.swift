import ArgumentParser
import Glibc
import VaultFormat
import VaultKit

struct UnlockCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "unlock", abstract: "Keep a slot open for a while.",
        discussion: """
            The kernel keeps a key for so long, and forgets it then, at lock, and when the machine \
            is switched off. Meanwhile every command of yours works without a passphrase, and so \
            does every other program that runs as you.

              lighttight unlock --for 15m
              lighttight lock
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup(title: "Passphrase") var secrets: SecretOptions

    @Option(
        name: .customLong("for"),
        help: ArgumentHelp("How long: 30s, 15m, 8h; at most a day.", valueName: "time"))
    var time = SpanArgument(seconds: 900)

    @Flag(help: "Leaves other slots of this vault open that are.")
    var also = false

    func perform(_ console: Console) throws(VaultError) -> ExitCode {
        let vault = try common.open(console)
        try Vault.requireSessions()
        let named = try secrets.namedSlot(vault)
        let session = try secrets.asking(console) { (secret, keyFile) throws(VaultError) in
            try vault.beginSession(
                secret, keyFile: keyFile, only: named, seconds: time.seconds, also: also)
        }
        console.summary(
            "unlock",
            [
                ("id", .text(session.slot.hex)), ("label", .text(session.label)),
                ("role", .text(session.role.rawValue)), ("until", .text(Wording.utc(session.end))),
            ],
            "unlocked as \(Printable.text(Array(session.label.utf8))) (\(session.role.rawValue)) until "
                + Wording.local(session.end))
        return .done
    }
}

struct LockCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "lock", abstract: "End what unlock began.",
        discussion: "Without --all, the sessions of this vault; with --as, that of one slot.")

    @OptionGroup var common: CommonOptions

    @Option(
        name: .customLong("as"),
        help: ArgumentHelp("Ends the session of this slot only.", valueName: "slot"))
    var slot: String?

    @Flag(help: "Ends your sessions of all vaults.")
    var all = false

    func validate() throws {
        if all, slot != nil { throw ValidationError("--all and --as contradict each other") }
    }

    func perform(_ console: Console) throws(VaultError) -> ExitCode {
        let count = try all ? Vault.endAllSessions(CommonOptions.context()) : lock(console)
        console.summary(
            "lock", [("sessions", .count(count))],
            count == 0 ? "nothing was unlocked" : "locked")
        return .done
    }

    private func lock(_ console: Console) throws(VaultError) -> Int {
        let vault = try common.open(console)
        if let slot { return try vault.endSession(of: vault.slot(named: slot)) ? 1 : 0 }
        return try vault.endSessions()
    }
}

/// A time span as a person writes it: `30s`, `15m`, `8h`, `1d`; from a second to a day.
struct SpanArgument: ExpressibleByArgument, CustomStringConvertible {
    let seconds: UInt32

    init(seconds: UInt32) { self.seconds = seconds }

    init?(argument: String) {
        guard let unit = argument.last, let count = UInt32(argument.dropLast()),
            let factor = ["s": 1, "m": 60, "h": 3_600, "d": 86_400][unit] as UInt32?,
            count > 0, count <= 86_400 / factor
        else { return nil }
        seconds = count * factor
    }

    var description: String {
        seconds.isMultiple(of: 60) ? "\(seconds / 60)m" : "\(seconds)s"
    }
}
