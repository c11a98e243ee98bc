import Testing
import VaultFormat

/// What an Argon2id slot would cost.
struct Cost: Sendable {
    let memory: UInt64
    let passes: UInt32

    init(_ memory: UInt64, _ passes: UInt32) {
        self.memory = memory
        self.passes = passes
    }
}

@Suite("The header, Spec 02 §3")
struct HeaderTests {
    /// The header of the vectors: a passphrase slot and a recovery slot.
    private static let bytes: [UInt8] = {
        do {
            return try VectorFile(group: "json-header", name: "two-slots").hex("header")
        } catch {
            Issue.record("the vectors' header cannot be read: \(error)")
            return []
        }
    }()

    private func header() throws -> Header { try Header(parsing: Self.bytes) }

    /// Prints the header with a change, and gives what parsing says to it.
    private func refusal(_ change: (inout Header) throws -> Void) throws -> FormatError? {
        var header = try header()
        try change(&header)
        do {
            let parsed = try Header(parsing: header.encoded)
            #expect(parsed.encoded == header.encoded)
            return nil
        } catch {
            return error
        }
    }

    private func slot(_ kind: SlotKind, of header: Header) throws -> Int {
        try #require(header.slots.firstIndex { $0.kind == kind })
    }

    @Test("what is parsed is printed as the same bytes")
    func roundTrip() throws {
        #expect(try header().encoded == Self.bytes)
    }

    @Test("a changed signature or private half is not part of what is signed; all else is")
    func signed() throws {
        let header = try header()
        var other = header
        other.signature.bytes[0] ^= 1
        other.slots[0].private.commitment.bytes[0] ^= 1
        other.slots[1].private.kdf.salt.bytes[0] ^= 1
        #expect(other.signedBytes == header.signedBytes)
        let changes: [(inout Header) -> Void] = [
            { $0.generation += 1 }, { $0.vault = VaultID(words: .init(repeating: 1)) },
            { $0.keys.audit[0].epoch += 1 }, { $0.keys.signing[0].public.bytes[0] ^= 1 },
            { $0.keys.deposit[0].public.bytes[0] ^= 1 }, { $0.slots.removeLast() },
            { $0.slots[0].bundle.bytes[0] ^= 1 }, { $0.slots[0].label += "x" },
            { $0.slots[0].receiving.bytes[0] ^= 1 }, { $0.slots[0].signing.bytes[0] ^= 1 },
            { $0.slots[0].id = SlotID(words: .init(repeating: 1)) },
            {
                $0.retired.append(
                    RetiredSlot(
                        id: $0.slots[0].id, label: "x", role: .desk,
                        signing: $0.slots[0].signing.bytes, until: 1))
            },
        ]
        for change in changes {
            var other = header
            change(&other)
            #expect(other.signedBytes != header.signedBytes)
        }
    }

    @Test(
        "ATTACK 1: a cost that would spend the machine is refused before it is spent",
        arguments: [
            Cost(1 << 42, 1), Cost((1 << 30) + (1 << 20), 1), Cost(.max, 1), Cost(64 << 20, 11),
            Cost(64 << 20, .max), Cost(1 << 42, .max),
        ])
    func costly(cost: Cost) throws {
        let clock = ContinuousClock()
        let start = clock.now
        let refusal = try refusal { header in
            let own = try slot(.passphrase, of: header)
            header.slots[own].private.kdf.memory = cost.memory
            header.slots[own].private.kdf.passes = cost.passes
        }
        guard case .outOfRange = refusal else {
            Issue.record("\(String(describing: refusal))")
            return
        }
        #expect(clock.now - start < .seconds(2), "nothing is derived from it")
    }

    @Test(
        "ATTACK 2: a cost below the floor is refused",
        arguments: [
            Cost(0, 1), Cost(63 << 20, 1), Cost((64 << 20) - 1, 1), Cost(64 << 20, 0),
            Cost((64 << 20) + 1024, 1),
        ])
    func cheap(cost: Cost) throws {
        let refusal = try refusal { header in
            let own = try slot(.passphrase, of: header)
            header.slots[own].private.kdf.memory = cost.memory
            header.slots[own].private.kdf.passes = cost.passes
        }
        guard case .outOfRange = refusal else {
            Issue.record("\(String(describing: refusal))")
            return
        }
    }

