import VaultCrypto
import VaultFormat

/// Deposits, and the public key that goes out for them. Spec 08.
struct DepositVectors {
    typealias Inputs = [(name: String, value: Vector.Input)]
    let scene: Scene
    private let team: Header
    private let picture = Compose.bytes("deposited picture", 200)

    init(scene: Scene) throws {
        self.scene = scene
        team = try scene.team()
    }

    func all() throws -> [Vector] {
        try whole() + signatures() + heads() + files() + keys()
    }

    /// What a deposit is made of, so that a scenario changes one thing.
    private struct Parts {
        var vault: VaultID
        var deposit: DepositID
        var epoch: UInt32 = 1
        var picture: [UInt8]
        /// CBOR.
        var head: [UInt8]
        /// Behind the map; else zeros.
        var rest: [UInt8] = []
        /// That the map is said to have more.
        var more: UInt32 = 0
        /// The name of the slot that signs; `nil` for nobody.
        var signer: String?
        /// What is signed in place of the hash.
        var signed: [UInt8]?
    }

    private func parts(signer: String? = nil, picture: [UInt8]? = nil) throws -> Parts {
        let picture = picture ?? self.picture
        return Parts(
            vault: scene.vault, deposit: try DepositID(bytes: Compose.bytes("deposit ID", 16)),
            picture: picture, head: try head(picture), signer: signer)
    }

    private func head(_ picture: [UInt8], tags: [String] = []) throws -> [UInt8] {
        try DepositHead(
            name: Array("Dépôt 1.jpg".utf8), modified: 1_600_000_000_123_456_789,
            byteCount: UInt64(picture.count),
            digest: ContentDigest(bytes: Digest(hashing: picture).bytes), deposited: 1_700_000_000,
            subject: tags.isEmpty ? nil : "4711", album: tags.isEmpty ? nil : "Été", tags: tags
        ).encoded
    }

    /// A head's map with the two members more that an answer has.
    private func answer(_ map: [UInt8]) -> [UInt8] {
        var writer = CBORWriter()
        writer.key(10)
        writer.byteString(Compose.bytes("answer mark", 32))
        return [map[0] + 2] + map[1...] + request() + writer.bytes
    }

    private func request() -> [UInt8] {
        var writer = CBORWriter()
        writer.key(9)
        writer.byteString(Compose.bytes("request ID", 16))
        return writer.bytes
    }

    private func file(_ parts: Parts) throws -> [UInt8] {
        let key = Compose.bytes("deposit file key", 32)
        var plaintext = key
        let length = UInt32(parts.head.count) + parts.more
        plaintext += withUnsafeBytes(of: length.bigEndian) { Array($0) } + parts.head + parts.rest
        plaintext += [UInt8](repeating: 0, count: 3_895 - plaintext.count)
        let context = try Compose.envelope(
            to: Compose.receiving(scene.depositKey),
            ephemeral: Compose.bytes("deposit ephemeral", 32),
            info: Associated.deposit(
                vault: parts.vault, deposit: parts.deposit, epoch: parts.epoch))
        let start =
            try Array("lighttight/1 deposit\n".utf8) + parts.vault.bytes + parts.deposit.bytes
            + withUnsafeBytes(of: parts.epoch.bigEndian) { Array($0) } + context.encapsulated
            + context.seal(plaintext, 0, [])
        precondition(start.count == 4_000, "the page's sum")
        var signature = [UInt8](repeating: 0, count: 80)
        if let signer = parts.signer {
            let slot =
                signer == "retired"
                ? Compose.bytes("retired", 16) : Compose.bytes("\(signer) slot", 16)
            let message =
                Array("lighttight/1 deposit by\n".utf8) + slot
                + (parts.signed ?? Digest(hashing: start).bytes)
            signature =
                slot + (try Compose.sign(message, seed: Compose.bytes("\(signer) signing", 32)))
        }
        let front =
            try start
            + context.seal(
                signature, 1,
                Associated.depositBy(vault: parts.vault, deposit: parts.deposit))
        let object = try Compose.object(
            parts.picture, key: key, salt: Compose.bytes("deposit salt", 24),
            context: Associated.depositObject(vault: parts.vault, deposit: parts.deposit))
        let size = Padme.paddedSize(of: UInt64(front.count + object.count))
        return front + object
            + Compose.bytes("deposit padding", Int(size) - front.count - object.count)
    }

    /// All but the first take header and key from the scenario `signed`.
    private func inputs(_ parts: Parts, _ bytes: [UInt8]? = nil) throws -> Inputs {
        [
            ("of", .text("signed")), ("deposit", .hex(parts.deposit.bytes)),
            ("object", .hex(try bytes ?? file(parts))),
        ]
    }

