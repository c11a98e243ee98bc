import Dispatch
import Synchronization
import VaultFiles
import VaultFormat

@testable import VaultServer

/// A server on a port of its own.
final class ServerSample: Sendable {
    let shares: SharesSample
    let server: ShareServer

    init(
        _ shares: SharesSample, clock: ServerClock = .system(), behindProxy: Bool = false,
        limits change: (inout ServerLimits) -> Void = { _ in }
    ) throws {
        self.shares = shares
        var settings = ServerSettings(folder: shares.path.bytes)
        settings.port = 0
        settings.behindProxy = behindProxy
        settings.limits.posts = 1_000
        settings.limits.goodbyeSeconds = 3
        change(&settings.limits)
        let box = NewsBox()
        server = try ShareServer(settings, clock: clock) { box.add($0) }
        self.box = box
    }

    private let box: NewsBox

    var said: [ServerNews] { box.all }

    private final class NewsBox: Sendable {
        private let news = Mutex<[ServerNews]>([])
        func add(_ one: ServerNews) { news.withLock { $0.append(one) } }
        var all: [ServerNews] { news.withLock { $0 } }
    }

    deinit { server.stop() }

    func client(from address: String = "127.0.0.1") throws -> RawClient {
        try RawClient(port: server.port, from: address)
    }

    /// One request on a connection of its own.
    func ask(_ text: String, from address: String = "127.0.0.1") throws -> RawAnswer {
        let client = try client(from: address)
        client.send(text)
        return try client.answer()
    }

    func get(_ target: String, _ more: String = "") throws -> RawAnswer {
        try ask("GET \(target) HTTP/1.1\r\nHost: a\r\n\(more)\r\n")
    }

    func post(
        _ target: String, _ body: String, _ more: String = "", from address: String = "127.0.0.1"
    ) throws -> RawAnswer {
        try ask(Self.post(target, body, more), from: address)
    }

    static func post(_ target: String, _ body: String, _ more: String = "") -> String {
        "POST \(target) HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
            + "Content-Length: \(body.utf8.count)\r\n\(more)\r\n\(body)"
    }

    static func view(_ share: SharesSample.Share, ticket: [UInt8]) -> String {
        post(
            "/s/\(share.idText)/view",
            #"{"proof":"\#(Base64URL.encode(share.proof))","ticket":"\#(Base64URL.encode(ticket))","#
                + #""view":"\#(Base64URL.encode(share.view))"}"#)
    }

    func view(_ share: SharesSample.Share, ticket: [UInt8]) throws -> RawAnswer {
        try ask(Self.view(share, ticket: ticket))
    }

    func object(
        _ share: SharesSample.Share, _ number: Int, ticket: [UInt8], _ more: String = ""
    ) throws -> RawAnswer {
        try get(
            "/s/\(share.idText)/\(number)",
            "Authorization: Ticket \(Base64URL.encode(ticket))\r\n\(more)")
    }
}

/// Runs something that blocks on a thread of its own, so that the few of the concurrency pool stay free.
func onThread<Value: Sendable>(
    _ body: @escaping @Sendable () throws -> Value
) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        DispatchQueue.global().async { continuation.resume(with: Result { try body() }) }
    }
}
