import VaultFormat

/// CBOR and PADMÉ: what needs no key.
enum FormatVectors {
    static func all() -> [Vector] { cbor() + schemas() + padme() }

    private static func bytes(_ hex: String) -> [UInt8] {
        do {
            return try Hex.decode(hex.filter { $0 != " " }.lowercased())
        } catch {
            preconditionFailure("\(hex) is not hexadecimal")
        }
    }

    /// The schema "sample": {1: bytes, 2: integer, 3: text (optional), 4: array of unsigned (optional)}.
    private static func cbor() -> [Vector] {
        func inputs(_ hex: String) -> [(name: String, value: Vector.Input)] {
            [("schema", .text("sample")), ("bytes", .hex(bytes(hex)))]
        }
        func good(_ name: String, _ hex: String, _ comment: String) -> Vector {
            .opens("cbor", name, comment, spec: "01 §5", inputs(hex), to: bytes(hex))
        }
        func bad(_ name: String, _ hex: String, _ expect: Vector.Expect, _ comment: String)
            -> Vector
        {
            .refused("cbor", name, expect, comment, spec: "01 §5", inputs(hex))
        }
        return [
            good("worked", "A2 01 42 00FF 02 19 012C", "The page's worked example."),
            good("empty-string", "A2 01 40 02 00", "No bytes, and zero."),
            good("integer-23", "A2 01 40 02 17", "The largest number in the first byte."),
            good("integer-24", "A2 01 40 02 1818", "The smallest number of one more byte."),
            good("integer-255", "A2 01 40 02 18FF", "The largest number of one more byte."),
            good("integer-256", "A2 01 40 02 190100", "The smallest of two."),
            good("integer-65535", "A2 01 40 02 19FFFF", "The largest of two."),
            good("integer-65536", "A2 01 40 02 1A00010000", "The smallest of four."),
            good("integer-4294967295", "A2 01 40 02 1AFFFFFFFF", "The largest of four."),
            good("integer-4294967296", "A2 01 40 02 1B0000000100000000", "The smallest of eight."),
            good("integer-greatest", "A2 01 40 02 1B7FFFFFFFFFFFFFFF", "2^63 - 1."),
            good("integer-minus-1", "A2 01 40 02 20", "Minus one."),
            good("integer-least", "A2 01 40 02 3B7FFFFFFFFFFFFFFF", "-2^63."),
            good("text", "A3 01 40 02 00 03 66 C3A9 F09F9982", "Text of two and four bytes."),
            good("array-empty", "A3 01 40 02 00 04 80", "An array of nothing."),
            good(
                "array-unsigned", "A3 01 40 02 00 04 82 00 1BFFFFFFFFFFFFFFFF",
                "An unsigned member may be 2^64 - 1."),
            bad(
                "integer-too-great", "A2 01 40 02 1B8000000000000000", .outOfRange,
                "2^63 does not fit an integer member."),
            bad(
                "integer-too-small", "A2 01 40 02 3B8000000000000000", .outOfRange,
                "-2^63 - 1 does not fit."),
            bad("long-23", "A2 01 40 02 1817", .notCanonical, "23 fits the first byte."),
            bad("long-255", "A2 01 40 02 1900FF", .notCanonical, "255 fits one byte."),
            bad("long-65535", "A2 01 40 02 1A0000FFFF", .notCanonical, "65,535 fits two bytes."),
            bad(
                "long-4294967295", "A2 01 40 02 1B00000000FFFFFFFF", .notCanonical,
                "4,294,967,295 fits four bytes."),
            bad("long-length", "A2 01 5800 02 00", .notCanonical, "A length in a longer form."),
            bad("long-key", "A2 1801 40 02 00", .notCanonical, "A key in a longer form."),
            bad("long-map", "B802 01 40 02 00", .notCanonical, "A map's size in a longer form."),
            bad(
                "indefinite-bytes", "A2 01 5F40FF 02 00", .notCanonical,
                "Bytes of no stated length."),
            bad("indefinite-map", "BF 01 40 02 00 FF", .notCanonical, "A map of no stated size."),
            bad(
                "indefinite-array", "A3 01 40 02 00 04 9FFF", .notCanonical,
                "An array of no stated size."),
            bad("reserved-28", "A2 01 40 02 1C", .notCanonical, "A reserved first byte."),
            bad("reserved-30", "A2 01 40 02 1E", .notCanonical, "A reserved first byte."),
            bad("tag", "A2 01 40 02 C100", .notCanonical, "A tag before the value."),
            bad("false", "A2 01 40 02 F4", .notCanonical, "A simple value."),
            bad(
                "null", "A2 01 40 02 F6", .notCanonical, "An absent member has no key, never null."),
            bad("float", "A2 01 40 02 F97E00", .notCanonical, "A floating-point number."),
            bad("keys-twice", "A3 01 40 01 40 02 00", .notCanonical, "A key twice."),
            bad("keys-descending", "A2 02 00 01 40", .notCanonical, "Keys out of order."),
            bad("key-text", "A2 6131 40 02 00", .notCanonical, "A key that is text."),
            bad("key-unknown", "A3 01 40 02 00 05 00", .unknown, "A key that the schema lacks."),
            bad(
                "key-negative", "A3 20 00 01 40 02 00", .unknown,
                "Minus one is no key of the schema."),
            bad("key-missing", "A1 02 00", .notCanonical, "A required key is missing."),
            bad("map-empty", "A0", .notCanonical, "Both required keys are missing."),
            bad("no-map", "82 01 40", .notCanonical, "An array where a map must be."),
            bad("type-bytes", "A2 01 60 02 00", .notCanonical, "Text where bytes must be."),
            bad("type-integer", "A2 01 40 02 40", .notCanonical, "Bytes where an integer must be."),
            bad("type-text", "A3 01 40 02 00 03 40", .notCanonical, "Bytes where text must be."),
            bad(
                "type-unsigned", "A3 01 40 02 00 04 81 20", .notCanonical,
                "A negative number where an unsigned one must be."),
            bad("text-overlong", "A3 01 40 02 00 03 62 C080", .notCanonical, "UTF-8 too long."),
            bad("text-surrogate", "A3 01 40 02 00 03 63 EDA080", .notCanonical, "Half a pair."),
            bad("text-torn", "A3 01 40 02 00 03 61 C3", .notCanonical, "Half a character."),
            bad("trailing", "A2 01 40 02 00 00", .notCanonical, "A byte after the value."),
            bad("nothing", "", .truncated, "No bytes."),
            bad("cut-in-map", "A2 01 40", .truncated, "A member is missing at the end."),
            bad("cut-in-string", "A2 01 42 00", .truncated, "Fewer bytes than stated."),
            bad("cut-in-number", "A2 01 40 02 1901", .truncated, "Half a number."),
            bad(
                "length-huge", "A2 01 5BFFFFFFFFFFFFFFFF", .truncated,
                "A stated length that no memory holds."),
            bad(
                "count-huge", "A3 01 40 02 00 04 9BFFFFFFFFFFFFFFFF", .truncated,
                "A stated count that no memory holds."),
        ]
    }

