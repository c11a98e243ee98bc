import Testing
import VaultFormat

@Suite("Recovery codes and key files, Spec 02 §9")
struct SecretCodeTests {
    private static let alphabet = Array("QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L".utf8)
    private static let secret: [UInt8] = {
        var numbers = Numbers(seed: 5)
        return numbers.bytes(20)
    }()
    private static let code = encode(secret)

    private static func encode(_ secret: [UInt8]) -> [UInt8] {
        secret.withUnsafeBytes { SecretCode.recovery.encode($0) }
    }

    @Test(
        "a secret comes back from its code of 42 characters, and only as what it was written for",
        arguments: [(SecretCode.recovery, "LTR1"), (.keyFile, "LTK1")])
    func roundTrip(kind: SecretCode, prefix: String) throws {
        var numbers = Numbers(seed: 6)
        for _ in 0..<200 {
            let secret = numbers.bytes(20)
            let code = secret.withUnsafeBytes { kind.encode($0) }
            #expect(code.count == 42 && code.starts(with: prefix.utf8))
            #expect(try decoded(code, kind) == secret)
            for other in SecretCode.allCases where other != kind {
                #expect(throws: FormatError.checksum) { try decoded(code, other) }
                let dressed = Array(other.rawValue.utf8) + code[3...]
                #expect(throws: FormatError.checksum) { try decoded(dressed, other) }
            }
        }
    }

    @Test("it is shown in groups of six divided by hyphens", arguments: SecretCode.allCases)
    func shown(kind: SecretCode) throws {
        var text = [UInt8](repeating: 0, count: SecretCode.textByteCount)
        text.withUnsafeMutableBytes { text in
            Self.secret.withUnsafeBytes { kind.write($0, into: text) }
        }
        let plain = String(
            decoding: Self.secret.withUnsafeBytes { kind.encode($0) }, as: UTF8.self)
        let groups = String(decoding: text, as: UTF8.self).split(separator: "-")
        #expect(groups.count == 7 && groups.allSatisfy { $0.count == 6 })
        #expect(groups.joined() == plain)
        #expect(try decoded(text, kind) == Self.secret)
    }

    @Test("either case, hyphens, spaces and a line end are read")
    func typing() throws {
        let lower = String(decoding: Self.code, as: UTF8.self).lowercased()
        #expect(try decoded(Array(lower.utf8)) == Self.secret)
        var grouped: [UInt8] = []
        for (index, character) in Self.code.enumerated() {
            if index > 0, index % 6 == 0 {
                grouped += Array(index % 12 == 0 ? " - ".utf8 : "-".utf8)
            }
            grouped.append(character)
        }
        #expect(try decoded(grouped + [13, 10]) == Self.secret)
    }

    @Test("any one wrong character is noticed")
    func oneWrong() {
        for place in 4..<42 {
            for letter in Self.alphabet where letter != Self.code[place] {
                var code = Self.code
                code[place] = letter
                #expect(throws: FormatError.checksum) { try decoded(code) }
            }
        }
    }

    @Test("two to four wrong characters are noticed", arguments: 2...4)
    func moreWrong(count: Int) {
        var numbers = Numbers(seed: UInt64(count))
        for _ in 0..<3000 {
            var code = Self.code
            for place in (4..<42).shuffled(using: &numbers).prefix(count) {
                let others = Self.alphabet.filter { $0 != code[place] }
                code[place] = others.randomElement(using: &numbers) ?? 0
            }
            #expect(throws: FormatError.checksum) { try decoded(code) }
        }
    }

    @Test("two neighbours swapped are noticed")
    func swapped() {
        for place in 4..<41 where Self.code[place] != Self.code[place + 1] {
            var code = Self.code
            code.swapAt(place, place + 1)
            #expect(throws: FormatError.checksum) { try decoded(code) }
        }
    }

    @Test("a code of another length is refused, and so is any other prefix")
    func lengths() {
        for count in [0, 1, 41] {
            #expect(throws: FormatError.wrongLength(expected: 42, actual: count)) {
                try decoded(Array(Self.code[..<count]))
            }
        }
        #expect(throws: FormatError.wrongLength(expected: 42, actual: 43)) {
            try decoded(Self.code + Array("Q".utf8))
        }
        #expect(throws: FormatError.checksum) {
            try decoded(Array("BC1Q".utf8) + Self.code[4...])
        }
    }

    @Test("nothing of the secret stays behind when a code is refused")
    func wiped() {
        var code = Self.code
        code[41] = code[41] == UInt8(ascii: "Q") ? UInt8(ascii: "P") : UInt8(ascii: "Q")
        var secret = [UInt8](repeating: 0xAA, count: 20)
        #expect(throws: FormatError.checksum) {
            try secret.withUnsafeMutableBytes { secret in
                try code.withUnsafeBytes { try SecretCode.recovery.decode($0, into: secret) }
            }
        }
        #expect(secret == [UInt8](repeating: 0, count: 20))
    }
}
