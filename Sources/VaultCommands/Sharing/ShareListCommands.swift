import ArgumentParser
import Glibc
import VaultFormat
import VaultKit

struct ShareListCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Tell who has links, to what, and when they were opened.",
        discussion: """
              lighttight share list
              lighttight share list --all --picture 3f9a
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup(title: "Passphrase") var secrets: SecretOptions

    @Flag(help: "Also those that are over.")
    var all = false

    @Option(help: ArgumentHelp("Only shares of this picture.", valueName: "id"))
    var picture: String?

    func perform(_ console: Console) throws(VaultError) -> ExitCode {
        let prefix = try picture.map { (picture) throws(VaultError) in
            try IDPrefix.checked([picture])[0].lowercased()
        }
        let vault = try secrets.unlock(common.open(console), console)
        var shares = try vault.shares()
        let total = shares.count
        if !all { shares = shares.filter(\.standing.isOpen) }
        if let prefix {
            // Of destroyed pictures, too: the card still says who had them.
            shares = shares.filter { $0.card.pictures.contains { $0.hex.hasPrefix(prefix) } }
        }
        if console.json {
            for share in shares { console.message("share", ShareReport.members(share)) }
        } else if !shares.isEmpty {
            table(shares, console)
        }
        let over = total - shares.count
        let more = !all && over > 0 ? "; --all shows \(Wording.count(over)) more" : ""
        console.summary(
            "share list", [("shares", .count(shares.count))],
            shares.isEmpty
                ? "nothing is shared" + more : Wording.count(shares.count, "share") + more)
        return .done
    }

    private func table(_ shares: [ShareStatus], _ console: Console) {
        let now = Int64(time(nil))
        let rows = shares.map { share in
            let opened = share.opened.map { opened in
                String(opened.count) + (share.card.views.map { " of \($0)" } ?? "")
            }
            return [
                ShareReport.shortName(share.name),
                share.standing == .open
                    ? ShareReport.left(share.card.expires - now) : share.standing.word,
                opened ?? "?",
                (share.opened?.last).map { Wording.local($0) } ?? "-",
                String(share.card.pictures.count), ShareReport.recipient(share.card),
            ]
        }
        let heading = ["SHARE", "ENDS", "OPENED", "LAST OPENED", "PICTURES", "FOR"]
        for line in Wording.table([heading] + rows) { console.result(line) }
    }
}

struct ShareShowCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Tell all of one share.",
        discussion: "  lighttight share show 1c04")

    @OptionGroup var common: CommonOptions
    @OptionGroup(title: "Passphrase") var secrets: SecretOptions

    @Argument(help: "The beginning of a share's name.")
    var name: String

    func perform(_ console: Console) throws(VaultError) -> ExitCode {
        let name = try ShareArguments.checked([name])[0]
        let vault = try secrets.unlock(common.open(console), console)
        let share = try vault.share(named: name)
        if console.json {
            console.message("share", ShareReport.members(share))
            return .done
        }
        for line in lines(share, vault) { console.result(line) }
        return .done
    }

    private func lines(_ share: ShareStatus, _ vault: UnlockedVault) -> [String] {
        let card = share.card
        var rows = [
            ["share", share.name.hex], ["for", ShareReport.recipient(card)],
            ["state", share.standing.sentence],
            [
                "made",
                Wording.local(card.made) + " by "
                    + Printable.text(Array(vault.locked.label(of: card.slot).utf8)),
            ],
            ["ends", Wording.local(card.expires)],
        ]
        if let ended = card.ended { rows.append(["ended", Wording.local(ended.time)]) }
        let limit = card.views.map { " of \($0)" } ?? ""
        rows.append(["opened", (share.opened.map { String($0.count) } ?? "?") + limit])
        if let first = share.opened?.first { rows.append(["first", Wording.local(first)]) }
        if let last = share.opened?.last { rows.append(["last", Wording.local(last)]) }
        rows.append(["password", card.hasPassword ? "yes" : "no"])
        rows.append([
            "holds", card.side.map { "copies of at most \($0) pixels" } ?? "the files as they are",
        ])
        rows.append(["served at", Printable.text(Array(card.base.utf8))])
        for (index, picture) in card.pictures.enumerated() {
            rows.append([index == 0 ? "pictures" : "", picture.hex])
        }
        return Wording.table(rows)
    }
}

/// Names of shares as a person types them.
enum ShareArguments {
    static func checked(_ names: [String]) throws(VaultError) -> [String] {
        do throws(VaultError) {
            return try IDPrefix.checked(
                names, of: "share", hint: "lighttight share list shows the names")
        } catch {
            throw VaultError(.noSuchShare, error.message, hint: error.hint)
        }
    }
}
