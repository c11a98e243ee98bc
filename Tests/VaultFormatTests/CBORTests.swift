import Testing
import VaultFormat

@Suite("CBOR, Spec 01 §5")
struct CBORTests {
    @Test("the page's worked example has the nine bytes it says")
    func worked() throws {
        let sample = Sample(bytes: [0, 0xFF], integer: 300)
        #expect(sample.encoded == [0xA2, 1, 0x42, 0, 0xFF, 2, 0x19, 1, 0x2C])
    }

    @Test("what is printed is parsed back and printed as the same bytes")
    func roundTrip() throws {
        var numbers = Numbers(seed: 1)
        for _ in 0..<2000 {
            let bits = UInt64.random(in: 0...63, using: &numbers)
            let sample = Sample(
                bytes: numbers.bytes(Int.random(in: 0...300, using: &numbers)),
                integer: Int64(bitPattern: numbers.next()) >> Int64(bits),
                text: Bool.random(using: &numbers)
                    ? String(decoding: numbers.bytes(40), as: UTF8.self) : nil,
                numbers: Bool.random(using: &numbers)
                    ? (0..<5).map { _ in numbers.next() >> bits } : nil)
            let bytes = sample.encoded
            let parsed = try parse(bytes) { try Sample(parsing: $0) }
            #expect(parsed.bytes == sample.bytes && parsed.integer == sample.integer)
            #expect(parsed.encoded == bytes)
        }
    }

    @Test("ATTACK 11: of random bytes only those that print again as they were are accepted")
    func random() throws {
        var numbers = Numbers(seed: 2)
        let base = Sample(bytes: [1, 2, 3], integer: 500, text: "hé", numbers: [1, 70000]).encoded
        var accepted = 0
        for round in 0..<20000 {
            var bytes =
                round % 2 == 0 ? base : numbers.bytes(Int.random(in: 0...24, using: &numbers))
            if round % 2 == 0 {
                for _ in 0...Int.random(in: 0...2, using: &numbers) {
                    bytes[Int.random(in: bytes.indices, using: &numbers)] =
                        UInt8.random(in: 0...255, using: &numbers)
                }
            }
            do {
                let sample = try parse(bytes) { try Sample(parsing: $0) }
                #expect(sample.encoded == bytes)
                accepted += 1
            } catch is FormatError {
                continue
            }
        }
        #expect(accepted > 100, "the mutations should leave some values whole")
    }

    @Test("a value cut at any place is truncated")
    func truncated() throws {
        let bytes = Sample(bytes: [1, 2, 3], integer: -70000, text: "hé", numbers: [1]).encoded
        for count in bytes.indices {
            #expect(throws: FormatError.truncated) {
                try parse(Array(bytes[..<count])) { try Sample(parsing: $0) }
            }
        }
    }

    @Test(
        "a stated count beyond the bytes that are left takes no memory",
        arguments: [4, 5] as [UInt8])
    func counts(major: UInt8) throws {
        let bytes = [major << 5 | 27] + [UInt8](repeating: 0xFF, count: 8)
        #expect(throws: FormatError.truncated) {
            try parse(bytes) { buffer in
                var reader = CBORReader(buffer)
                if major == 4 {
                    _ = try reader.array()
                } else {
                    try reader.map { (_, _) throws(FormatError) in }
                }
            }
        }
    }

    @Test("bytes after the value are refused")
    func trailing() throws {
        #expect(throws: FormatError.trailingBytes) {
            try parse([0, 0]) { buffer in
                var reader = CBORReader(buffer)
                _ = try reader.unsigned()
                try reader.finish()
            }
        }
    }
}
