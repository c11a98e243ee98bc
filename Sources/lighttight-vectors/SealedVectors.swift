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
        most.albums = ["Alpen", "\u{1F4F7}"]
        most.look = look(place)
        most.edit = PictureEdit(
            taken: SaidTime(local: 1_500_000_000, minutesEast: -570),
            place: Place(latitude: -338_567_844, longitude: 1_512_152_967), caption: "two\nlines")
        most.sidecar = SidecarFacts(kind: .takeout)
        most.sidecar?.taken = SaidTime(local: -1, minutesEast: 0)
        most.sidecar?.keywords = ["a", "b"]
        most.sidecar?.rating = -1
        var unseen = least
        unseen.look = LookValue(facts: nil, result: .unseen(.crashed))
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
        /// With a member that is no tags.
        func with(_ key: UInt8, _ member: [UInt8]) throws -> [UInt8] {
            try seal(
                [0xA7] + least.encoded.dropFirst() + [key] + member, "member \(key) \(member.count)"
            )
        }
        /// With a look that has a thumbnail and these members more, in order.
        func looked(_ before: [UInt8], _ after: [UInt8], count: UInt8) throws -> [UInt8] {
            let thumbnail = [6, 0x58, 32] + place.pack.bytes + [7, 0, 8, 1, 9, 1, 10, 1]
            return try with(9, [0xA0 | count, 1, 1] + before + thumbnail + after)
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
                "member-unknown", .unknown, "A member 12.",
                inputs(try seal([0xA7] + least.encoded.dropFirst() + [12, 0], "member unknown"))),
            .opens(
                "record", "unseen", "The imager ended at it before it told any facts.",
                spec: "04 §10", inputs(try seal(unseen.encoded, "record unseen")),
                to: unseen.encoded),
            bad(
                "look-both", .notCanonical, "A reason and a thumbnail.",
                inputs(try looked([2, 1, 3, 0xA1, 1, 1], [], count: 8))),
            bad(
                "look-neither", .notCanonical, "No reason and no thumbnail.",
                inputs(try with(9, [0xA2, 1, 1, 3, 0xA1, 1, 1]))),
            bad(
                "look-no-facts", .notCanonical, "A thumbnail without facts.",
                inputs(try looked([], [], count: 6))),
            bad(
                "look-hash-alone", .notCanonical, "A quality without its hash.",
                inputs(try looked([3, 0xA1, 1, 1, 5, 0], [], count: 8))),
            bad(
                "look-reason-unknown", .unknown, "A reason 6.",
                inputs(try with(9, [0xA3, 1, 1, 2, 6, 3, 0xA1, 1, 1]))),
            bad(
                "look-fact-unknown", .unknown, "A fact 22.",
                inputs(try with(9, [0xA3, 1, 1, 2, 1, 3, 0xA2, 1, 1, 22, 0]))),
            bad(
                "look-version-0", .outOfRange, "Version 0.",
                inputs(try with(9, [0xA2, 1, 0, 2, 16]))),
            bad(
                "edit-empty", .notCanonical, "An edit that says nothing.",
                inputs(try with(10, [0xA0]))),
            bad(
                "edit-zone-alone", .notCanonical, "A zone without a time.",
                inputs(try with(10, [0xA1, 8, 0]))),
            bad(
                "edit-rating", .unknown, "A rating, which is not edited.",
                inputs(try with(10, [0xA1, 19, 1]))),
            bad(
                "edit-caption-line", .notCanonical, "A caption with a control character.",
                inputs(try with(10, [0xA1, 17, 0x61, 0x0D]))),
            bad(
                "sidecar-empty", .notCanonical, "A kind and nothing else.",
                inputs(try with(11, [0xA1, 1, 1]))),
            bad(
                "sidecar-kind-unknown", .unknown, "A kind 3.",
                inputs(try with(11, [0xA2, 1, 3, 19, 1]))),
            bad(
                "sidecar-latitude-alone", .notCanonical, "A latitude without a longitude.",
                inputs(try with(11, [0xA2, 1, 1, 14, 0]))),
            bad(
                "trailing", .notCanonical, "A byte after the map, rightly sealed.",
                inputs(try seal(least.encoded + [0], "trailing"))),
        ]
    }

    private func look(_ place: ObjectLocation) -> LookValue {
        var facts = PictureFacts(kind: .jpeg)
        facts.size = PixelSize(width: 4032, height: 3024)
        facts.orientation = 6
        facts.taken = CaptureTime(
            local: 1_500_000_000, milliseconds: 5, minutesEast: 120, source: .exif)
        facts.maker = "m"
        facts.place = Place(latitude: 1, longitude: -2, altitude: 3)
        return LookValue(
            facts: facts,
            result: .seen(
                LookValue.Seen(
                    thumbnail: StoredThumbnail(
                        location: ObjectLocation(pack: place.pack, offset: 1 << 33),
                        byteCount: 20_000, size: PixelSize(width: 320, height: 240)),
                    hash: PictureHash(bytes: Compose.bytes("pdq", 32), quality: 100),
                    isFromEmbedded: true)))
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
        most.retainUntil = 1_800_000_000
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