    private func opens(
        _ name: String, _ comment: String, spec: String, _ parts: Parts, by slot: String?,
        _ bytes: [UInt8]? = nil
    ) throws -> Vector {
        let signer =
            slot.map { Compose.bytes("\($0) slot", 16) } ?? [UInt8](repeating: 0, count: 16)
        return .opens(
            "deposit", name, comment, spec: spec, try inputs(parts, bytes),
            to: signer + parts.head + parts.picture)
    }

    private func bad(
        _ name: String, _ expect: Vector.Expect, _ comment: String, spec: String, _ parts: Parts,
        _ bytes: [UInt8]? = nil
    ) throws -> Vector {
        .refused("deposit", name, expect, comment, spec: spec, try inputs(parts, bytes))
    }

    private func whole() throws -> [Vector] {
        let signed = try parts(signer: "depositor")
        var most = try parts(signer: "depositor")
        most.head = try head(picture, tags: ["b", "a", "ü"])
        return [
            .opens(
                "deposit", "signed", "By a depositor's slot.", spec: "08 §4",
                [
                    ("header", .hex(team.encoded)), ("private", .hex(scene.depositKey)),
                    ("deposit", .hex(signed.deposit.bytes)), ("object", .hex(try file(signed))),
                ],
                to: Compose.bytes("depositor slot", 16) + signed.head + signed.picture),
            try opens(
                "most", "With subject, album and tags.", spec: "08 §3", most, by: "depositor"),
            try opens("unsigned", "By nobody.", spec: "08 §4", parts(), by: nil),
            try opens(
                "empty", "A picture of 0 bytes: the file has 4,352.", spec: "08 §2",
                parts(picture: []), by: nil),
            try opens(
                "one-byte", "The page's sum: 4,352 bytes.", spec: "08 §2", parts(picture: [7]),
                by: nil),
        ]
    }

    private func signatures() throws -> [Vector] {
        var wrong = try parts(signer: "depositor")
        wrong.signed = Compose.bytes("another deposit", 32)
        let signed = try parts(signer: "depositor")
        return [
            try opens(
                "by-manager", "A manager's signature counts.", spec: "08 §4",
                parts(signer: "manager"), by: "manager"),
            try opens(
                "by-desk", "A desk's does not.", spec: "08 §4", parts(signer: "desk"), by: nil),
            try opens(
                "by-retired", "That of a slot which is no more does not.", spec: "08 §4",
                parts(signer: "retired"), by: nil),
            try bad(
                "signature-other", .authentication, "Of another deposit.", spec: "08 §4", wrong),
            try bad(
                "by-stranger", .authentication, "By a slot that the vault never had.",
                spec: "08 §4", parts(signer: "stranger")),
            try bad(
                "signature-flipped", .authentication, "A bit of the sealed signature.",
                spec: "08 §4", signed, flip(file(signed), 4_000)),
        ]
    }

    private func heads() throws -> [Vector] {
        func changed(_ change: (inout Parts) throws -> Void) throws -> Parts {
            var parts = try parts()
            try change(&parts)
            return parts
        }
        /// A head with another name, written past the checks.
        func named(_ name: [UInt8]) throws -> Parts {
            try changed { parts in
                var writer = CBORWriter()
                writer.byteString(name)
                var old = CBORWriter()
                old.byteString(Array("Dépôt 1.jpg".utf8))
                parts.head =
                    Array(parts.head[..<2]) + writer.bytes
                    + parts.head[(2 + old.bytes.count)...]
            }
        }
        return [
            try bad(
                "name-slash", .outOfRange, "A name that leads elsewhere.", spec: "08 §3",
                named(Array("../x".utf8))),
            try bad("name-empty", .outOfRange, "No name.", spec: "08 §3", named([])),
            try bad(
                "name-dots", .outOfRange, "The folder above.", spec: "08 §3",
                named(Array("..".utf8))),
            try bad(
                "name-256", .outOfRange, "256 bytes.", spec: "08 §3",
                named([UInt8](repeating: 0x61, count: 256))),
            try bad(
                "rest-not-zero", .notCanonical, "Something behind the map.", spec: "08 §3",
                changed { $0.rest = [0, 1] }),
            try bad(
                "map-short", .notCanonical, "The map is said to be a byte longer.", spec: "08 §3",
                changed { $0.more = 1 }),
            try bad(
                "map-beyond", .truncated, "The map is said to be longer than the head.",
                spec: "08 §3", changed { $0.more = 4_000 }),
            try bad(
                "member-unknown", .unknown, "A member 11.", spec: "08 §3",
                changed { $0.head = [$0.head[0] + 1] + $0.head[1...] + [0x0B, 0x00] }),
            try opens(
                "answer", "To a request.", spec: "13 §5", changed { $0.head = answer($0.head) },
                by: nil),
            try bad(
                "answer-half", .notCanonical, "A request, and no mark.", spec: "08 §3",
                changed { $0.head = [$0.head[0] + 1] + $0.head[1...] + request() }),
            try bad(
                "answer-placed", .notCanonical, "An answer that names a subject.", spec: "13 §5",
                changed { $0.head = answer(try head(picture, tags: ["a"])) }),
            try bad(
                "sum-other", .authentication, "Another picture's SHA-256.", spec: "08 §5",
                changed { $0.head = try head(Compose.bytes("other picture", 200)) }),
            try bad(
                "size-other", .notCanonical, "A picture that would need another file.",
                spec: "08 §2",
                changed { $0.head = try head([UInt8](repeating: 0, count: 9_000)) }),
            try bad(
                "epoch-other", .authentication, "Sealed for another epoch.", spec: "08 §3",
                parts(), flip(file(parts()), 56)),
            try bad(
                "vault-other", .authentication, "Another vault's.", spec: "08 §6",
                changed { $0.vault = scene.other }),
        ]
    }

