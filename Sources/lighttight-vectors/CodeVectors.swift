import VaultFormat

/// Recovery codes and the contents of key files. Spec 02 §9.
struct CodeVectors {
    let group: String
    let kind: SecretCode
    let other: SecretCode
    let secret: [UInt8]

    static func all() -> [Vector] {
        CodeVectors(
            group: "recovery-code", kind: .recovery, other: .keyFile,
            secret: Compose.bytes("recovery", 20)
        ).vectors()
            + CodeVectors(
                group: "key-file", kind: .keyFile, other: .recovery,
                secret: Compose.bytes("key file", 20)
            ).vectors()
    }

    private func vectors() -> [Vector] {
        let code = String(
            decoding: secret.withUnsafeBytes { kind.encode($0) }, as: UTF8.self)
        let grouped = stride(from: 0, to: 42, by: 6).map { start in
            String(code.dropFirst(start).prefix(6))
        }.joined(separator: "-")
        func changed(_ places: [Int]) -> String {
            var text = Array(code.utf8)
            for place in places {
                text[place] =
                    text[place] == UInt8(ascii: "Q") ? UInt8(ascii: "P") : UInt8(ascii: "Q")
            }
            return String(decoding: text, as: UTF8.self)
        }
        func good(_ name: String, _ text: String, _ comment: String) -> Vector {
            .opens(
                group, name, comment, spec: "02 §9", [("code", .text(text))], to: secret)
        }
        func bad(_ name: String, _ text: String, _ expect: Vector.Expect, _ comment: String)
            -> Vector
        {
            .refused(group, name, expect, comment, spec: "02 §9", [("code", .text(text))])
        }
        return [
            good("groups", grouped, "In groups of six, as it is shown."),
            good("plain", code, "Without hyphens."),
            good("lower-case", grouped.lowercased(), "In small letters."),
            good(
                "spaces", " " + grouped.split(separator: "-").joined(separator: " ") + " ",
                "Spaces."),
            good("line-end", grouped + "\r\n", "A line end."),
            bad("one-wrong", changed([20]), .checksum, "One wrong character."),
            bad("two-wrong", changed([5, 33]), .checksum, "Two wrong characters."),
            bad("three-wrong", changed([6, 7, 8]), .checksum, "Three wrong characters."),
            bad("four-wrong", changed([4, 17, 30, 41]), .checksum, "Four wrong characters."),
            bad("checksum-wrong", changed([41]), .checksum, "The last character is wrong."),
            bad("prefix-wrong", "LTX" + code.dropFirst(3), .checksum, "Another prefix."),
            bad(
                "kind-other",
                String(decoding: secret.withUnsafeBytes { other.encode($0) }, as: UTF8.self),
                .checksum, "A code of the other kind, right in itself."),
            bad(
                "kind-prefix", other.rawValue + code.dropFirst(3), .checksum,
                "The other kind's prefix before this one's characters."),
            bad(
                "character-outside", code.prefix(10) + "B" + code.dropFirst(11), .checksum,
                "B is not in the alphabet."),
            bad("too-short", String(code.dropLast()), .notCanonical, "A character is missing."),
            bad("too-long", code + "Q", .notCanonical, "A character too many."),
            bad("nothing", "", .notCanonical, "Nothing at all."),
        ]
    }
}
