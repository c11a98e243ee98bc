import Testing
import VaultCrypto
import VaultFormat
import VaultSharing

@testable import VaultServer

@Suite("Serving, over a real socket")
struct ServingTests {
    let sample: ServerSample
    let ticket = RandomBytes.make(32)

    init() throws { sample = try ServerSample(SharesSample()) }

    @Test("A link's life: page, look, view, objects, done, gone")
    func life() throws {
        let share = try sample.shares.share(views: 1, objects: [300, 200_000])
        #expect(try sample.get("/s/\(share.idText)").body == PageFiles.page.bytes)
        let proof = Base64URL.encode(share.proof)
        let look = try sample.post("/s/\(share.idText)/look", "{\"proof\":\"\(proof)\"}")
        #expect(
            look.status == 200
                && look.text.contains("\"items\":1,\"left\":1,\"size\":200300,\"views\":1"))
        #expect(look["date"]?.hasSuffix(" GMT") == true)
        let view = try sample.view(share, ticket: ticket)
        #expect(view.status == 200 && view.text.contains(Base64URL.encode(share.half)))
        #expect(try sample.object(share, 0, ticket: ticket).body == share.objects[0])
        #expect(try sample.object(share, 1, ticket: ticket).body == share.objects[1])
        #expect(try sample.object(share, 2, ticket: ticket).status == 404)
        #expect(try sample.object(share, 1, ticket: RandomBytes.make(32)).status == 404)
        // An answer that was lost: the same ticket takes no second view.
        #expect(try sample.view(share, ticket: ticket).body == view.body)
        let done = try sample.post(
            "/s/\(share.idText)/done", "{\"ticket\":\"\(Base64URL.encode(ticket))\"}")
        #expect(done.status == 204 && done.body.isEmpty)
        #expect(try sample.object(share, 1, ticket: ticket).status == 404)
        #expect(try sample.view(share, ticket: ticket).status == 404)
        #expect(try !sample.shares.hasHalf(share) && !sample.shares.hasPackage(share))
    }

    @Test("ATTACK 78: unknown, expired and used up answer alike, and not before 100 ms")
    func alike() throws {
        let used = try sample.shares.share(views: 1)
        _ = try sample.view(used, ticket: ticket)
        let expired = try sample.shares.share(lasts: -1)
        let wrong = try sample.shares.share()
        let targets = [used.idText, expired.idText, wrong.idText, "AAAAAAAAAAAAAAAAAAAAAA"]
        let bodies = [used.proof, expired.proof, RandomBytes.make(32), RandomBytes.make(32)]
        var answers: Set<String> = []
        for (target, proof) in zip(targets, bodies) {
            let clock = ContinuousClock()
            let before = clock.now
            let answer = try sample.post(
                "/s/\(target)/look", "{\"proof\":\"\(Base64URL.encode(proof))\"}")
            #expect(before.duration(to: clock.now) >= .milliseconds(100))
            answers.insert("\(answer.status) \(answer.fields) \(answer.text)")
        }
        #expect(answers.count == 1)
        #expect(answers.first?.hasPrefix("404 ") == true)
    }

    @Test("ATTACK 81: what previews and robots send spends nothing")
    func previews() throws {
        let share = try sample.shares.share(views: 1)
        for method in ["GET", "HEAD"] {
            let answer = try sample.ask(
                "\(method) /s/\(share.idText)?from=chat HTTP/1.1\r\nHost: a\r\n"
                    + "Purpose: prefetch\r\nConnection: close\r\n\r\n")
            #expect(answer.status == 200)
        }
        #expect(
            try sample.ask("HEAD /s/\(share.idText)/0 HTTP/1.1\r\nHost: a\r\n\r\n").status == 405)
        #expect(try sample.view(share, ticket: ticket).status == 200)
    }

    @Test("ATTACK 88: one range is obeyed, and nothing else is a range")
    func ranges() throws {
        let share = try sample.shares.share(objects: [100, 200_000])
        _ = try sample.view(share, ticket: ticket)
        func range(_ text: String) throws -> RawAnswer {
            try sample.object(share, 1, ticket: ticket, "Range: \(text)\r\n")
        }
        let bytes = share.objects[1]
        for (text, expected) in [
            ("bytes=0-9", 0..<10), ("bytes=100000-", 100_000..<200_000),
            ("bytes=-5", 199_995..<200_000), ("bytes=199999-999999", 199_999..<200_000),
            ("bytes=-999999", 0..<200_000),
        ] {
            let answer = try range(text)
            #expect(answer.body == Array(bytes[expected]))
            #expect(answer.status == (expected.count == 200_000 ? 200 : 206))
        }
        for text in [
            "bytes=0-1,5-6", "bytes=0-,0-,0-", "bytes=200000-", "bytes=9-3", "bytes=-0", "bytes=",
            "bytes=-", "items=0-1", "bytes=+1-2", "bytes=0-99999999999999999999",
        ] {
            let answer = try range(text)
            #expect(answer.status == 416 && answer["content-range"] == "bytes */200000")
        }
    }

    @Test("ATTACK 89: every answer carries the fields of the specification, errors too")
    func everyAnswer() throws {
        let share = try sample.shares.share()
        let requests = [
            "GET /s/\(share.idText) HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET \("/page/" + "link.js") HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET /health HTTP/1.1\r\nHost: a\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET /health HTTP/1.1\r\n\r\n", "PUT /health HTTP/1.1\r\nHost: a\r\n\r\n",
            "nonsense\r\n\r\n", "GET /health HTTP/9.9\r\nHost: a\r\n\r\n",
            "GET /health HTTP/1.1\r\nHost: a\r\nX: \(String(repeating: "a", count: 9_000))\r\n\r\n",
            "GET /\(String(repeating: "a", count: 20_000)) HTTP/1.1\r\nHost: a\r\n\r\n",
            ServerSample.post("/s/\(share.idText)/look", "{}"),
            ServerSample.post("/s/\(share.idText)/look", String(repeating: "a", count: 5_000)),
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n",
            "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
        ]
        for request in requests {
            let answer = try sample.ask(request)
            for (name, value) in Answer.headers {
                #expect(answer[name.lowercased()] == value, "\(request.prefix(30))")
            }
            #expect(answer["server"] == nil && answer["set-cookie"] == nil)
        }
    }

    @Test("One process serves a folder at a time, and the next one when it ended")
    func oneAtATime() throws {
        let shares = try SharesSample()
        do {
            let first = try ServerSample(shares)
            #expect(throws: ServerError.inUse) { try ServerSample(shares) }
            #expect(try first.get("/health").text == "ok")
        }
        #expect(try ServerSample(shares).get("/health").text == "ok")
    }

    @Test("ATTACK 83: what expired while it was down is destroyed before it listens")
    func downAcrossExpiry() throws {
        let shares = try SharesSample()
        let share = try shares.share(lasts: -1)
        let server = try ServerSample(shares) { $0.sweepSeconds = 3_600 }
        #expect(try !shares.hasHalf(share) && !shares.hasPackage(share))
        #expect(try server.get("/health").status == 200)
    }

    @Test("The timer destroys what expires while nobody asks")
    func timer() async throws {
        let shares = try SharesSample()
        let server = try ServerSample(shares) { $0.sweepSeconds = 1 }
        let share = try shares.share(lasts: 1)
        for _ in 0..<100 where try shares.hasPackage(share) {
            try await Task.sleep(for: .milliseconds(50))
        }
        #expect(try !shares.hasHalf(share) && !shares.hasPackage(share))
        #expect(server.server.port > 0)
    }

    @Test("A running download ends in peace when the server is asked to end")
    func graceful() async throws {
        let shares = try SharesSample()
        let share = try shares.share(objects: [100, 8 << 20])
        let server = try ServerSample(shares)
        _ = try server.view(share, ticket: ticket)
        let client = try server.client()
        let idle = try server.client()
        client.send(
            "GET /s/\(share.idText)/1 HTTP/1.1\r\nHost: a\r\n"
                + "Authorization: Ticket \(Base64URL.encode(ticket))\r\n\r\n")
        var bytes = client.receive(1_000)
        let stopping = Task { try await onThread { server.server.stop() } }
        try await Task.sleep(for: .milliseconds(200))
        #expect(idle.receive().isEmpty)
        bytes += client.receiveAll()
        try await stopping.value
        #expect(RawAnswer(bytes)?.body == share.objects[1])
    }

    @Test("What a server says names shares that are there, and nothing of links and visitors")
    func log() throws {
        let share = try sample.shares.share()
        _ = try sample.view(share, ticket: ticket)
        _ = try sample.object(share, 0, ticket: ticket)
        _ = try sample.post("/s/AAAAAAAAAAAAAAAAAAAAAA/look", "{\"proof\":\"AAAA\"}")
        let requests = sample.said.compactMap {
            if case .request(let one) = $0 { one } else { nil }
        }
        #expect(requests.map(\.status) == [200, 200])
        #expect(requests.allSatisfy { $0.subject == .share(share.name) })
        #expect(!"\(sample.said)".contains(share.idText))
        #expect(!"\(sample.said)".contains("127.0.0.1"))
    }
}

@Suite("Moments in header fields")
struct HTTPDateTests {
    @Test("the example of RFC 9110 §5.6.7, and the first moment")
    func examples() {
        #expect(HTTPDate.text(784_111_777) == "Sun, 06 Nov 1994 08:49:37 GMT")
        #expect(HTTPDate.text(0) == "Thu, 01 Jan 1970 00:00:00 GMT")
    }
}