    @Test("the bounds themselves are accepted")
    func bounds() throws {
        for cost in [Cost(64 << 20, 10), Cost(1 << 30, 1), Cost(65 << 20, 3)] {
            let refusal = try refusal { header in
                let own = try slot(.passphrase, of: header)
                header.slots[own].private.kdf.memory = cost.memory
                header.slots[own].private.kdf.passes = cost.passes
                header.slots[own].bundle = JSONBytes([UInt8](repeating: 0, count: 1024))
                header.slots[own].label = String(repeating: "e\u{301}", count: 50)
                header.generation = Header.maximumInteger
            }
            #expect(refusal == nil)
        }
    }

    @Test("ATTACK 4: slots duplicated, reordered, missing or too many are refused")
    func slots() throws {
        #expect(try refusal { $0.slots[1] = $0.slots[0] } == .notCanonical)
        #expect(try refusal { $0.slots.reverse() } == .notCanonical)
        #expect(try refusal { $0.slots = [] } == .outOfRange("number of slots"))
        func many(_ count: Int) throws -> FormatError? {
            try refusal { header in
                header.slots = try (0..<count).map { number in
                    var slot = header.slots[0]
                    slot.id = try SlotID(
                        bytes: [UInt8](repeating: 0, count: 14)
                            + [UInt8(number >> 8), UInt8(number & 255)])
                    return slot
                }
            }
        }
        #expect(try many(256) == nil)
        #expect(try many(257) == .outOfRange("number of slots"))
        #expect(try many(65535) == .outOfRange("header size"))
    }

    @Test(
        "ATTACK 6: a header with any bit flipped never traps, and only the one encoding is accepted",
        arguments: 0..<8)
    func bits(bit: Int) throws {
        let original = try header()
        var accepted = 0
        for place in Self.bytes.indices {
            var bytes = Self.bytes
            bytes[place] ^= 1 << bit
            do {
                let parsed = try Header(parsing: bytes)
                #expect(parsed.encoded == bytes && parsed != original)
                accepted += 1
            } catch {
                continue
            }
        }
        // Inside of a key or a label it makes another header, whose signature then fails; the highest
        // bit leaves ASCII everywhere.
        #expect(bit == 7 ? accepted == 0 : accepted > 0)
    }

    @Test("a header cut at any place, or of random bytes, never traps and is refused")
    func cut() throws {
        for count in Self.bytes.indices {
            #expect(throws: FormatError.self) { try Header(parsing: Array(Self.bytes[..<count])) }
        }
        var numbers = Numbers(seed: 15)
        for _ in 0..<500 {
            let bytes = numbers.bytes(Int.random(in: 0...200, using: &numbers))
            #expect(throws: FormatError.self) { try Header(parsing: bytes) }
        }
    }

    @Test("ATTACK 7: an unknown version, kind, role or KDF is told from damage")
    func unknown() throws {
        for (old, new) in [
            ("lighttight/1", "lighttight/2"), ("lighttight/1", "lighttight/01"),
            ("\"kind\":\"recovery\"", "\"kind\":\"key file\""), ("\"owner\"", "\"guest\""),
            ("hkdf-sha256", "hkdf-sha512"), ("argon2id", "argon2d"),
        ] {
            let text = String(decoding: Self.bytes, as: UTF8.self)
            let bytes = Array(text.replacing(old, with: new).utf8)
            #expect(bytes != Self.bytes)
            do {
                _ = try Header(parsing: bytes)
                Issue.record("\(new) was accepted")
            } catch FormatError.unknown {
            } catch {
                Issue.record("\(new): \(error)")
            }
        }
    }

