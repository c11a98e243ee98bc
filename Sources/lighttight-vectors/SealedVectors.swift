import VaultCrypto
import VaultFormat

/// What hangs below the wrap key: file keys, records, occurrences, tags.
struct SealedVectors {
    typealias Inputs = [(name: String, value: Vector.Input)]
    let scene: Scene
    private let fileKey = Compose.bytes("file key", 32)
    private let valueKey: [UInt8]
    private let digest: ContentDigest

    init(scene: Scene) throws {
        self.scene = scene
        let key = try FileKey(checking: Compose.secret(fileKey))
        valueKey = key.valueKey().withUnsafeBytes { Array($0) }
        digest = try ContentDigest(bytes: Digest(hashing: Array("a picture".utf8)).bytes)
    }

    func all() throws -> [Vector] {
        try fileKeys() + records() + occurrences() + tags()
    }

    private func fileKeys() throws -> [Vector] {
        let about = Associated.fileKey(vault: scene.vault, record: scene.record)
        precondition(about.count == 54, "the page's worked sum")
        let wrapped = try Compose.box(
            fileKey, key: scene.wrapKey, nonce: "wrapped", associated: about)
        let other = Compose.bytes("another record", 16)
        func inputs(
            vault: VaultID? = nil, record: [UInt8]? = nil, key: [UInt8]? = nil, _ wrapped: [UInt8]
        ) -> Inputs {
            [
                ("vault", .hex((vault ?? scene.vault).bytes)),
                ("record", .hex(record ?? scene.record.bytes)),
                ("key", .hex(key ?? scene.wrapKey)), ("wrapped", .hex(wrapped)),
            ]
        }
        func bad(
            _ name: String, _ expect: Vector.Expect, _ comment: String,
            _ inputs: Inputs
        ) -> Vector { .refused("filekey", name, expect, comment, spec: "04 §3", inputs) }
        return [
            .opens(
                "filekey", "wrapped", "A file key: 72 bytes.", spec: "04 §3", inputs(wrapped),
                to: fileKey),
            bad(
                "record-other", .authentication, "Another record's.", inputs(record: other, wrapped)
            ),
            bad(
                "vault-other", .authentication, "Another vault's.",
                inputs(vault: scene.other, wrapped)),
            bad(
                "key-other", .authentication, "Under the ring key.",
                inputs(key: scene.ringKey, wrapped)),
            bad("nonce-flipped", .authentication, "A bit of the nonce.", inputs(flip(wrapped, 0))),
            bad("tag-flipped", .authentication, "A bit of the tag.", inputs(flip(wrapped, 71))),
            bad("cut", .notCanonical, "71 bytes.", inputs(wrapped.dropLast())),
            bad("longer", .notCanonical, "73 bytes.", inputs(wrapped + [0])),
        ]
    }

    private func records() throws -> [Vector] {
        let place = ObjectLocation(
            pack: try PackName(bytes: Compose.bytes("pack", 32)), offset: 33_000_000)
        let least = RecordValue(
            digest: digest, byteCount: 9, type: MediaType(name: "image/jpeg"), location: place,
            imported: 1_700_000_000)
        var most = least
        // The first two look the same on a screen and are different bytes: a letter with its accent,
        // and the letter followed by one.
        most.tags = ["cafe\u{301}", "caf\u{e9}", "Zebra", "\u{1F4F7}"].sorted {
            $0.utf8.lexicographicallyPrecedes($1.utf8)
        }
        var ancient = least
        ancient.imported = -1
        func seal(_ plaintext: [UInt8], _ nonce: String) throws -> [UInt8] {
            try Compose.box(
                plaintext, key: valueKey, nonce: nonce,
                associated: Associated.record(vault: scene.vault, record: scene.record, version: 3))
        }
        func inputs(
            vault: VaultID? = nil, record: [UInt8]? = nil, version: UInt64 = 3, _ sealed: [UInt8]
        ) -> Inputs {
            [
                ("vault", .hex((vault ?? scene.vault).bytes)),
                ("record", .hex(record ?? scene.record.bytes)), ("version", .number(version)),
                ("key", .hex(fileKey)), ("sealed", .hex(sealed)),
            ]
        }
        func bad(
            _ name: String, _ expect: Vector.Expect, _ comment: String,
            _ inputs: Inputs
        ) -> Vector { .refused("record", name, expect, comment, spec: "04 §3", inputs) }
        func tagged(_ tags: [[UInt8]]) -> [UInt8] {
            var bytes = least.encoded
            bytes[0] = 0xA7
            var writer = CBORWriter()
            writer.key(7)
            writer.array(count: tags.count)
            return bytes + writer.bytes + tags.flatMap { [0x60 | UInt8($0.count)] + $0 }
        }
        let sealed = try seal(least.encoded, "record least")
        let a = Array("a".utf8)
        let b = Array("b".utf8)
        return [
            .opens(
                "record", "least", "Required members only.", spec: "04 §3", inputs(sealed),
                to: least.encoded),
            .opens(
                "record", "most", "Every member; tags sorted as bytes.", spec: "04 §3",
                inputs(try seal(most.encoded, "record most")), to: most.encoded),
            .opens(
                "record", "before-1970", "A clock that stood before 1970.", spec: "04 §3",
                inputs(try seal(ancient.encoded, "record ancient")), to: ancient.encoded),
            bad(
                "version-older", .authentication, "Sealed as another version.",
                inputs(version: 2, sealed)),
            bad(
                "record-other", .authentication, "Another record's.",
                inputs(record: Compose.bytes("x", 16), sealed)),
            bad(
                "vault-other", .authentication, "Another vault's.",
                inputs(vault: scene.other, sealed)),
            bad("flipped", .authentication, "A bit of it.", inputs(flip(sealed, 50))),
            bad("short", .truncated, "39 bytes.", inputs(Array(sealed[..<39]))),
            bad(
                "tags-empty", .notCanonical, "No tags is no key.",
                inputs(try seal(tagged([]), "tags empty"))),
            bad(
                "tags-descending", .notCanonical, "Tags out of order.",
                inputs(try seal(tagged([b, a]), "tags descending"))),
            bad(
                "tags-twice", .notCanonical, "A tag twice.",
                inputs(try seal(tagged([a, a]), "tags twice"))),
            bad(
                "member-unknown", .unknown, "A member 9.",
                inputs(try seal([0xA7] + least.encoded.dropFirst() + [9, 0], "member unknown"))),
            bad(
                "trailing", .notCanonical, "A byte after the map, rightly sealed.",
                inputs(try seal(least.encoded + [0], "trailing"))),
        ]
    }

