import Testing
import VaultFormat

@Suite("What the auditor may know of a picture, Spec 07 §6")
struct DetailTests {
    private func detail(_ numbers: inout Numbers) -> DetailValue {
        DetailValue(
            names: (0...Int.random(in: 0...3, using: &numbers)).map { _ in
                numbers.bytes(Int.random(in: 0...30, using: &numbers))
            },
            subjects: (0..<Int.random(in: 0...3, using: &numbers)).map { _ in
                String(numbers.next() % 10_000)
            })
    }

    @Test("any detail is parsed back and printed as the same bytes")
    func roundTrip() throws {
        var numbers = Numbers(seed: 50)
        for _ in 0..<1000 {
            let value = detail(&numbers)
            let parsed = try parse(value.encoded) { try DetailValue(parsing: $0) }
            #expect(parsed == value && parsed.encoded == value.encoded)
        }
    }

    @Test("ATTACK 11: changed details are refused, or are the one encoding of others")
    func mutations() throws {
        var numbers = Numbers(seed: 51)
        for _ in 0..<300 {
            let bytes = detail(&numbers).encoded
            for changed in Mutations.all(of: bytes, using: &numbers, flips: 30) {
                do {
                    #expect(try parse(changed) { try DetailValue(parsing: $0) }.encoded == changed)
                } catch is FormatError {}
            }
        }
    }

    @Test("names keep their order, subjects are sorted as bytes, and each stands once")
    func order() throws {
        func occurrence(_ path: String, _ subject: String?) -> OccurrenceValue {
            OccurrenceValue(
                root: Array("/photos".utf8), path: Array(path.utf8), modified: 0, subject: subject)
        }
        let value = DetailValue(of: [
            occurrence("x/b.jpg", "caf\u{e9}"), occurrence("a.jpg", nil),
            occurrence("y/b.jpg", "cafe\u{301}"), occurrence("z/a.jpg", "Zebra"),
            occurrence("c.jpg", "Zebra"),
        ])
        #expect(value.names == ["b.jpg", "a.jpg", "c.jpg"].map { Array($0.utf8) })
        #expect(
            value.subjects.map { Array($0.utf8) }
                == ["Zebra", "cafe\u{301}", "caf\u{e9}"].map { Array($0.utf8) })
        for wrong: [UInt8] in [
            [0xA1, 1, 0x80],  // No names.
            [0xA1, 1, 0x82, 0x41, 7, 0x41, 7],  // A name twice.
            [0xA2, 1, 0x81, 0x41, 7, 2, 0x80],  // Subjects, but none.
            [0xA2, 1, 0x81, 0x41, 7, 2, 0x82, 0x61, 66, 0x61, 65],  // Out of order.
            [0xA2, 1, 0x81, 0x41, 7, 2, 0x82, 0x61, 65, 0x61, 65],  // One twice.
        ] {
            #expect(throws: FormatError.notCanonical) {
                try parse(wrong) { try DetailValue(parsing: $0) }
            }
        }
    }
}