    private static func schemas() -> [Vector] {
        func key(_ number: UInt8, _ seed: String) -> [UInt8] {
            [number, 0x58, 32] + Compose.bytes(seed, 32)
        }
        let half = [0xA3] + key(1, "receiving") + key(2, "signing") + key(3, "trusted")
        let owner = [0xA1] + key(1, "root")
        func inputs(_ schema: String, _ bytes: [UInt8]) -> [(name: String, value: Vector.Input)] {
            [("schema", .text(schema)), ("bytes", .hex(bytes))]
        }
        return [
            .opens(
                "cbor", "private-half", "The plaintext of a private half: 106 bytes.",
                spec: "02 §5",
                inputs("private", half), to: half),
            .refused(
                "cbor", "private-half-31", .notCanonical, "A key of 31 bytes.", spec: "02 §5",
                inputs("private", half[..<71] + [3, 0x58, 31] + Compose.bytes("trusted", 31))),
            .opens(
                "cbor", "owner", "An owner's bundle: 36 bytes.", spec: "02 §6",
                inputs("owner", owner), to: owner),
            .refused(
                "cbor", "owner-more", .unknown, "An owner's bundle holds the root key alone.",
                spec: "02 §6", inputs("owner", [0xA2] + owner.dropFirst() + key(2, "more"))),
        ]
    }

    private static func padme() -> [Vector] {
        let sizes: [UInt64] = [
            0, 1, 2, 9, 72, 73, 100, 1000, 16_455, 16_472, 1 << 20, 1 << 20 | 1, 3_503_480,
            33_600_000, 33_554_432, 34_603_008, 34_603_009, 5_000_000_000, 1 << 40 | 1,
        ]
        return sizes.map { size in
            let padded = Padme.paddedSize(of: size)
            return .opens(
                "padme", "\(size)", "\(size) bytes are padded to \(padded).", spec: "03 §5",
                [("bytes", .number(size))], to: Array(String(padded).utf8))
        }
    }
}
