import VaultCrypto
import VaultFormat

/// Entries as they are stored, opened with the audit key. Spec 07 §3.
enum LeafVectors {
    private static let auditKey = Compose.bytes("audit", 32)
    private static let seed = Compose.bytes("passphrase signing", 32)
    private static let vault = AuditVectors.vault
    private static let content = AuditVectors.content.encoded

    static func all() throws -> [Vector] { try sound() + shapes() + forgeries() }

    /// An entry as a vault writes it, before it is signed.
    private static func leaf(sequence: UInt64 = 41, actor: SlotID?) throws -> EntryLeaf {
        EntryLeaf(
            sequence: sequence, time: 1_800_000_000,
            before: LogHash(words: .init(Compose.bytes("before", 32))), revision: 17,
            rowsDigest: actor == nil ? nil : LogHash(words: .init(Compose.bytes("rows", 32))),
            auditEpoch: 2,
            sealedKey: try Compose.envelope(
                AuditVectors.transactionKey, to: Compose.receiving(auditKey),
                ephemeral: Compose.bytes("entry ephemeral", 32),
                info: Associated.entryKey(vault: vault, epoch: 2), associated: []),
            content: try Compose.box(
                content, key: AuditVectors.transactionKey, nonce: "entry",
                associated: Associated.entry(vault: vault, sequence: sequence)),
            actor: actor)
    }

    private static func signed(_ change: (inout EntryLeaf) -> Void = { _ in }) throws -> EntryLeaf {
        var leaf = try leaf(actor: AuditVectors.slot)
        change(&leaf)
        leaf.signature = try Compose.sign(leaf.signedBytes(vault: vault), seed: seed)
        return leaf
    }

    private static func inputs(
        _ leaf: [UInt8], vault: VaultID = vault, isSigned: Bool = true
    ) throws -> [(name: String, value: Vector.Input)] {
        [("vault", .hex(vault.bytes)), ("key", .hex(auditKey)), ("leaf", .hex(leaf))]
            + (isSigned ? [("signing", .hex(try Compose.verifying(seed)))] : [])
    }

    private static func sound() throws -> [Vector] {
        var early = try leaf(actor: AuditVectors.slot)
        early.time = -1
        early.rowsDigest = nil
        early.signature = try Compose.sign(early.signedBytes(vault: vault), seed: seed)
        return [
            .opens(
                "leaf", "signed", "An entry by a slot.", spec: "07 §3",
                try inputs(signed().encoded), to: content),
            .opens(
                "leaf", "nothing-written", "A reading, by a clock of before 1970.",
                spec: "07 §3", try inputs(early.encoded), to: content),
            .opens(
                "leaf", "keyless", "By a program that holds no key.", spec: "07 §3",
                try inputs(leaf(actor: nil).encoded, isSigned: false), to: content),
        ]
    }

