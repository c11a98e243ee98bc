import VaultCrypto
import VaultFormat

/// Rows, contents, details: what an entry commits to and tells. Spec 07 §4 to §6.
enum AuditVectors {
    static let vault = VaultID(words: .init(Compose.bytes("vault", 16)))
    static let record = RecordID(words: .init(Compose.bytes("record", 16)))
    static let slot = SlotID(words: .init(Compose.bytes("passphrase slot", 16)))
    static let transactionKey = Compose.bytes("transaction", 32)

    static func all() throws -> [Vector] {
        try rows() + contents() + details() + LeafVectors.all() + NoteVectors.all()
            + TreeVectors.all()
    }

    /// A map as it is written down, right or wrong.
    static func map(_ members: [(key: UInt8, value: [UInt8])]) -> [UInt8] {
        var writer = CBORWriter()
        writer.map(count: members.count)
        return members.reduce(writer.bytes) { $0 + [$1.key] + $1.value }
    }

    static func bytes(_ value: [UInt8]) -> [UInt8] {
        var writer = CBORWriter()
        writer.byteString(value)
        return writer.bytes
    }

    static func text(_ value: String) -> [UInt8] {
        var writer = CBORWriter()
        writer.text(value)
        return writer.bytes
    }

    // MARK: - Rows

    private static func rows() -> [Vector] {
        func good(_ name: String, _ rows: [UInt8], _ comment: String) -> Vector {
            .opens("rows", name, comment, spec: "07 §4", [("rows", .hex(rows))], to: rows)
        }
        func bad(_ name: String, _ expect: Vector.Expect, _ rows: [UInt8], _ comment: String)
            -> Vector
        {
            .refused("rows", name, expect, comment, spec: "07 §4", [("rows", .hex(rows))])
        }
        func item(_ row: UInt8, _ state: String = "state") -> [UInt8] {
            [0, 0, 0, 0, 0, 0, 0, row] + Compose.bytes(state, 32)
        }
        let pack = Compose.bytes("pack", 32)
        let larger = [0xFF] + pack.dropFirst()
        let size: [UInt8] = [0, 0, 0, 0, 1, 0, 0, 0]
        let tag = Compose.bytes("erased", 16)
        let hash = Compose.bytes("hash", 32)
        var whole = EntryRows()
        whole.record(row: 1, state: LogHash(words: .init(Compose.bytes("state", 32))))
        whole.record(row: 0x0102_0304_0506, state: nil)
        whole.pack(PackName(words: .init(pack)), byteCount: 1 << 24)
        whole.pack(PackName(words: .init(larger)), byteCount: nil)
        whole.erased(ErasureTag(words: .init(tag)), isThere: true)
        whole.erased(ErasureTag(words: .zero), isThere: false)
        whole.header = LogHash(words: .init(hash))
        whole.keyring = LogHash(words: .init(Compose.bytes("keyring hash", 32)))
        whole.copies = LogHash(words: .init(Compose.bytes("copies hash", 32)))
        whole.cards = LogHash(words: .init(Compose.bytes("cards hash", 32)))
        let first = item(1) + item(2)
        return [
            good("nothing", [], "A transaction that wrote nothing."),
            good("whole", whole.encoded, "Every member; a record destroyed, a pack dropped."),
            good("records", map([(1, bytes(first))]), "Two records."),
            good("copies", map([(6, bytes(hash))]), "What a program without keys may write."),
            bad("empty-map", .notCanonical, [0xA0], "Nothing has one encoding: no bytes."),
            bad("records-none", .notCanonical, map([(1, bytes([]))]), "Records, but none."),
            bad(
                "records-twice", .notCanonical, map([(1, bytes(item(1) + item(1, "other")))]),
                "A row twice."),
            bad(
                "records-order", .notCanonical, map([(1, bytes(item(2) + item(1)))]),
                "Rows out of order."),
            bad(
                "records-part", .notCanonical, map([(1, bytes(first.dropLast()))]),
                "An item that is not whole."),
            bad(
                "row-2-63", .outOfRange, map([(1, bytes([0x80] + item(1).dropFirst()))]),
                "A row of 2^63."),
            bad(
                "packs-order", .notCanonical, map([(2, bytes(larger + size + pack + size))]),
                "Packs out of order."),
            bad(
                "packs-twice", .notCanonical, map([(2, bytes(pack + size + pack + size))]),
                "A pack twice."),
            bad("erased-2", .notCanonical, map([(3, bytes(tag + [2]))]), "Neither there nor gone."),
            bad(
                "erased-twice", .notCanonical, map([(3, bytes(tag + [0] + tag + [1]))]),
                "A tag twice."),
            bad("hash-31", .notCanonical, map([(4, bytes(hash.dropLast()))]), "A short hash."),
            bad(
                "unknown", .unknown, map([(8, bytes(hash))]),
                "A member that the page does not name."),
            bad(
                "order", .notCanonical, map([(5, bytes(hash)), (4, bytes(hash))]),
                "Members out of order."),
            bad("more", .notCanonical, map([(4, bytes(hash))]) + [0], "A byte after the end."),
            bad("truncated", .truncated, Array(whole.encoded.dropLast()), "A byte is missing."),
        ]
    }

    // MARK: - Contents

    /// As rich as a content gets.
    static var content: EntryContent {
        EntryContent(
            .exported, pictures: [record, RecordID(words: .init(Compose.bytes("second", 16)))],
            count: 3, slot: slot, remark: "for Été", user: "ada", machine: "desk-1")
    }

