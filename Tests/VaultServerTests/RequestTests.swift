import Glibc
import Testing
import VaultCrypto
import VaultFiles
import VaultFormat
import VaultSharing

@testable import VaultServer

@Suite("What comes in for requests, over a real socket")
struct RequestTests {
    let shares: SharesSample

    init() throws { shares = try SharesSample() }

    @Test("a file comes in once, whole, and its receipt is its SHA-256")
    func takes() throws {
        let asked = try shares.ask(files: 2)
        let server = try ServerSample(shares)
        #expect(try server.get("/r/\(asked.idText)").text.contains("collect.js"))
        #expect(try server.get("/page/" + "seal.js").status == 200)
        let look = try server.look(asked).text
        #expect(look.contains(#""files":2"#) && look.contains(#""largest":65536"#))
        #expect(look.contains(Base64URL.encode(asked.slip.encoded)))

        let id = DepositID.drawn()
        let bytes = asked.deposit(id, byteCount: 65_536)
        let first = try server.put(asked, id, bytes)
        #expect(first.status == 201)
        let receipt = Base64URL.encode(Digest(hashing: bytes).bytes)
        #expect(first.text.contains(#""receipt":"\#(receipt)""#))
        #expect(first.text.contains(#""files":1"#))
        // An answer that was lost: the same again is the same.
        let again = try server.put(asked, id, bytes)
        #expect(again.status == 200 && again.text == first.text)
        #expect(try server.put(asked, id, asked.deposit(id, byteCount: 65_536)).status == 409)
        #expect(try server.put(asked, id, asked.deposit(id)).status == 409)
        #expect(try shares.came(asked) == [id.hex: bytes])
        let state = try shares.requests().state(asked.name)
        #expect(state.received.map(\.bytes) == [65_536])
        let events = try shares.events().filter { $0.kind == .received }
        #expect(events.map(\.request) == [asked.name])
        #expect(events[0].network == "127.0.0.0/24")
    }

