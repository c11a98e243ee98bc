import Testing
import VaultFormat

@Suite("Hex, Base64URL and identifiers, Spec 01 §3, §6")
struct TextTests {
    @Test("bytes of every length come back from base64url, without padding")
    func base64() throws {
        var numbers = Numbers(seed: 3)
        for count in 0..<100 {
            let bytes = numbers.bytes(count)
            let text = Base64URL.encode(bytes)
            #expect(text.utf8.count == (count * 4 + 2) / 3)
            #expect(try Base64URL.decode(text) == bytes)
        }
    }

    @Test("base64url gives what RFC 4648 gives, with the alphabet for URLs")
    func base64Known() throws {
        let known = [
            "": "", "f": "Zg", "fo": "Zm8", "foo": "Zm9v", "foob": "Zm9vYg", "fooba": "Zm9vYmE",
        ]
        for (plain, coded) in known { #expect(Base64URL.encode(Array(plain.utf8)) == coded) }
        #expect(Base64URL.encode([0xFB, 0xFF]) == "-_8")
    }

    @Test(
        "ATTACK 11: base64url that is not the one encoding is refused",
        arguments: [
            "Zg==", "Zh", "Zm9", "Z", "+_8A", "/_8A", "Zm 9", "Zm9v\n", "Zm9vY", "Žm9v", "Zm8=",
        ])
    func base64Refused(text: String) {
        #expect(throws: FormatError.notCanonical) { try Base64URL.decode(text) }
    }

    @Test("ATTACK 11: of every text of two characters only canonical base64url is accepted")
    func base64Pairs() throws {
        var accepted = 0
        for first in UInt8(0x20)..<0x7F {
            for second in UInt8(0x20)..<0x7F {
                let text = String(decoding: [first, second], as: UTF8.self)
                do {
                    #expect(Base64URL.encode(try Base64URL.decode(text)) == text)
                    accepted += 1
                } catch {
                    continue
                }
            }
        }
        #expect(accepted == 256)
    }

    @Test("hexadecimal comes back, in lower case")
    func hex() throws {
        let bytes = Array(UInt8.min...UInt8.max)
        #expect(Hex.encode([0, 0x9A, 0xFF]) == "009aff")
        #expect(try Hex.decode(Hex.encode(bytes)) == bytes)
    }

    @Test(
        "ATTACK 11: other hexadecimal is refused",
        arguments: ["0A", "0x5", "+5", "g0", " 0", "0", "000", "０0", "0\u{301}"])
    func hexRefused(text: String) {
        #expect(throws: FormatError.self) { try Hex.decode(text) }
    }

    @Test("an identifier takes exactly its bytes and prints as hexadecimal")
    func identifiers() throws {
        let bytes = Array(UInt8(240)...255)
        let id = try VaultID(bytes: bytes)
        #expect(id.bytes == bytes)
        #expect(id.description == "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff")
        #expect(try VaultID(hex: id.hex) == id)
        for count in [0, 15, 17, 32] {
            #expect(throws: FormatError.wrongLength(expected: 16, actual: count)) {
                try RecordID(bytes: [UInt8](repeating: 0, count: count))
            }
        }
        #expect(throws: FormatError.self) { try VaultID(hex: id.hex.uppercased()) }
        #expect(PackName.byteCount == 32)
    }

    @Test("identifiers sort as their bytes do")
    func order() throws {
        var numbers = Numbers(seed: 4)
        for _ in 0..<500 {
            var left = numbers.bytes(32)
            let right = numbers.bytes(32)
            let shared = Int.random(in: 0...32, using: &numbers)
            left.replaceSubrange(..<shared, with: right[..<shared])
            #expect(
                try (PackName(bytes: left) < PackName(bytes: right))
                    == left.lexicographicallyPrecedes(right))
        }
    }
}
