import VaultCrypto
import VaultFormat

/// Checkpoints as files. Spec 07 §7.
enum NoteVectors {
    private static let vault = AuditVectors.vault
    private static let vaultSeed = Compose.bytes("vault signing", 32)
    private static let slotSeed = Compose.bytes("passphrase signing", 32)
    private static let origin = Checkpoint.origin(vault: vault)
    private static let slotName = Checkpoint.name(vault: vault, slot: AuditVectors.slot)
    private static let checkpoint = Checkpoint(
        vault: vault, size: 4711, root: LogHash(words: .init(Compose.bytes("root", 32))))

    private static func line(
        _ text: String, _ name: String, _ seed: [UInt8]
    ) throws -> SignedNote.Signature {
        let key = try Compose.verifying(seed)
        let digest = Digest(hashing: Array(name.utf8) + [0x0A, 0x01] + key)
        return SignedNote.Signature(
            name: name, keyID: Array(digest.bytes[..<4]),
            bytes: try Compose.sign(Array(text.utf8), seed: seed))
    }

    /// The vault's key came with entry 100 and was followed by another with `next`; the slot was
    /// removed with entry `until`.
    private static func inputs(
        _ note: [UInt8], next: UInt64? = nil, until: UInt64? = nil
    ) throws -> [(name: String, value: Vector.Input)] {
        [
            ("vault", .hex(vault.bytes)), ("note", .hex(note)),
            ("public", .hex(try Compose.verifying(vaultSeed))), ("since", .number(100)),
            ("slot", .hex(AuditVectors.slot.bytes)),
            ("signing", .hex(try Compose.verifying(slotSeed))),
        ] + (next.map { [("next", .number($0))] } ?? [])
            + (until.map { [("until", .number($0))] } ?? [])
    }

    static func all() throws -> [Vector] {
        let text = checkpoint.text
        let byVault = try line(text, origin, vaultSeed)
        let bySlot = try line(text, slotName, slotSeed)
        let witness = SignedNote.Signature(
            name: "witness.example/w1", keyID: [1, 2, 3, 4], bytes: Compose.bytes("witness", 72))
        func note(_ signatures: SignedNote.Signature..., text: String = text) -> [UInt8] {
            SignedNote(text: text, signatures: signatures).encoded
        }
        func good(
            _ name: String, _ note: [UInt8], next: UInt64? = nil, until: UInt64? = nil,
            _ comment: String
        ) throws -> Vector {
            .opens(
                "note", name, comment, spec: "07 §7",
                try inputs(note, next: next, until: until), to: Array(text.utf8))
        }
        func bad(
            _ name: String, _ expect: Vector.Expect, _ note: [UInt8], next: UInt64? = nil,
            until: UInt64? = nil, _ comment: String
        ) throws -> Vector {
            .refused(
                "note", name, expect, comment, spec: "07 §7",
                try inputs(note, next: next, until: until))
        }
        func signed(_ text: String) throws -> [UInt8] {
            note(try line(text, origin, vaultSeed), text: text)
        }
        func edited(_ old: String, _ new: String) -> [UInt8] {
            Array(replaced(String(decoding: note(byVault), as: UTF8.self), old, new).utf8)
        }
        var forged = byVault.bytes
        forged[0] ^= 1
        let root = Base64.encode(checkpoint.root.bytes)
        let early = Checkpoint(vault: vault, size: 100, root: checkpoint.root).text
        let other = Checkpoint(
            vault: VaultID(words: .init(Compose.bytes("another vault", 16))), size: 4711,
            root: checkpoint.root)
        return [
            try good("vault", note(byVault), "By the vault's key."),
            try good(
                "vault-last", note(byVault), next: 4711,
                "At the last size before the next key."),
            try good("slot", note(bySlot), "By a slot."),
            try good("slot-last", note(bySlot), until: 4711, "At the last size of a removed slot."),
            try good("several", note(witness, byVault, bySlot), "By both, and by a stranger."),
            try bad(
                "vault-before", .outOfRange, signed(early), "From before the vault's key came."),
            try bad(
                "vault-after", .outOfRange, note(byVault), next: 4710,
                "From after the next key came."),
            try bad(
                "slot-after", .outOfRange, note(bySlot), until: 4710,
                "From after the slot was removed."),
            try bad("stranger", .authentication, note(witness), "By a stranger only."),
            try bad(
                "signature-changed", .authentication,
                note(
                    SignedNote.Signature(name: origin, keyID: byVault.keyID, bytes: forged), bySlot),
                "One of our signatures is wrong: the good one does not count."),
            try bad(
                "text-changed", .authentication, edited("\n4711\n", "\n4712\n"), "Another size."),
            try bad(
                "slot-as-vault", .authentication, note(try line(text, origin, slotSeed)),
                "The slot's key under the vault's name."),
            try bad(
                "other-vault", .authentication,
                note(
                    try line(other.text, Checkpoint.origin(vault: other.vault), vaultSeed),
                    text: other.text),
                "Of another vault."),
            try bad(
                "origin", .unknown, signed("example.com/log\n4711\n\(root)\n"),
                "Of another kind of log."),
            try bad(
                "origin-capitals", .notCanonical,
                signed("lighttight/1/\(vault.hex.uppercased())\n4711\n\(root)\n"),
                "An ID in capitals."),
            try bad(
                "size-zero", .notCanonical, signed("\(origin)\n04711\n\(root)\n"),
                "A size that begins with zero."),
            try bad(
                "size-large", .outOfRange, signed("\(origin)\n18446744073709551616\n\(root)\n"),
                "A size of 2^64."),
            try bad("extension", .notCanonical, signed("\(text)more\n"), "A fourth line."),
            try bad(
                "root-short", .notCanonical, signed("\(origin)\n4711\n\(Base64.encode([1]))\n"),
                "A root of one byte."),
            try bad("no-signature", .notCanonical, Array((text + "\n").utf8), "Not signed at all."),
            try bad(
                "no-line-end", .notCanonical, note(byVault).dropLast(), "Without its line end."),
            try bad("hyphen", .notCanonical, edited("\u{2014}", "-"), "A hyphen for the dash."),
            try bad(
                "control", .notCanonical, edited("\n4711\n", "\r\n4711\n"), "A control character."),
            try bad(
                "key-alone", .truncated, Array("\(text)\n\u{2014} \(origin) AAAAAA==\n".utf8),
                "A key ID and no signature."),
        ]
    }

    private static func replaced(_ text: String, _ old: String, _ new: String) -> String {
        guard let range = text.firstRange(of: old) else {
            preconditionFailure("the note has no \(old)")
        }
        return String(text[..<range.lowerBound]) + new + String(text[range.upperBound...])
    }
}