    @Test("who does not have the link, or comes late, is answered as if nothing were there")
    func gone() throws {
        let clock = TestClock()
        let asked = try shares.ask(files: 5)
        let server = try ServerSample(shares, clock: clock.clock)
        let id = DepositID.drawn()
        func refused(_ answer: RawAnswer) -> Bool {
            answer.status == 404 && answer.text == #"{"error":"gone"}"#
        }
        #expect(try refused(server.look(asked, proof: RandomBytes.make(32))))
        #expect(
            try refused(server.put(asked, id, asked.deposit(id), proof: RandomBytes.make(32))))
        let other = SharesSample.Asked(
            id: RequestID(words: id.words), token: asked.token, name: asked.name, slip: asked.slip)
        #expect(try refused(server.look(other)))
        #expect(try refused(server.put(other, id, asked.deposit(id))))
        for target in [
            "/r/\(asked.idText)x", "/r/\(asked.idText.dropLast())", "/r/\(asked.idText)/look/",
            "/r/\(asked.idText)/\(id.hex.uppercased())", "/r/\(asked.idText)/..",
            "/r/\(asked.idText)/offer.json", "/r/", "/r",
        ] {
            #expect(try refused(server.get(target)), "\(target)")
        }
        // A request that began in time, and ends too late.
        let slow = try server.client()
        slow.send(ServerSample.head(asked, id, byteCount: 4_352))
        slow.send(Array(asked.deposit(id).prefix(1_000)))
        _ = try server.look(asked)
        clock.pass(3_601)
        slow.send(Array(asked.deposit(id).suffix(3_352)))
        #expect(try refused(slow.answer()))
        #expect(try refused(server.look(asked)))
        // What was past stays past.
        clock.set(by: -7_200)
        #expect(try refused(server.look(asked)))
        #expect(try shares.came(asked).isEmpty)
    }

    @Test("what is no deposit for this request, too large or too much, leaves nothing")
    func bounds() throws {
        let asked = try shares.ask(files: 3, bytes: 12_000, largest: 8_192)
        let server = try ServerSample(shares)
        let id = DepositID.drawn()
        #expect(try server.put(asked, id, asked.deposit(id, byteCount: 8_448)).status == 413)
        for size in [0, 57, 4_096, 4_353, 8_191] {
            let bytes = size < 57 ? [] : asked.deposit(id, byteCount: size)
            #expect(try server.put(asked, id, bytes).text == #"{"error":"deposit"}"#, "\(size)")
        }
        for place in [0, 20, 21, 36, 37, 52, 53, 56] {
            var bytes = asked.deposit(id)
            bytes[place] ^= 1
            #expect(try server.put(asked, id, bytes).text == #"{"error":"deposit"}"#, "\(place)")
        }
        #expect(try server.put(asked, id, asked.deposit(id, byteCount: 8_192)).status == 201)
        let next = DepositID.drawn()
        #expect(try server.put(asked, next, asked.deposit(next)).text == #"{"error":"full"}"#)
        #expect(try shares.came(asked).count == 1)

        let head = ServerSample.head(asked, next, byteCount: 4_352)
        for (bad, status) in [
            (head.replacing("octet-stream", with: "json"), 415),
            (head.replacing("Content-Length: 4352\r\n", with: ""), 411),
            (head.replacing("Content-Length: 4352", with: "Transfer-Encoding: chunked"), 411),
            (head.replacing("Content-Length: 4352", with: "Content-Length: -1"), 400),
            (head.replacing("PUT", with: "POST"), 405),
            (head.replacing("Request ", with: "Ticket "), 404),
            (head.replacing("4352", with: "99999999999"), 413),
        ] {
            #expect(try server.ask(bad).status == status, "\(bad)")
        }
    }

    @Test("files that come at once never exceed what is left")
    func atOnce() throws {
        let asked = try shares.ask(files: 2)
        let server = try ServerSample(shares)
        let ids = (0..<6).map { _ in DepositID.drawn() }
        let clients = try ids.map { id in
            let client = try server.client()
            client.send(ServerSample.head(asked, id, byteCount: 4_352))
            client.send(Array(asked.deposit(id).prefix(100)))
            return client
        }
        // All six have begun, and two of them have a place.
        let answers = try zip(clients, ids).map { client, id in
            client.send(Array(asked.deposit(id).dropFirst(100)))
            return try client.answer().status
        }
        #expect(answers.count { $0 == 201 } == 2)
        #expect(answers.count { $0 == 403 } == 4)
        #expect(try shares.came(asked).count == 2)
    }

    @Test("a deposit that comes anew takes its own place; the connection before comes to nothing")
    func anew() throws {
        let asked = try shares.ask(files: 1)
        let folder = try shares.folder()
        let desk = RequestDesk(
            folder, clock: .system(), events: try EventBook(folder, clock: .system()))
        let client = Client(browser: "Firefox", network: "203.0.113.0/24")
        let (id, other) = (DepositID.drawn(), DepositID.drawn())
        let bytes = asked.deposit(id)
        func begin(_ deposit: DepositID) throws(DeskRefusal) -> Receiving {
            try desk.begin(asked.name, deposit, proof: asked.proof, byteCount: 4_352)
        }
        func refusal(_ body: () throws(DeskRefusal) -> Void) -> DeskRefusal? {
            do throws(DeskRefusal) { try body() } catch { return error }
            return nil
        }
        let broken = try begin(id)
        try broken.write(Array(bytes.prefix(1_000)))
        #expect(refusal { () throws(DeskRefusal) in _ = try begin(other) } == .full)
        let again = try begin(id)
        try again.write(bytes)
        let rest = Array(bytes.dropFirst(1_000))
        #expect(refusal { () throws(DeskRefusal) in try broken.write(rest) } == .other)
        #expect(refusal { () throws(DeskRefusal) in _ = try broken.finish(by: client) } == .deposit)
        #expect(try again.finish(by: client).isNew)
        #expect(try shares.came(asked) == [id.hex: bytes])
        #expect(try shares.events().last?.browser == "Firefox")
    }

    @Test("a file that broke off leaves nothing, and its room is there again")
    func brokenOff() async throws {
        let asked = try shares.ask(files: 1)
        let server = try ServerSample(shares) { $0.requestSeconds = 1 }
        let id = DepositID.drawn()
        var client: RawClient? = try server.client()
        client?.send(ServerSample.head(asked, id, byteCount: 65_536))
        client?.send(asked.deposit(id))
        _ = try server.look(asked)
        client = nil
        let other = DepositID.drawn()
        var status = 0
        for _ in 0..<50 where status != 201 {
            try await Task.sleep(for: .milliseconds(20))
            status = try server.put(asked, other, asked.deposit(other)).status
        }
        #expect(status == 201)
        #expect(try shares.came(asked).keys.sorted() == [other.hex])

        // A sender that trickles is cut at a time that no byte of it puts off.
        let next = try shares.ask(files: 1)
        let slow = try server.client()
        slow.send(ServerSample.head(next, id, byteCount: 4_352))
        for byte in next.deposit(id).prefix(14) {
            try await Task.sleep(for: .milliseconds(100))
            slow.send([byte])
        }
        #expect(slow.receive().isEmpty)
        let folder = try shares.requests().open(next.name)
        var entries = try folder.entries()
        var names: [String] = []
        while let entry = try entries.next() {
            names.append(String(decoding: entry.name.bytes, as: UTF8.self))
        }
        #expect(names.sorted() == ["offer.json", "slip.json"])
    }

    @Test("a server that stopped between file and state takes the same file as what it is")
    func stoppedBetween() throws {
        let asked = try shares.ask(files: 2)
        let id = DepositID.drawn()
        let bytes = asked.deposit(id)
        try AtomicFile.replace(
            FileName("\(id.hex).deposit"), in: shares.requests().open(asked.name), with: bytes)
        let server = try ServerSample(shares)
        #expect(try server.put(asked, id, asked.deposit(id)).status == 409)
        #expect(try server.put(asked, id, bytes).status == 201)
        #expect(try shares.requests().state(asked.name).received.count == 1)
    }

    @Test("ended by the vault, or with files that are not what they were, nothing is taken")
    func ended() throws {
        let asked = try shares.ask(files: 5)
        let server = try ServerSample(shares)
        let id = DepositID.drawn()
        #expect(try server.put(asked, id, asked.deposit(id)).status == 201)
        try shares.requests().end(asked.name)
        #expect(try server.look(asked).status == 404)
        #expect(try server.put(asked, id, asked.deposit(id)).status == 404)
        #expect(try shares.came(asked).count == 1)

        for name: FileName in ["slip.json", "offer.json", "state.json"] {
            let other = try shares.ask()
            try AtomicFile.replace(
                name, in: shares.requests().open(other.name), with: Array("{}".utf8))
            #expect(try server.look(other).status == 500, "\(name)")
            #expect(try server.put(other, id, asked.deposit(id)).status == 500, "\(name)")
        }
    }
}
