import Testing
import VaultFormat

@Suite("Kinds, roles, and what a header tells of its past, Spec 02 §3, §7")
struct HeaderHistoryTests {
    /// Headers of the vectors: of one slot of every kind and role, and after two rotations.
    private static func header(_ name: String) throws -> Header {
        try Header(parsing: VectorFile(group: "json-header", name: name).hex("header"))
    }

    private func refusal(of header: Header) -> FormatError? {
        do {
            let parsed = try Header(parsing: header.encoded)
            #expect(parsed == header && parsed.encoded == header.encoded)
            return nil
        } catch {
            return error
        }
    }

    @Test("a header of any kinds, roles and past is printed as it was parsed")
    func roundTrip() throws {
        let team = try Self.header("team")
        #expect(Set(team.slots.map(\.kind)) == Set(SlotKind.allCases))
        #expect(Set(team.slots.map(\.role)) == Set(Role.allCases))
        var numbers = Numbers(seed: 31)
        for _ in 0..<200 {
            var header = team
            header.keys.signing = try Self.header("rotated").keys.signing
            for index in header.slots.indices {
                header.slots[index].role = Role.allCases.randomElement(using: &numbers)!
                header.slots[index].bundle = JSONBytes(
                    numbers.bytes(Int.random(in: 0...1024, using: &numbers)))
            }
            header.slots.shuffle(using: &numbers)
            header.slots.removeLast(Int.random(in: 0..<header.slots.count, using: &numbers))
            header.slots.sort { $0.id < $1.id }
            header.slots[0].role = .owner
            var until: UInt64 = 0
            header.retired = try (0..<Int.random(in: 0...9, using: &numbers)).map { _ in
                until += .random(in: 0...1 << 40, using: &numbers)
                return RetiredSlot(
                    id: try SlotID(bytes: numbers.bytes(16)), label: "Zoë \u{1F4F7}",
                    role: Role.allCases.randomElement(using: &numbers)!,
                    signing: numbers.bytes(32), until: until)
            }
            #expect(refusal(of: header) == nil)
        }
    }

    @Test(
        "ATTACK 6: a header of every kind, or with a past, with any bit flipped never traps",
        arguments: ["team", "rotated"])
    func bits(name: String) throws {
        let original = try Self.header(name)
        let whole = original.encoded
        var numbers = Numbers(seed: 6)
        for _ in 0..<4000 {
            var bytes = whole
            bytes[Int.random(in: bytes.indices, using: &numbers)] ^=
                1 << UInt8.random(in: 0..<8, using: &numbers)
            do {
                let parsed = try Header(parsing: bytes)
                #expect(parsed.encoded == bytes && parsed != original)
            } catch {
                continue
            }
        }
    }

    @Test("every kind goes with its own KDF only")
    func kinds() throws {
        let team = try Self.header("team")
        for index in team.slots.indices {
            for other in team.slots {
                var header = team
                header.slots[index].private.kdf = other.private.kdf
                let fits = (header.slots[index].kind == .recovery) == (other.kind == .recovery)
                #expect((refusal(of: header) == nil) == fits)
            }
        }
    }

    @Test("ATTACK 4: a header without an owner's slot is refused")
    func owner() throws {
        var header = try Self.header("team")
        header.slots.removeAll { $0.role == .owner }
        #expect(refusal(of: header) == .unexpected("slots without an owner"))
    }

    @Test("signing keys but the first are vouched for, and come one after another")
    func chain() throws {
        let rotated = try Self.header("rotated")
        func refusal(_ change: (inout [SigningEpoch]) -> Void) -> FormatError? {
            var header = rotated
            change(&header.keys.signing)
            return self.refusal(of: header)
        }
        #expect(refusal { _ in } == nil)
        #expect(
            refusal { $0[0].signed = $0[1].signed }
                == .unexpected("first signing key with a predecessor"))
        #expect(refusal { $0[0].since = 1 } == .unexpected("first signing key with a predecessor"))
        #expect(
            refusal { $0[2].signed = nil } == .unexpected("signing key that none before it signed"))
        #expect(refusal { $0[2].since = $0[1].since } == .notCanonical)
        #expect(refusal { $0[2].since = Header.maximumInteger } == nil)
        #expect(refusal { $0[2].since = Header.maximumInteger + 1 } == .outOfRange("sequence"))
        #expect(refusal { $0[2].epoch = $0[1].epoch } == .notCanonical)
        #expect(
            refusal { $0[1].signed?.bytes.append(0) } == .wrongLength(expected: 64, actual: 65))
    }

    @Test("ATTACK 4: a slot is retired once, in order, and not there any more")
    func retired() throws {
        let team = try Self.header("team")
        func slot(_ number: Int, until: UInt64) throws -> RetiredSlot {
            RetiredSlot(
                id: try SlotID(
                    bytes: [UInt8](repeating: 7, count: 14)
                        + [UInt8(number >> 8), UInt8(number & 255)]),
                label: "x", role: .keeper, signing: [UInt8](repeating: 1, count: 32), until: until)
        }
        func refusal(_ retired: [RetiredSlot]) -> FormatError? {
            var header = team
            header.retired = retired
            return self.refusal(of: header)
        }
        #expect(try refusal([slot(1, until: 5), slot(0, until: 5), slot(2, until: 6)]) == nil)
        #expect(try refusal([slot(0, until: 6), slot(1, until: 5)]) == .notCanonical)
        #expect(try refusal([slot(0, until: 6), slot(0, until: 6)]) == .notCanonical)
        var present = try slot(0, until: 6)
        present.id = team.slots[3].id
        #expect(refusal([present]) == .notCanonical)
        #expect(
            try refusal([slot(0, until: Header.maximumInteger + 1)]) == .outOfRange("sequence"))
        #expect(try refusal((0..<4096).map { try slot($0, until: 1) }) == nil)
        #expect(
            try refusal((0..<4097).map { try slot($0, until: 1) })
                == .outOfRange("number of retired slots"))
    }
}

@Suite("Session files, Spec 02 §12")
struct SessionFileTests {
    @Test("what is parsed is printed as the same bytes, and any bit flipped makes another or none")
    func roundTrip() throws {
        let bytes = try VectorFile(group: "session", name: "half").hex("session")
        let session = try SessionFile(parsing: bytes)
        #expect(session.encoded == bytes)
        for place in bytes.indices {
            for bit in 0..<8 {
                var changed = bytes
                changed[place] ^= 1 << bit
                do {
                    let parsed = try SessionFile(parsing: changed)
                    #expect(parsed.encoded == changed && parsed != session)
                } catch {
                    continue
                }
            }
        }
    }
}
