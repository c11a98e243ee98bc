import ArgumentParser
import VaultFormat
import VaultKit

/// Deposits that wait.
struct InboxCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inbox",
        abstract: "Accept or reject what was deposited.",
        discussion: """
            Deposits wait, sealed, in the vault's folder inbox; what came for requests waits where \
            it is served. Owners and managers see what they are, and take them into the vault or \
            throw them away. Anybody who can write into that folder, or has the public key, can \
            deposit: what no depositor's slot signed is shown as unsigned, and may come from \
            anywhere. An answer to a request comes from somebody who had its link.
            """,
        subcommands: [
            InboxListCommand.self, InboxAcceptCommand.self, InboxRejectCommand.self,
            InboxKeyCommand.self,
        ])
}

struct InboxListCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the deposits that wait, and who signed them.")

    @OptionGroup var common: CommonOptions
    @OptionGroup(title: "Passphrase") var secrets: SecretOptions

    func perform(_ console: Console) throws(VaultError) -> ExitCode {
        let vault = try common.open(console)
        let listing = try secrets.open(vault, console).deposits()
        if console.json {
            for deposit in listing.deposits {
                console.message("deposit", Self.members(deposit, vault))
            }
        } else if !listing.deposits.isEmpty {
            let rows = listing.deposits.map { Self.row($0, vault) }
            let head = ["deposit", "time", "size", "from", "subject", "name"]
            for line in Wording.table([head] + rows) { console.result(line) }
        }
        if listing.hasMore {
            console.warning("more deposits wait than are looked at at once")
        }
        if listing.strangers > 0 {
            console.warning(
                Wording.count(listing.strangers, "file") + " in the inbox "
                    + (listing.strangers == 1 ? "is no deposit" : "are no deposits"))
        }
        let damaged = listing.deposits.count { $0.head == nil }
        console.summary(
            "inbox list",
            [("deposits", .count(listing.deposits.count)), ("damaged", .count(damaged))],
            Wording.count(listing.deposits.count, "deposit") + " waiting"
                + (damaged > 0 ? ", \(Wording.count(damaged)) cannot be accepted" : ""))
        return .done
    }

    private static func row(_ deposit: Deposit, _ vault: Vault) -> [String] {
        guard let head = deposit.head else {
            return [
                String(deposit.id.hex.prefix(8)), "-", "-", "-", "-",
                "cannot be accepted: \(deposit.reason ?? "")",
            ]
        }
        return [
            String(deposit.id.hex.prefix(8)), Wording.local(head.deposited),
            Wording.size(head.byteCount), origin(deposit, vault),
            deposit.subject.map { Printable.text(Array($0.utf8)) } ?? "-",
            Printable.text(head.name),
        ]
    }

    /// Who signed it, or which request it answers and who was asked.
    private static func origin(_ deposit: Deposit, _ vault: Vault) -> String {
        if let request = deposit.request {
            let whom = request.recipient.map { ", " + Printable.text(Array($0.utf8)) } ?? ""
            return "request " + request.name.hex.prefix(8) + whom
        }
        return switch deposit.signer {
        case .slot(let slot): Printable.text(Array(vault.label(of: slot).utf8))
        case .former(let slot):
            Printable.text(Array(vault.label(of: slot).utf8)) + " (no depositor any more)"
        case .nobody: "unsigned"
        }
    }

    private static func members(_ deposit: Deposit, _ vault: Vault) -> [(String, JSON)] {
        let head = deposit.head
        var state = head == nil ? "damaged" : "unsigned"
        var slot: SlotID?
        switch deposit.signer {
        case .slot(let signer):
            state = "signed"
            slot = signer
        case .former(let signer):
            state = "formerly-signed"
            slot = signer
        case .nobody: break
        }
        return [
            ("id", .text(deposit.id.hex)), ("state", .text(state)),
            ("signed_by", .optional(slot?.hex)),
            ("label", .optional(slot.map { vault.label(of: $0) })),
            head.map { JSON.path("name", $0.name) } ?? ("name", .null),
            ("bytes", head.map { .unsigned($0.byteCount) } ?? .null),
            ("modified", .optional(head.map { Wording.utc(nanoseconds: $0.modified) })),
            ("deposited", .optional(head.map { Wording.utc($0.deposited) })),
            ("subject", .optional(deposit.subject)), ("album", .optional(deposit.album)),
            ("tags", .list((head?.tags ?? []).map { .text($0) })),
            ("request", .optional(deposit.request?.name.hex)),
            ("asked", .optional(deposit.request?.recipient)),
            ("reason", .optional(deposit.reason)),
        ]
    }
}

