import Testing
import VaultFormat

@Suite("Entries, Spec 07 §3, §5")
struct EntryLeafTests {
    private func leaf(_ numbers: inout Numbers) throws -> EntryLeaf {
        let isSigned = Bool.random(using: &numbers)
        var leaf = EntryLeaf(
            sequence: numbers.next() >> UInt64.random(in: 0...63, using: &numbers),
            time: Int64(bitPattern: numbers.next()),
            before: try LogHash(bytes: numbers.bytes(32)), revision: numbers.next() >> 30,
            rowsDigest: Bool.random(using: &numbers) ? try LogHash(bytes: numbers.bytes(32)) : nil,
            auditEpoch: UInt32.random(in: 1...UInt32.max, using: &numbers),
            sealedKey: numbers.bytes(80), content: numbers.bytes(60),
            actor: isSigned ? try SlotID(bytes: numbers.bytes(16)) : nil)
        if isSigned { leaf.signature = numbers.bytes(64) }
        return leaf
    }

    private func content(_ numbers: inout Numbers) throws -> EntryContent {
        func text() -> String? {
            Bool.random(using: &numbers) ? String(numbers.next() % 10_000) : nil
        }
        return EntryContent(
            Bool.random(using: &numbers)
                ? EntryAction.known.randomElement(using: &numbers) ?? .created
                : EntryAction(rawValue: "a later one"),
            pictures: try (0..<Int.random(in: 0...3, using: &numbers)).map { _ in
                try RecordID(bytes: numbers.bytes(16))
            },
            count: Bool.random(using: &numbers) ? numbers.next() : nil,
            slot: Bool.random(using: &numbers) ? try SlotID(bytes: numbers.bytes(16)) : nil,
            remark: text(), user: text(), machine: text(),
            said: Bool.random(using: &numbers) ? numbers.bytes(5) : [])
    }

    @Test("any leaf is parsed back and printed as the same bytes")
    func leaves() throws {
        var numbers = Numbers(seed: 60)
        for _ in 0..<500 {
            let leaf = try leaf(&numbers)
            let parsed = try parse(leaf.encoded) { try EntryLeaf(parsing: $0) }
            #expect(parsed == leaf && parsed.encoded == leaf.encoded)
        }
    }

    @Test("any content is parsed back and printed as the same bytes, unknown actions too")
    func contents() throws {
        var numbers = Numbers(seed: 61)
        for _ in 0..<500 {
            let content = try content(&numbers)
            let parsed = try parse(content.encoded) { try EntryContent(parsing: $0) }
            #expect(parsed == content && parsed.encoded == content.encoded)
        }
        #expect(Set(EntryAction.known.map(\.rawValue)).count == 34)
    }

    @Test("ATTACK 11: changed leaves and contents are refused, or are the one encoding of others")
    func mutations() throws {
        var numbers = Numbers(seed: 62)
        for _ in 0..<100 {
            let bytes = try leaf(&numbers).encoded
            for changed in Mutations.all(of: bytes, using: &numbers, flips: 60) {
                do {
                    #expect(try parse(changed) { try EntryLeaf(parsing: $0) }.encoded == changed)
                    #expect(changed.count == bytes.count)
                } catch is FormatError {}
            }
            let other = try content(&numbers).encoded
            for changed in Mutations.all(of: other, using: &numbers, flips: 60) {
                do {
                    #expect(try parse(changed) { try EntryContent(parsing: $0) }.encoded == changed)
                } catch is FormatError {}
            }
        }
    }

    @Test("what is signed names the vault and is all but the signature")
    func signedBytes() throws {
        var numbers = Numbers(seed: 63)
        var leaf = try leaf(&numbers)
        while leaf.actor == nil { leaf = try self.leaf(&numbers) }
        let vault = try VaultID(bytes: numbers.bytes(16))
        var map = Array(leaf.encoded.dropLast(3 + 64))
        map[0] -= 1
        #expect(
            leaf.signedBytes(vault: vault)
                == Array("lighttight/1 entry".utf8) + [0x0A] + vault.bytes + map)
        var changed = leaf
        changed.signature = numbers.bytes(64)
        #expect(changed.signedBytes(vault: vault) == leaf.signedBytes(vault: vault))
        changed.actor = try SlotID(bytes: numbers.bytes(16))
        #expect(changed.signedBytes(vault: vault) != leaf.signedBytes(vault: vault))
    }

    @Test("an actor without a signature, and a signature without an actor, are refused")
    func halves() throws {
        var numbers = Numbers(seed: 64)
        var leaf = try leaf(&numbers)
        while leaf.actor == nil { leaf = try self.leaf(&numbers) }
        let bytes = leaf.encoded
        var actorOnly = Array(bytes.dropLast(3 + 64))
        actorOnly[0] -= 1
        var signatureOnly = Array(bytes[..<(bytes.count - 3 - 64 - 18)] + bytes.suffix(3 + 64))
        signatureOnly[0] -= 1
        for wrong in [actorOnly, signatureOnly] {
            #expect(throws: FormatError.unexpected("entry without a required member")) {
                try parse(wrong) { try EntryLeaf(parsing: $0) }
            }
        }
    }
}
