import ArgumentParser

/// Where a server listens: `127.0.0.1:8470`, `localhost:8470`, `[::1]:8470`; port 0 is any that is free.
struct ListenAddress: ExpressibleByArgument, Equatable {
    let host: String
    let port: Int

    init?(argument: String) {
        guard let colon = argument.lastIndex(of: ":"),
            let port = UInt16(argument[argument.index(after: colon)...])
        else { return nil }
        var host = argument[..<colon]
        if host.hasPrefix("[") {
            guard host.hasSuffix("]") else { return nil }
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            return nil
        }
        guard !host.isEmpty, host.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return nil }
        self.host = String(host)
        self.port = Int(port)
    }

    /// Whether only this machine gets there.
    var isLoopback: Bool { host == "localhost" || host == "::1" || host.hasPrefix("127.") }

    /// The address as it stands in links.
    func url(secure: Bool, port: Int) -> String {
        let name = host.contains(":") ? "[\(host)]" : host
        return (secure ? "https://" : "http://") + "\(name):\(port)"
    }
}