    /// What the parser refuses.
    private static func shapes() throws -> [Vector] {
        let leaf = try signed()
        func number(_ value: UInt64) -> [UInt8] {
            var writer = CBORWriter()
            writer.unsigned(value)
            return writer.bytes
        }
        let members: [(key: UInt8, value: [UInt8])] = [
            (1, number(leaf.sequence)), (2, number(UInt64(leaf.time))),
            (3, AuditVectors.bytes(leaf.before.bytes)), (4, number(leaf.revision)),
            (5, AuditVectors.bytes(leaf.rowsDigest?.bytes ?? [])), (6, number(2)),
            (7, AuditVectors.bytes(leaf.sealedKey)), (8, AuditVectors.bytes(leaf.content)),
            (9, AuditVectors.bytes(AuditVectors.slot.bytes)),
            (10, AuditVectors.bytes(leaf.signature)),
        ]
        precondition(AuditVectors.map(members) == leaf.encoded, "both ways print the same")
        func bad(
            _ name: String, _ expect: Vector.Expect, _ members: [(key: UInt8, value: [UInt8])],
            _ comment: String
        ) throws -> Vector {
            .refused(
                "leaf", name, expect, comment, spec: "07 §3",
                try inputs(AuditVectors.map(members)))
        }
        func with(_ key: UInt8, _ value: [UInt8]) -> [(key: UInt8, value: [UInt8])] {
            members.map { $0.key == key ? (key, value) : $0 }
        }
        func without(_ key: UInt8) -> [(key: UInt8, value: [UInt8])] {
            members.filter { $0.key != key }
        }
        let bytes = AuditVectors.bytes
        return [
            .refused(
                "leaf", "truncated", .truncated, "A byte is missing.", spec: "07 §3",
                try inputs(leaf.encoded.dropLast())),
            .refused(
                "leaf", "more", .notCanonical, "A byte after the end.", spec: "07 §3",
                try inputs(leaf.encoded + [0])),
            try bad("without-before", .notCanonical, without(3), "No root of the entries before."),
            try bad("actor-alone", .notCanonical, without(10), "An actor, but no signature."),
            try bad("signature-alone", .notCanonical, without(9), "A signature, but no actor."),
            try bad(
                "unknown", .unknown, members + [(11, [0])],
                "A member that the page does not name."),
            try bad(
                "order", .notCanonical, [members[1], members[0]] + members[2...],
                "Members out of order."),
            try bad("sequence-negative", .notCanonical, with(1, [0x20]), "The entry minus one."),
            try bad(
                "before-31", .notCanonical, with(3, bytes(leaf.before.bytes.dropLast())),
                "A short root."),
            try bad("epoch-0", .outOfRange, with(6, number(0)), "Epochs begin with 1."),
            try bad(
                "epoch-2-32", .outOfRange, with(6, number(1 << 32)), "The epoch after the last."),
            try bad(
                "key-79", .notCanonical, with(7, bytes(leaf.sealedKey.dropLast())),
                "A short sealed key."),
            try bad(
                "actor-15", .notCanonical, with(9, bytes(AuditVectors.slot.bytes.dropLast())),
                "A short slot ID."),
            try bad(
                "signature-63", .notCanonical, with(10, bytes(leaf.signature.dropLast())),
                "A short signature."),
        ]
    }

    /// What is well formed, and not what was signed or sealed.
    private static func forgeries() throws -> [Vector] {
        func bad(
            _ name: String, _ leaf: EntryLeaf, _ comment: String,
            expect: Vector.Expect = .authentication
        ) throws -> Vector {
            .refused("leaf", name, expect, comment, spec: "07 §3", try inputs(leaf.encoded))
        }
        var flipped = try signed()
        flipped.signature[5] ^= 1
        var time = try signed()
        time.time += 1
        var moved = try signed()
        moved.actor = SlotID(words: .init(Compose.bytes("recovery slot", 16)))
        return [
            try bad("signature-changed", flipped, "One bit of the signature."),
            try bad("time-changed", time, "Signed with another time."),
            try bad("actor-changed", moved, "Signed as another slot."),
            .refused(
                "leaf", "other-vault", .authentication, "Signed for another vault.",
                spec: "07 §3",
                try inputs(
                    signed().encoded,
                    vault: VaultID(words: .init(Compose.bytes("another vault", 16))))),
            try bad(
                "content-moved", try signed { $0.sequence = 42 },
                "Signed, but the content was sealed for another entry."),
            try bad(
                "epoch-changed", try signed { $0.auditEpoch = 1 },
                "Signed, but the key was sealed to another epoch."),
            try bad(
                "key-changed", try signed { $0.sealedKey[50] ^= 1 },
                "Signed, but the sealed key was changed."),
            try bad(
                "content-changed", try signed { $0.content[30] ^= 1 },
                "Signed, but the content was changed."),
            try bad(
                "content-short", try signed { $0.content = [1, 2, 3] },
                "Signed, but the content is shorter than any box.", expect: .truncated),
        ]
    }
}
