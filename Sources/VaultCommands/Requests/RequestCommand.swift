import ArgumentParser
import VaultFormat
import VaultKit

struct RequestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "request",
        abstract: "Let somebody send pictures in by a link that ends.",
        discussion: """
            Whoever has the link can send pictures, sealed in their browser, and can read nothing. The \
            server that takes them in cannot read them either. They wait until you accept them.

              lighttight request create --subject 4711 --to Ada
              lighttight request list
              lighttight inbox list
              lighttight request revoke 1c04
            """,
        subcommands: [
            RequestCreateCommand.self, RequestListCommand.self, RequestShowCommand.self,
            RequestRevokeCommand.self, RequestExtendCommand.self,
        ])
}

/// What commands tell of requests.
enum RequestReport {
    static func shortName(_ name: RequestName) -> String { String(name.hex.prefix(8)) }

    static func text(_ text: String?) -> String {
        text.map { Printable.text(Array($0.utf8)) } ?? "-"
    }

    /// The members of a `picture_request` message; `Docs/CommandContract.md`.
    static func members(_ request: RequestStatus) -> [(String, JSON)] {
        let card = request.card
        return [
            ("name", .text(request.name.hex)), ("to", .optional(card.recipient)),
            ("subject", .optional(card.subject)), ("album", .optional(card.album)),
            ("state", .text(request.standing.word)), ("made", .text(Wording.utc(card.made))),
            ("expires", .text(Wording.utc(card.expires))),
            ("ended", .optional(card.ended.map { Wording.utc($0.time) })),
            ("files", .count(card.files)),
            ("came", request.came.map { .count($0.files) } ?? .null),
            ("came_bytes", request.came.map { .integer($0.bytes) } ?? .null),
            ("waiting", .count(request.waiting)), ("base", .text(card.base)),
        ]
    }

    /// Names of requests as a person types them.
    static func checked(_ names: [String]) throws(VaultError) -> [String] {
        do throws(VaultError) {
            return try IDPrefix.checked(
                names, of: "request", hint: "lighttight request list shows the names")
        } catch {
            throw VaultError(.noSuchShare, error.message, hint: error.hint)
        }
    }
}

extension RequestStatus.Standing {
    var word: String {
        switch self {
        case .open: "open"
        case .full: "full"
        case .expired: "expired"
        case .ended(.revoked): "revoked"
        case .ended(.erased): "erased"
        case .ended(.failed): "failed"
        case .gone: "gone"
        case .damaged: "damaged"
        }
    }

    /// In plain words.
    var sentence: String {
        switch self {
        case .open: "open"
        case .full: "full: everything came that may come"
        case .expired: "over: its time is past"
        case .ended(.revoked): "over: you took it back"
        case .ended(.erased): "over: the person was erased"
        case .ended(.failed): "never served: it could not be put in its place"
        case .gone: "over: its files are gone"
        case .damaged: "damaged: its files are not what they were"
        }
    }
}