struct InboxAcceptCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "accept", abstract: "Take deposits into the vault.",
        discussion: """
            As import does: a picture that is here already is kept once, and one that was purged \
            stays out unless --again is given. A deposit's file goes once its picture was read \
            back from the vault. One that cannot be accepted stays, and costs no other. When everything \
            is stored, the new pictures are looked at.

              lighttight inbox accept 3f9a
              lighttight inbox accept --all --signed-only
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup(title: "Passphrase") var secrets: SecretOptions

    @Argument(help: "Beginnings of the deposits' IDs.")
    var prefixes: [String] = []

    @Flag(help: "Everything that waits.")
    var all = false

    @Flag(help: "Leaves what no depositor's slot signed.")
    var signedOnly = false

    @Flag(help: "Takes in pictures that were purged before.")
    var again = false

    @Flag(help: "Only stores; lighttight index looks at the pictures later.")
    var noLook = false

    func validate() throws {
        try DepositChoice.validate(prefixes, all: all)
    }

    func perform(_ console: Console) throws(VaultError) -> ExitCode {
        let slot = try secrets.open(common.open(console), console)
        let meter = ProgressMeter(console, "accepting")
        defer { meter.finish() }
        let report = try slot.acceptDeposits(
            DepositChoice(prefixes, all: all), signedOnly: signedOnly, again: again,
            stop: Signals.stop, progress: { meter.update($0) },
            outcome: { Self.tell($0, console) })
        meter.finish()
        let seconds = meter.seconds
        let (looking, trouble) =
            noLook
            ? (nil, nil) : Looking.afterStoring(report.imported, try slot.pictures(), console)
        var parts = [
            "accepted " + Wording.count(report.imported, "picture")
                + " (\(Wording.size(report.importedBytes)))"
        ]
        if report.duplicates > 0 {
            parts.append(Wording.count(report.duplicates, "duplicate") + " noted")
        }
        if report.skipped > 0 { parts.append(Wording.count(report.skipped) + " skipped") }
        if report.failed > 0 { parts.append(Wording.count(report.failed) + " failed") }
        console.summary(
            "inbox accept",
            [
                ("imported", .count(report.imported)), ("duplicates", .count(report.duplicates)),
                ("skipped", .count(report.skipped)), ("failed", .count(report.failed)),
                ("bytes", .unsigned(report.importedBytes)), ("seconds", .number(seconds)),
            ] + Looking.members(looking?.report ?? LookReport()),
            parts.joined(separator: ", ")
                + (looking.map { $0.report.looked > 0 ? "; " + $0.sentence : "" } ?? ""))
        if let trouble { throw trouble }
        guard report.failed > 0 else { return .done }
        throw VaultError(
            .someFailed, Wording.count(report.failed, "deposit") + " could not be accepted",
            hint: "the reasons are above; lighttight inbox reject throws them away")
    }

    private static func tell(_ outcome: DepositOutcome, _ console: Console) {
        if console.json {
            console.message(
                "deposit_outcome",
                [
                    ("deposit", .text(outcome.deposit.hex)),
                    ("action", .text(outcome.kind.rawValue)),
                    ("id", .optional(outcome.id?.hex)),
                    outcome.name.map { JSON.path("name", $0) } ?? ("name", .null),
                    ("bytes", .unsigned(outcome.byteCount)),
                    ("reason", .optional(outcome.reason)),
                ])
            return
        }
        guard let reason = outcome.reason else { return }
        console.warning("\(outcome.kind.rawValue) \(outcome.deposit.hex.prefix(8)): \(reason)")
    }
}

struct InboxRejectCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "reject", abstract: "Throw deposits away.",
        discussion: """
            Their files are deleted and nothing comes into the vault. It stands in the audit log.
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup(title: "Passphrase") var secrets: SecretOptions

    @Argument(help: "Beginnings of the deposits' IDs.")
    var prefixes: [String]

    func perform(_ console: Console) throws(VaultError) -> ExitCode {
        let slot = try secrets.open(common.open(console), console)
        let rejected = try slot.rejectDeposits(DepositChoice(prefixes, all: false))
        if console.json {
            for id in rejected { console.message("rejected", [("deposit", .text(id.hex))]) }
        }
        console.summary(
            "inbox reject", [("rejected", .count(rejected.count))],
            "rejected " + Wording.count(rejected.count, "deposit"))
        return .done
    }
}

struct InboxKeyCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "key",
        abstract: "Print the public key for a machine that only deposits, as an owner.",
        discussion: """
            The key is no secret: it seals and opens nothing. But bring it to the other machine \
            by a way that nobody else can meddle with, or compare the fingerprint there: whoever \
            puts another key in its place gets that machine's pictures. Make it anew after \
            lighttight key rotate.

              lighttight inbox key > deposit.key
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup(title: "Passphrase") var secrets: SecretOptions

    func validate() throws {
        if common.json { throw ValidationError("the key is printed as it is, without --json") }
    }

    func perform(_ console: Console) throws(VaultError) -> ExitCode {
        let made = try secrets.open(common.open(console), console).depositKeyFile()
        console.result(String(decoding: made.file, as: UTF8.self))
        console.note("fingerprint \(made.key.fingerprint)")
        return .done
    }
}

extension DepositChoice {
    fileprivate static func validate(_ prefixes: [String], all: Bool) throws {
        guard prefixes.isEmpty == all else {
            throw ValidationError(
                all ? "--all and IDs contradict each other" : "name deposits, or give --all")
        }
    }

    fileprivate init(_ prefixes: [String], all: Bool) throws(VaultError) {
        self =
            all
            ? .all
            : .beginning(
                try IDPrefix.checked(
                    prefixes, of: "deposit", hint: "lighttight inbox list shows what waits"))
    }
}
