import Glibc

/// What is shown beside a link that was just made.
enum LinkWords {
    /// For a telephone's camera; as secret as the link.
    static func showCode(_ link: String, _ console: Console) {
        // Beside the link it is a convenience: a link too long for it is still a link.
        guard let code = try? QRCode(Array(link.utf8).span.bytes) else { return }
        console.flush()
        _ = code.terminal().write(to: STDOUT_FILENO)
    }

    static func warnWithoutHTTPS(_ link: String?, _ console: Console) {
        let isHere = ["http://127.0.0.1", "http://localhost", "http://[::1]"]
        guard let link, link.hasPrefix("http://"), !isHere.contains(where: link.hasPrefix) else {
            return
        }
        console.warning(
            "without https, whoever is on the way can take what the link opens",
            hint: "browsers open links on https only, except on the same machine")
    }
}
