import ArgumentParser
import VaultFormat
import VaultKit

struct ShareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "share",
        abstract: "Give pictures to somebody by a link that ends, or in a sealed file.",
        discussion: """
            A link opens sealed copies that are made for it, until its time is over, its views are \
            used, or you take it back. The server that hands them out sees neither pictures nor keys.

              lighttight share address https://pictures.example.org
              lighttight share create 3f9a 77b0 --to Grandma
              lighttight share list
              lighttight share revoke 1c04
            """,
        subcommands: [
            ShareCreateCommand.self, ShareListCommand.self, ShareShowCommand.self,
            ShareRevokeCommand.self, ShareExtendCommand.self, ShareBundleCommand.self,
            ShareAddressCommand.self, ServeCommand.self,
        ])
}

/// What commands tell of shares.
enum ShareReport {
    static func shortName(_ name: ShareName) -> String { String(name.hex.prefix(8)) }

    static func recipient(_ card: ShareCard) -> String {
        Printable.text(Array((card.recipient ?? "").utf8))
    }

    /// The members of a `share` message; `Docs/CommandContract.md`.
    static func members(_ share: ShareStatus) -> [(String, JSON)] {
        let card = share.card
        return [
            ("name", .text(share.name.hex)), ("to", .optional(card.recipient)),
            ("state", .text(share.standing.word)), ("made", .text(Wording.utc(card.made))),
            ("expires", .text(Wording.utc(card.expires))),
            ("ended", .optional(card.ended.map { Wording.utc($0.time) })),
            ("views", card.views.map { .count($0) } ?? .null),
            ("opened", share.opened.map { .count($0.count) } ?? .null),
            ("first_opened", .optional((share.opened?.first).map { Wording.utc($0) })),
            ("last_opened", .optional((share.opened?.last).map { Wording.utc($0) })),
            ("password", .flag(card.hasPassword)), ("original", .flag(card.side == nil)),
            ("base", .text(card.base)),
            ("pictures", .list(card.pictures.map { .text($0.hex) })),
        ]
    }

    /// `in 6 days`, in the largest unit that tells enough.
    static func left(_ seconds: Int64) -> String {
        switch seconds {
        case ..<120: "within 2 minutes"
        case ..<7_200: "in \((seconds + 30) / 60) minutes"
        case ..<172_800: "in \((seconds + 1_800) / 3_600) hours"
        default: "in " + Wording.count(Int((seconds + 43_200) / 86_400)) + " days"
        }
    }
}

extension ShareStatus.Standing {
    var word: String {
        switch self {
        case .open: "open"
        case .expired: "expired"
        case .used: "used"
        case .ended(.revoked): "revoked"
        case .ended(.purged): "purged"
        case .ended(.failed): "failed"
        case .gone: "gone"
        case .damaged: "damaged"
        }
    }

    /// In plain words.
    var sentence: String {
        switch self {
        case .open: "open"
        case .expired: "over: its time is past"
        case .used: "over: it was opened as often as it might be"
        case .ended(.revoked): "over: you took it back"
        case .ended(.purged): "over: one of its pictures was destroyed"
        case .ended(.failed): "never served: it could not be put in its place"
        case .gone: "over: its files are gone"
        case .damaged: "damaged: its files are not what they were"
        }
    }
}
