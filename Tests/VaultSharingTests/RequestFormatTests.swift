import Testing
import VaultFormat

@Suite("Links, offers, states and cards of requests, Spec 13")
struct RequestFormatTests {
    private let id = sample(16, 1).withUnsafeBytes { RequestID(at: 0, in: $0) }

    @Test("a request link comes back, in one spelling only")
    func links() throws {
        let link = RequestLink(
            base: "https://pictures.example:8443/r/a", id: id, token: sample(16, 2),
            slip: sample(32, 3))
        let parsed = try RequestLink(parsing: link.text)
        #expect(parsed.base == link.base && parsed.id == id)
        #expect(parsed.token == link.token && parsed.slip == link.slip)
        let text = "https://p.example/r/\(Base64URL.encode(id.bytes))#"
        let key = Base64URL.encode(sample(48, 2))
        #expect(throws: Never.self) { _ = try RequestLink(parsing: text + key) }
        for bad in [
            text, text + key.dropLast(), text + key + "A", text + key + "#", key,
            (text + key).replacing("/r/", with: "/s/"), "ftp" + (text + key).dropFirst(5),
            (text + key).replacing("#", with: "/#"), text + Base64URL.encode(sample(32, 2)),
            String(repeating: "a", count: 3_000) + text + key,
        ] {
            #expect(throws: FormatError.self, "\(bad)") { _ = try RequestLink(parsing: bad) }
        }
    }

    @Test("an offer comes back; what no offer says is refused")
    func offers() throws {
        let offer = RequestOffer(
            expires: 2_000_000_000, files: 5, bytes: 1 << 30, largest: 1 << 20,
            proof: sample(32, 4))
        #expect(try RequestOffer(parsing: offer.encoded) == offer)
        for change: (inout RequestOffer) -> Void in [
            { $0.files = 0 }, { $0.files = 1_001 }, { $0.bytes = 0 },
            { $0.bytes = 1 << 40 | 1 }, { $0.largest = 4_096 }, { $0.largest = 20_000 },
            { $0.largest = 1 << 33 }, { $0.expires = -1 }, { $0.proof.bytes.removeLast() },
            { $0.format = "lighttight/2 request offer" },
        ] {
            var changed = offer
            change(&changed)
            #expect(throws: FormatError.self) { _ = try RequestOffer(parsing: changed.encoded) }
        }
    }

    @Test("a state comes back; a deposit twice, or too many, are refused")
    func states() throws {
        var state = RequestState()
        #expect(try RequestState(parsing: state.encoded) == state)
        for number in 0..<1_000 {
            let name = sample(16, 0).withUnsafeBytes { DepositID(at: 0, in: $0) }.bytes
            let deposit = try DepositID(
                bytes: name.dropLast(2) + [UInt8(number >> 8), UInt8(number & 0xFF)])
            state.received.append(
                RequestState.Received(deposit: deposit, bytes: 4_352, receipt: sample(32, 5)))
        }
        #expect(state.encoded.count < RequestState.maximumByteCount)
        #expect(try RequestState(parsing: state.encoded) == state)
        #expect(state.byteCount == 4_352_000)
        for change: (inout RequestState) -> Void in [
            { $0.received.append($0.received[0]) }, { $0.received[1] = $0.received[0] },
            { $0.received[0].bytes = 4_353 }, { $0.received[0].receipt.bytes = [] },
        ] {
            var changed = state
            change(&changed)
            #expect(throws: FormatError.self) { _ = try RequestState(parsing: changed.encoded) }
        }
    }

    @Test("a request's card comes back, in one encoding only", arguments: 0..<16)
    func cards(_ bits: Int) throws {
        func has(_ bit: Int) -> Bool { bits >> bit & 1 == 1 }
        var card = RequestCard(
            made: 1_764_200_000, slot: sample(16, 6).withUnsafeBytes { SlotID(at: 0, in: $0) },
            id: id, token: sample(16, 7), recipient: has(0) ? "Großmutter" : nil,
            subject: has(1) ? "4711" : nil, album: has(2) ? "Été" : nil, expires: -1,
            files: 1_000, base: "https://pictures.example")
        if has(3) { card.ended = RequestCard.Ended(time: 1, reason: .erased) }
        let bytes = card.encoded
        let parsed = try bytes.withUnsafeBytes { try RequestCard(parsing: $0) }
        #expect(parsed == card && parsed.encoded == bytes)
        for count in 0..<bytes.count {
            #expect(throws: FormatError.self) {
                _ = try Array(bytes[..<count]).withUnsafeBytes { try RequestCard(parsing: $0) }
            }
        }
        for change: (inout RequestCard) -> Void in [
            { $0.token.removeLast() }, { $0.files = 0 }, { $0.files = 1_001 }, { $0.base = "" },
            { $0.subject = "" },
        ] {
            var changed = card
            change(&changed)
            #expect(throws: FormatError.self) {
                _ = try changed.encoded.withUnsafeBytes { try RequestCard(parsing: $0) }
            }
        }
    }
}
