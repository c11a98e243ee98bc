import VaultFormat
import VaultKit

extension ServerSaid {
    /// `2026-11-21 10:00 share 0b1c2d3e opened by Firefox from 203.0.113.0/24`
    var sentence: String {
        guard let content else { return "something that does not open" }
        var text = Wording.local(time)
        if let share = content.share { text += " share " + share.hex.prefix(8) }
        if let request = content.request { text += " request " + request.hex.prefix(8) }
        text += " " + (content.kind == .refused ? "password refused" : content.kind.rawValue)
        if let reason = content.reason { text += " (\(reason))" }
        if let browser = content.browser { text += " by \(browser)" }
        if let network = content.network { text += " from \(network)" }
        return text
    }

    var json: JSON {
        .object([
            ("time", .text(Wording.utc(time))), ("event", .optional(content?.kind.rawValue)),
            ("share", .optional(content?.share?.hex)),
            ("request", .optional(content?.request?.hex)), ("reason", .optional(content?.reason)),
            ("browser", .optional(content?.browser)), ("network", .optional(content?.network)),
        ])
    }
}