    private static func contents() throws -> [Vector] {
        func inputs(_ content: [UInt8]) throws -> [(name: String, value: Vector.Input)] {
            [
                ("vault", .hex(vault.bytes)), ("sequence", .number(1 << 33)),
                ("key", .hex(transactionKey)),
                (
                    "sealed",
                    .hex(
                        try Compose.box(
                            content, key: transactionKey, nonce: "content",
                            associated: Associated.entry(vault: vault, sequence: 1 << 33)))
                ),
            ]
        }
        func good(_ name: String, _ content: [UInt8], _ comment: String) throws -> Vector {
            .opens("content", name, comment, spec: "07 §5", try inputs(content), to: content)
        }
        func bad(_ name: String, _ expect: Vector.Expect, _ content: [UInt8], _ comment: String)
            throws -> Vector
        {
            .refused("content", name, expect, comment, spec: "07 §5", try inputs(content))
        }
        var other = try inputs(content.encoded)
        other[1].value = .number(1 << 33 | 1)
        var short = try inputs([])
        short[3].value = .hex(Compose.bytes("nonce content", 39))
        let action = text("viewed")
        return [
            try good("whole", content.encoded, "Every member."),
            try good("least", EntryContent(.created).encoded, "An action alone."),
            try good(
                "later-action", EntryContent(EntryAction(rawValue: "a later one")).encoded,
                "An action that the page does not list is shown by its name."),
            try bad("no-action", .notCanonical, map([(3, [5])]), "Nothing says what was done."),
            try bad(
                "pictures-none", .notCanonical, map([(1, action), (2, bytes([]))]),
                "Pictures, but none."),
            try bad(
                "pictures-part", .notCanonical,
                map([(1, action), (2, bytes(Compose.bytes("record", 31)))]), "Half an ID."),
            try bad(
                "count-negative", .notCanonical, map([(1, action), (3, [0x20])]), "Minus one."),
            try bad(
                "slot-15", .notCanonical, map([(1, action), (4, bytes(slot.bytes.dropLast()))]),
                "A slot ID of 15 bytes."),
            try bad(
                "said-none", .notCanonical, map([(1, action), (8, bytes([]))]),
                "What a server said, but nothing."),
            try bad(
                "unknown", .unknown, map([(1, action), (9, text("x"))]),
                "A member that the page does not name."),
            try bad(
                "action-bytes", .notCanonical, map([(1, bytes([0x78]))]),
                "The action is not text."),
            try bad(
                "truncated", .truncated, Array(content.encoded.dropLast()),
                "The content ends too early."),
            .refused(
                "content", "other-entry", .authentication, "Sealed for the entry before.",
                spec: "07 §3", other),
            .refused("content", "short", .truncated, "Shorter than any box.", spec: "01 §2", short),
        ]
    }

    // MARK: - Details

    private static func details() throws -> [Vector] {
        func inputs(_ detail: [UInt8]) throws -> [(name: String, value: Vector.Input)] {
            [
                ("vault", .hex(vault.bytes)), ("record", .hex(record.bytes)),
                ("key", .hex(transactionKey)),
                (
                    "sealed",
                    .hex(
                        try Compose.box(
                            detail, key: transactionKey, nonce: "detail",
                            associated: Associated.detail(vault: vault, record: record)))
                ),
            ]
        }
        func good(_ name: String, _ detail: [UInt8], _ comment: String) throws -> Vector {
            .opens("detail", name, comment, spec: "07 §6", try inputs(detail), to: detail)
        }
        func bad(_ name: String, _ expect: Vector.Expect, _ detail: [UInt8], _ comment: String)
            throws -> Vector
        {
            .refused("detail", name, expect, comment, spec: "07 §6", try inputs(detail))
        }
        func array(_ items: [[UInt8]]) -> [UInt8] { [0x80 | UInt8(items.count)] + items.joined() }
        let name = bytes(Array("a.jpg".utf8))
        var other = try inputs(map([(1, array([name]))]))
        other[1].value = .hex(Compose.bytes("second", 16))
        return [
            try good(
                "whole",
                DetailValue(
                    names: [[0xFF, 0x0A], Array("b.jpg".utf8), Array("a.jpg".utf8)],
                    subjects: ["caf\u{e9}", "4711", "cafe\u{301}"]
                ).encoded, "Names in their order, subjects in the order of their bytes."),
            try good("least", map([(1, array([name]))]), "One name, no subject."),
            try bad("no-names", .notCanonical, map([(2, array([text("4711")]))]), "No names."),
            try bad("names-none", .notCanonical, map([(1, array([]))]), "Names, but none."),
            try bad(
                "names-twice", .notCanonical, map([(1, array([name, name]))]), "A name twice."),
            try bad(
                "names-text", .notCanonical, map([(1, array([text("a.jpg")]))]),
                "Names are bytes."),
            try bad(
                "subjects-none", .notCanonical, map([(1, array([name])), (2, array([]))]),
                "Subjects, but none."),
            try bad(
                "subjects-order", .notCanonical,
                map([(1, array([name])), (2, array([text("b"), text("a")]))]),
                "Subjects out of order."),
            try bad(
                "subjects-twice", .notCanonical,
                map([(1, array([name])), (2, array([text("a"), text("a")]))]), "A subject twice."),
            try bad(
                "unknown", .unknown, map([(1, array([name])), (3, [0])]),
                "A member that the page does not name."),
            .refused(
                "detail", "other-record", .authentication, "Sealed for another picture.",
                spec: "07 §6", other),
        ]
    }
}