    private func occurrences() throws -> [Vector] {
        let least = OccurrenceValue(
            root: Array("/media/anna".utf8),
            path: Array("2024/".utf8) + [0xFF, 0xC3] + Array(".jpg".utf8),
            modified: 1_700_000_000_123_456_789)
        var most = least
        most.modified = -1
        most.subject = "4711"
        most.album = "Été"
        most.memory = FileMemory(device: .max, inode: 1, byteCount: 9, changed: -2)
        most.removed = 1_700_000_001
        let about = Associated.occurrence(
            vault: scene.vault, record: scene.record, number: 2, version: 5)
        let sealed = try Compose.box(
            least.encoded, key: valueKey, nonce: "occurrence least", associated: about)
        func inputs(number: UInt64 = 2, version: UInt64 = 5, _ sealed: [UInt8]) -> Inputs {
            [
                ("vault", .hex(scene.vault.bytes)), ("record", .hex(scene.record.bytes)),
                ("number", .number(number)), ("version", .number(version)), ("key", .hex(fileKey)),
                ("sealed", .hex(sealed)),
            ]
        }
        func bad(_ name: String, _ comment: String, _ inputs: Inputs) -> Vector {
            .refused("occurrence", name, .authentication, comment, spec: "04 §4", inputs)
        }
        return [
            .opens(
                "occurrence", "least", "Required members; a name that is not UTF-8.", spec: "04 §4",
                inputs(sealed), to: least.encoded),
            .opens(
                "occurrence", "most", "Every member.", spec: "04 §4",
                inputs(
                    try Compose.box(
                        most.encoded, key: valueKey, nonce: "occurrence most", associated: about)),
                to: most.encoded),
            bad("number-other", "Another occurrence's.", inputs(number: 1, sealed)),
            bad("version-other", "Another version.", inputs(version: 4, sealed)),
            bad(
                "numbers-swapped", "Number and version the other way round.",
                inputs(number: 5, version: 2, sealed)),
            bad("flipped", "A bit of it.", inputs(flip(sealed, 41))),
        ]
    }

    private func tags() throws -> [Vector] {
        let key = try TagKey(checking: Compose.secret(scene.tagKey))
        let erasing = Compose.bytes("erasure key", 32)
        let erasure = try ErasureKey(checking: Compose.secret(erasing))
        let content = try Digest(digest.bytes)
        let root = Array("/media/anna".utf8)
        let path = Array("2024/a.jpg".utf8)
        return [
            .opens(
                "tags", "duplicate", "The duplicate tag of a content.", spec: "04 §5",
                [
                    ("kind", .text("duplicate")), ("key", .hex(scene.tagKey)),
                    ("digest", .hex(digest.bytes)),
                ], to: Array(key.tag(of: content)[..<8])),
            .opens(
                "tags", "place", "The place of an occurrence.", spec: "04 §5",
                [
                    ("kind", .text("place")), ("key", .hex(scene.tagKey)), ("root", .hex(root)),
                    ("path", .hex(path)),
                ], to: Array(key.tag(ofPlace: Associated.place(root: root, path: path))[..<8])),
            .opens(
                "tags", "erasure", "The erasure tag of a content.", spec: "04 §5",
                [
                    ("kind", .text("erasure")), ("key", .hex(erasing)),
                    ("digest", .hex(digest.bytes)),
                ], to: Array(erasure.tag(of: content)[..<16])),
        ]
    }

    private func flip(_ bytes: [UInt8], _ index: Int) -> [UInt8] {
        var bytes = bytes
        bytes[index] ^= 1
        return bytes
    }
}