    private func files() throws -> [Vector] {
        let parts = try parts(signer: "depositor")
        let file = try file(parts)
        var renamed = parts
        renamed.deposit = try DepositID(bytes: Compose.bytes("another deposit ID", 16))
        return [
            try opens(
                "padding-flipped", "Padding is not authenticated.", spec: "08 §2", parts,
                by: "depositor", flip(file, file.count - 1)),
            try bad(
                "format-other", .unknown, "Another version.", spec: "08 §2", parts,
                flip(file, 11)),
            try bad(
                "name-other", .authentication, "Under another deposit's name.", spec: "08 §6",
                renamed, file),
            try bad(
                "deposit-other", .authentication, "Renamed within, too.", spec: "08 §3", renamed,
                Array(file[..<37]) + renamed.deposit.bytes + file[53...]),
            try bad(
                "head-flipped", .authentication, "A bit of the head.", spec: "08 §3", parts,
                flip(file, 2_000)),
            try bad(
                "object-flipped", .authentication, "A bit of the picture.", spec: "08 §5", parts,
                flip(file, 4_200)),
            try bad(
                "commitment-flipped", .wrongKey, "A bit of the object's commitment.",
                spec: "08 §5", parts, flip(file, 4_130)),
            try bad(
                "front-cut", .truncated, "4,095 bytes.", spec: "08 §2", parts,
                Array(file[..<4_095])),
            try bad(
                "cut", .notCanonical, "A byte of padding is missing.", spec: "08 §2", parts,
                file.dropLast()),
            try bad(
                "longer", .notCanonical, "A byte more.", spec: "08 §2", parts, file + [0]),
        ]
    }

    private func keys() throws -> [Vector] {
        var file = DepositKeyFile(
            vault: scene.vault, epoch: 1, public: try Compose.receiving(scene.depositKey),
            signing: try Compose.verifying(scene.signingSeed), signature: [])
        file.signature = JSONBytes(
            try Compose.sign(file.signedBytes, seed: scene.signingSeed))
        func bad(
            _ name: String, _ expect: Vector.Expect, _ comment: String, _ bytes: [UInt8],
            spaces: UInt64? = nil
        ) -> Vector {
            .refused(
                "deposit-key", name, expect, comment, spec: "08 §8",
                [("file", .hex(bytes))] + (spaces.map { [("spaces", .number($0))] } ?? []))
        }
        func changed(_ change: (inout DepositKeyFile) -> Void) -> [UInt8] {
            var file = file
            change(&file)
            return file.encoded
        }
        return [
            .opens(
                "deposit-key", "plain", "As an owner signed it.", spec: "08 §8",
                [("file", .hex(file.encoded))], to: file.public.bytes),
            .opens(
                "deposit-key", "line-end", "With a line end.", spec: "08 §8",
                [("file", .hex(file.encoded + [0x0A]))], to: file.public.bytes),
            bad("two-line-ends", .notCanonical, "With two.", file.encoded + [0x0A, 0x0A]),
            bad("epoch-other", .authentication, "Another epoch.", changed { $0.epoch = 2 }),
            bad(
                "public-other", .authentication, "Another key.",
                changed { $0.public.bytes[0] ^= 1 }),
            bad(
                "vault-other", .authentication, "Another vault.",
                changed { $0.vault = scene.other }),
            bad(
                "signature-flipped", .authentication, "A bit of the signature.",
                changed { $0.signature.bytes[9] ^= 1 }),
            bad("epoch-0", .outOfRange, "No epoch.", changed { $0.epoch = 0 }),
            bad(
                "public-31", .notCanonical, "A key of 31 bytes.",
                changed { $0.public.bytes.removeLast() }),
            bad(
                "format-other", .unknown, "Another version.",
                changed { $0.format = "lighttight/2 deposit key" }),
            bad("too-long", .outOfRange, "More than 1 KiB.", file.encoded, spaces: 1024),
        ]
    }

    private func flip(_ bytes: [UInt8], _ index: Int) -> [UInt8] {
        var bytes = bytes
        bytes[index] ^= 1
        return bytes
    }
}