    @Test(
        "ATTACK 8: fixed-length values of any other length are refused before a KDF",
        arguments: [-1, 1])
    func lengths(by change: Int) throws {
        func resize(_ value: inout JSONBytes) {
            if change < 0 { value.bytes.removeLast() } else { value.bytes.append(0) }
        }
        let places: [(Int, (inout Header) -> Void)] = [
            (64, { resize(&$0.signature) }), (32, { resize(&$0.slots[0].receiving) }),
            (32, { resize(&$0.slots[0].signing) }),
            (32, { resize(&$0.slots[0].private.commitment) }),
            (16, { resize(&$0.slots[0].private.kdf.salt) }),
            (146, { resize(&$0.slots[0].private.sealed) }),
            (32, { resize(&$0.keys.signing[0].public) }),
            (32, { resize(&$0.keys.audit[0].public) }),
            (32, { resize(&$0.keys.deposit[0].public) }),
            (
                32,
                { header in
                    var key = header.slots[0].signing
                    resize(&key)
                    header.retired = [
                        RetiredSlot(
                            id: header.slots[0].id, label: "x", role: .desk, signing: key.bytes,
                            until: 1)
                    ]
                }
            ),
        ]
        for (count, edit) in places {
            #expect(try refusal(edit) == .wrongLength(expected: count, actual: count + change))
        }
    }

    @Test("ATTACK 11: numbers and text in any other form are refused")
    func forms() throws {
        let text = String(decoding: Self.bytes, as: UTF8.self)
        for number in [
            "+1", "01", "0x1", "1.0", "1e0", "-1", "\"1\"", "null", "true", "18446744073709551616",
            "1 ", "99999999999999999999999999", "-0", "NaN",
        ] {
            let bytes = Array(
                text.replacing("\"generation\":1", with: "\"generation\":\(number)").utf8)
            #expect(bytes != Self.bytes)
            #expect(throws: FormatError.self, "\(number)") { try Header(parsing: bytes) }
        }
        for number in ["4294967296", "18446744073709551616", "-1", "1.0"] {
            for name in ["passes", "epoch"] {
                let bytes = Array(
                    text.replacing("\"\(name)\":1", with: "\"\(name)\":\(number)").utf8)
                #expect(bytes != Self.bytes)
                #expect(throws: FormatError.self, "\(name) \(number)") {
                    try Header(parsing: bytes)
                }
            }
        }
    }

    @Test("every member is needed, and none may be of another type or null")
    func everyMember() throws {
        let text = String(decoding: Self.bytes, as: UTF8.self)
        let names = [
            "format", "generation", "keys", "retired", "signature", "slots", "vault", "audit",
            "deposit", "epoch", "public", "bundle", "id", "kind", "label", "private", "commitment",
            "kdf", "memory", "name", "passes", "salt", "sealed", "receiving", "role", "signing",
            "since",
        ]
        for name in names {
            for value in ["null", "{}", "[[]]", "0.5", "false", "\"\u{1F4F7}\""] {
                // The old value stays under a name that sorts right behind it.
                let bytes = Array(
                    text.replacing("\"\(name)\":", with: "\"\(name)\":\(value),\"\(name)~\":").utf8)
                #expect(bytes != Self.bytes)
                #expect(throws: FormatError.self, "\(name) \(value)") { try Header(parsing: bytes) }
            }
            let without = Array(text.replacing("\"\(name)\":", with: "\"\(name)~\":").utf8)
            #expect(throws: FormatError.self, "\(name)") { try Header(parsing: without) }
        }
    }

    @Test("keys need ascending epochs from 1, and at least one of each kind")
    func epochs() throws {
        func epoch(_ number: UInt32) -> PublicKeys.Epoch {
            .init(epoch: number, public: [UInt8](repeating: 1, count: 32))
        }
        #expect(try refusal { $0.keys.audit = [epoch(1), epoch(5)] } == nil)
        #expect(try refusal { $0.keys.audit = [] } == .outOfRange("number of keys"))
        #expect(try refusal { $0.keys.audit = [epoch(0)] } == .outOfRange("epoch"))
        #expect(try refusal { $0.keys.audit = [epoch(2), epoch(2)] } == .notCanonical)
        #expect(try refusal { $0.keys.audit = [epoch(2), epoch(1)] } == .notCanonical)
    }

    @Test("a header of more than 1 MiB is refused before it is parsed")
    func size() throws {
        let bytes = Self.bytes + [UInt8](repeating: 0x20, count: 1 << 20)
        #expect(throws: FormatError.outOfRange("header size")) { try Header(parsing: bytes) }
    }

    @Test("values nested deeply are refused without a trap", arguments: ["[", "{\"a\":"])
    func nesting(opening: String) {
        let bytes = Array(String(repeating: opening, count: 100_000).utf8)
        #expect(throws: FormatError.self) { try Header(parsing: bytes) }
    }
}
