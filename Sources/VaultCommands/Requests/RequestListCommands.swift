import ArgumentParser
import Glibc
import VaultFormat
import VaultKit

struct RequestListCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Tell whom you asked for pictures, and what came.",
        discussion: """
              lighttight request list
              lighttight request list --all
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup(title: "Passphrase") var secrets: SecretOptions

    @Flag(help: "Also those that are over and of which nothing waits.")
    var all = false

    func perform(_ console: Console) throws(VaultError) -> ExitCode {
        let vault = try secrets.unlock(common.open(console), console)
        var requests = try vault.requests()
        let total = requests.count
        if !all { requests = requests.filter { $0.standing.isOpen || $0.waiting > 0 } }
        if console.json {
            for request in requests {
                console.message("picture_request", RequestReport.members(request))
            }
        } else if !requests.isEmpty {
            table(requests, console)
        }
        let over = total - requests.count
        let more = !all && over > 0 ? "; --all shows \(Wording.count(over)) more" : ""
        console.summary(
            "request list", [("requests", .count(requests.count))],
            requests.isEmpty
                ? "no request is open" + more : Wording.count(requests.count, "request") + more)
        return .done
    }

    private func table(_ requests: [RequestStatus], _ console: Console) {
        let now = Int64(time(nil))
        let rows = requests.map { request in
            [
                RequestReport.shortName(request.name),
                request.standing == .open
                    ? ShareReport.left(request.card.expires - now) : request.standing.word,
                (request.came.map { String($0.files) } ?? "?") + " of \(request.card.files)",
                String(request.waiting), RequestReport.text(request.card.subject),
                RequestReport.text(request.card.recipient),
            ]
        }
        let heading = ["REQUEST", "ENDS", "CAME", "WAITING", "SUBJECT", "TO"]
        for line in Wording.table([heading] + rows) { console.result(line) }
    }
}

struct RequestShowCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Tell all of one request.",
        discussion: "  lighttight request show 1c04")

    @OptionGroup var common: CommonOptions
    @OptionGroup(title: "Passphrase") var secrets: SecretOptions

    @Argument(help: "The beginning of a request's name.")
    var name: String

    func perform(_ console: Console) throws(VaultError) -> ExitCode {
        let name = try RequestReport.checked([name])[0]
        let vault = try secrets.unlock(common.open(console), console)
        let request = try vault.request(named: name)
        if console.json {
            console.message("picture_request", RequestReport.members(request))
            return .done
        }
        for line in lines(request, vault) { console.result(line) }
        return .done
    }

    private func lines(_ request: RequestStatus, _ vault: UnlockedVault) -> [String] {
        let card = request.card
        var rows = [
            ["request", request.name.hex], ["to", RequestReport.text(card.recipient)],
            ["subject", RequestReport.text(card.subject)],
            ["album", RequestReport.text(card.album)], ["state", request.standing.sentence],
            [
                "made",
                Wording.local(card.made) + " by "
                    + Printable.text(Array(vault.locked.label(of: card.slot).utf8)),
            ],
            ["ends", Wording.local(card.expires)],
        ]
        if let ended = card.ended { rows.append(["ended", Wording.local(ended.time)]) }
        var came = (request.came.map { String($0.files) } ?? "?") + " of \(card.files)"
        if let bytes = request.came?.bytes, bytes > 0 {
            came += " (\(Wording.size(UInt64(bytes))) sealed)"
        }
        rows.append(["came", came])
        rows.append(["waiting", String(request.waiting)])
        rows.append(["served at", Printable.text(Array(card.base.utf8))])
        return Wording.table(rows)
    }
}
