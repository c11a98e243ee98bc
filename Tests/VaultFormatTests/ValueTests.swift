import Testing
import VaultFormat

@Suite("Records and occurrences, Spec 04 §3, §4")
struct ValueTests {
    private func record(_ numbers: inout Numbers) throws -> RecordValue {
        RecordValue(
            digest: try ContentDigest(bytes: numbers.bytes(32)), byteCount: numbers.next(),
            type: MediaType(name: "image/heic"),
            location: ObjectLocation(
                pack: try PackName(bytes: numbers.bytes(32)), offset: numbers.next() >> 20),
            imported: Int64(bitPattern: numbers.next()),
            tags: (0..<Int.random(in: 0...4, using: &numbers)).map { _ in
                String(decoding: numbers.bytes(6), as: UTF8.self)
            })
    }

    private func occurrence(_ numbers: inout Numbers) -> OccurrenceValue {
        OccurrenceValue(
            root: numbers.bytes(20), path: numbers.bytes(60),
            modified: Int64(bitPattern: numbers.next()),
            subject: Bool.random(using: &numbers) ? "4711" : nil,
            album: Bool.random(using: &numbers) ? "Été \u{1F4F7}" : nil,
            memory: Bool.random(using: &numbers)
                ? FileMemory(
                    device: numbers.next(), inode: numbers.next(), byteCount: numbers.next(),
                    changed: Int64(bitPattern: numbers.next())) : nil)
    }

    @Test("any record is parsed back and printed as the same bytes")
    func records() throws {
        var numbers = Numbers(seed: 10)
        for _ in 0..<1000 {
            let value = try record(&numbers)
            let parsed = try parse(value.encoded) { try RecordValue(parsing: $0) }
            #expect(parsed == value && parsed.encoded == value.encoded)
        }
    }

    @Test("any occurrence is parsed back and printed as the same bytes")
    func occurrences() throws {
        var numbers = Numbers(seed: 11)
        for _ in 0..<1000 {
            let value = occurrence(&numbers)
            let parsed = try parse(value.encoded) { try OccurrenceValue(parsing: $0) }
            #expect(parsed == value && parsed.encoded == value.encoded)
        }
    }

    @Test("tags are sorted as bytes, each once; bytes that look the same are two tags")
    func tags() throws {
        var numbers = Numbers(seed: 12)
        var value = try record(&numbers)
        let composed = "caf\u{e9}"
        let decomposed = "cafe\u{301}"
        value = RecordValue(
            digest: value.digest, byteCount: 1, type: .unknown, location: value.location,
            imported: 0,
            tags: ["zoo", composed, "Zebra", decomposed, "zoo", "\u{1F4F7}"])
        #expect(
            value.tags.map { Array($0.utf8) }
                == ["Zebra", decomposed, composed, "zoo", "\u{1F4F7}"].map { Array($0.utf8) })
        let parsed = try parse(value.encoded) { try RecordValue(parsing: $0) }
        #expect(parsed.encoded == value.encoded)
    }

    @Test("a record or occurrence cut at any place is refused")
    func truncated() throws {
        var numbers = Numbers(seed: 13)
        let record = try record(&numbers).encoded
        let occurrence = occurrence(&numbers).encoded
        for count in record.indices {
            #expect(throws: FormatError.truncated) {
                try parse(Array(record[..<count])) { try RecordValue(parsing: $0) }
            }
        }
        for count in occurrence.indices {
            #expect(throws: FormatError.truncated) {
                try parse(Array(occurrence[..<count])) { try OccurrenceValue(parsing: $0) }
            }
        }
    }

    @Test("ATTACK 11: changed bytes are refused, or are the one encoding of another value")
    func mutations() throws {
        var numbers = Numbers(seed: 14)
        for _ in 0..<10000 {
            var first = try record(&numbers).encoded
            first[Int.random(in: first.indices, using: &numbers)] ^=
                1 << UInt8.random(in: 0...7, using: &numbers)
            var second = occurrence(&numbers).encoded
            second[Int.random(in: second.indices, using: &numbers)] ^=
                1 << UInt8.random(in: 0...7, using: &numbers)
            do {
                #expect(try parse(first) { try RecordValue(parsing: $0) }.encoded == first)
            } catch is FormatError {}
            do {
                #expect(try parse(second) { try OccurrenceValue(parsing: $0) }.encoded == second)
            } catch is FormatError {}
        }
    }
}
