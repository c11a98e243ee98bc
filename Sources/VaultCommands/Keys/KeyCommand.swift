import ArgumentParser
import VaultFormat
import VaultKit

/// The ways to open a vault.
struct KeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key",
        abstract: "Say who may open the vault, and how.",
        discussion: """
            Each way to open the vault is a slot: a passphrase, a passphrase with a key file, or a \
            recovery code. A slot has a role, and holds the keys of that role and no others:
              owner      everything
              manager    import, find, view, export; the bin, purge and compact
              desk       look one person's pictures up by their exact subject
              depositor  seal new pictures in, read none
              auditor    read the audit log, no pictures
              keeper     verify, back up, count; no key at all
            """,
        subcommands: [
            KeyListCommand.self, KeyAddCommand.self, KeyChangeCommand.self, KeyRemoveCommand.self,
            KeyRotateCommand.self,
        ])
}

struct KeyListCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the slots, without a passphrase.",
        discussion: "When a slot was last used, the audit log says in the clear.")

    @OptionGroup var common: CommonOptions

    func perform(_ console: Console) throws(VaultError) -> ExitCode {
        let vault = try common.open(console)
        let slots = try vault.slots()
        if console.json {
            for slot in slots { console.message("slot", Self.members(slot)) }
        } else {
            Self.show(slots, console)
        }
        if console.json { console.summary("key list", [("slots", .count(slots.count))], "") }
        return .done
    }

    static func members(_ slot: SlotFacts) -> [(String, JSON)] {
        [
            ("id", .text(slot.id.hex)), ("label", .text(slot.label)),
            ("role", .text(slot.role.rawValue)), ("kind", .text(slot.kind.rawValue)),
            ("memory", slot.memory.map { .unsigned($0) } ?? .null),
            ("passes", slot.passes.map { .count(Int($0)) } ?? .null),
            ("last_used", slot.lastUsed.map { .text(Wording.utc($0)) } ?? .null),
        ]
    }

    private static func show(_ slots: [SlotFacts], _ console: Console) {
        let rows = slots.map { slot in
            [
                String(slot.id.hex.prefix(8)), slot.role.rawValue, slot.kind.rawValue,
                slot.lastUsed.map(Wording.local) ?? "never",
                Printable.text(Array(slot.label.utf8)),
            ]
        }
        for line in Wording.table([["slot", "role", "opens with", "last used", "label"]] + rows) {
            console.result(line)
        }
    }
}

struct KeyRemoveCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Take a slot away, as an owner.",
        discussion: """
            From then on it opens nothing that is written to this vault. What its holder may have \
            copied before, the vault or its keys, still opens with what they know; lighttight key \
            rotate makes new keys, so that it opens nothing that comes after.
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup(title: "Passphrase") var secrets: SecretOptions

    @Argument(help: "The slot's label, or the beginning of its ID.")
    var name: String

    @Flag(help: "Makes new keys at once, as lighttight key rotate does.")
    var rotate = false

    func perform(_ console: Console) throws(VaultError) -> ExitCode {
        let vault = try common.open(console)
        let slot = try vault.slot(named: name)
        let label = vault.label(of: slot)
        let owner = try secrets.open(vault, console)
        try owner.removeSlot(slot)
        if rotate { _ = try KeyRotateCommand.rotate(owner, console) }
        console.summary(
            "key remove", [("id", .text(slot.hex)), ("rotated", .flag(rotate))],
            "removed slot \(slot.hex.prefix(8)), \(Printable.text(Array(label.utf8)))")
        if !rotate {
            console.note("To make what it knew worthless for what comes: lighttight key rotate")
        }
        return .done
    }
}

struct KeyRotateCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate", abstract: "Make new keys and wrap everything anew, as an owner.",
        discussion: """
            For when somebody who could open the vault should not any more, or a key may have \
            leaked. Passphrases and recovery codes stay as they are. It does not take back what \
            an old copy of the vault opens for somebody who could open it. Bring the copies up to \
            date afterwards: lighttight backup.
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup(title: "Passphrase") var secrets: SecretOptions

    func perform(_ console: Console) throws(VaultError) -> ExitCode {
        let owner = try secrets.open(common.open(console), console)
        let (report, seconds) = try Self.rotate(owner, console)
        console.summary(
            "key rotate",
            [
                ("epoch", .count(Int(report.epoch))), ("records", .count(report.records)),
                ("damaged", .count(report.damaged)), ("seconds", .number(seconds)),
            ],
            "wrapped the keys of \(Wording.count(report.records, "picture")) anew, in "
                + Wording.duration(seconds))
        if report.damaged > 0 {
            console.warning(
                "\(Wording.count(report.damaged, "record")) did not open and stayed as they were",
                hint: "run lighttight verify to see which")
        }
        return .done
    }

    static func rotate(
        _ owner: OpenSlot, _ console: Console
    ) throws(VaultError) -> (report: RotationReport, seconds: Double) {
        let meter = ProgressMeter(console, "wrapping anew")
        defer { meter.finish() }
        let report = try owner.rotate(progress: { meter.update($0) })
        meter.finish()
        return (report, meter.seconds)
    }
}
