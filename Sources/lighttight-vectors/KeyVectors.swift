import VaultCrypto
import VaultFormat

/// What hangs below the root, ring and desk keys. Spec 01 §2, 02 §8, §11.
struct KeyVectors {
    typealias Inputs = [(name: String, value: Vector.Input)]
    let scene: Scene
    private let fileKey = Compose.bytes("file key", 32)

    init(scene: Scene) { self.scene = scene }

    func all() throws -> [Vector] { try subkeys() + keyring() + predecessors() + desk() }

    /// Of an X25519 private key.
    private func chainKey(of key: [UInt8]) throws -> [UInt8] {
        try ReceivingKey(Compose.secret(key)).chainKey().withUnsafeBytes { Array($0) }
    }

    private func subkeys() throws -> [Vector] {
        let root = try RootKey(checking: Compose.secret(scene.root))
        let file = try FileKey(checking: Compose.secret(fileKey))
        let valueKey = file.valueKey().withUnsafeBytes { Array($0) }
        let chain = try chainKey(of: scene.auditKey)
        let index = try IndexKey(checking: Compose.secret(scene.indexKey))
        let made: [(String, [UInt8], [UInt8])] = [
            ("lt.wrap.", scene.root, scene.wrapKey), ("lt.dedup", scene.root, scene.tagKey),
            ("lt.desk.", scene.root, root.deskKey().withUnsafeBytes { Array($0) }),
            ("lt.ring.", scene.root, scene.ringKey), ("lt.value", fileKey, valueKey),
            ("lt.chain", scene.auditKey, chain),
            ("lt.block", scene.indexKey, index.blockKey().withUnsafeBytes { Array($0) }),
            ("lt.card.", scene.indexKey, index.cardKey().withUnsafeBytes { Array($0) }),
        ]
        return made.map { context, key, child in
            .opens(
                "subkey", String(context.dropFirst(3).filter { $0 != "." }),
                "Subkey(key, \"\(context)\").", spec: "01 §2",
                [("key", .hex(key)), ("context", .text(context))], to: child)
        }
    }

    private func keyring() throws -> [Vector] {
        let key = scene.indexKey
        let about = Associated.keyring(vault: scene.vault, purpose: .index, epoch: 7)
        let wrapped = try Compose.box(key, key: scene.ringKey, nonce: "keyring", associated: about)
        let short = try Compose.box(
            Array(key[..<31]), key: scene.ringKey, nonce: "keyring 31", associated: about)
        func inputs(
            vault: VaultID? = nil, purpose: String = "index", epoch: UInt64 = 7,
            _ wrapped: [UInt8]
        ) -> Inputs {
            [
                ("vault", .hex((vault ?? scene.vault).bytes)), ("key", .hex(scene.ringKey)),
                ("purpose", .text(purpose)), ("epoch", .number(epoch)), ("wrapped", .hex(wrapped)),
            ]
        }
        func bad(_ name: String, _ comment: String, _ inputs: Inputs) -> Vector {
            .refused("keyring", name, .authentication, comment, spec: "02 §8", inputs)
        }
        return [
            .opens(
                "keyring", "index", "An index key, epoch 7.", spec: "02 §8", inputs(wrapped),
                to: key),
            bad("purpose-other", "Under another purpose.", inputs(purpose: "audit", wrapped)),
            bad("epoch-other", "Under another epoch.", inputs(epoch: 8, wrapped)),
            bad("vault-other", "In another vault.", inputs(vault: scene.other, wrapped)),
            bad("flipped", "A bit of it.", inputs(flip(wrapped, 30))),
            .refused(
                "keyring", "short", .notCanonical, "A key of 31 bytes, rightly sealed.",
                spec: "02 §8", inputs(short)),
        ]
    }

    private func predecessors() throws -> [Vector] {
        let newer = Compose.bytes("audit 2", 32)
        let older = scene.auditKey
        func row(_ purpose: KeyringPurpose, _ epoch: UInt32, _ key: [UInt8]) throws -> [UInt8] {
            try Compose.box(
                key, key: try chainKey(of: newer), nonce: "before \(epoch)",
                associated: Associated.keyring(vault: scene.vault, purpose: purpose, epoch: epoch))
        }
        let wrapped = try row(.auditBefore, 2, older)
        func inputs(
            vault: VaultID? = nil, key: [UInt8]? = nil, purpose: String = "audit-before",
            epoch: UInt64 = 2, _ wrapped: [UInt8]
        ) -> Inputs {
            [
                ("vault", .hex((vault ?? scene.vault).bytes)), ("key", .hex(key ?? newer)),
                ("purpose", .text(purpose)), ("epoch", .number(epoch)), ("wrapped", .hex(wrapped)),
            ]
        }
        func bad(_ name: String, _ comment: String, _ inputs: Inputs) -> Vector {
            .refused(
                "keyring", "before-" + name, .authentication, comment, spec: "02 §8", inputs)
        }
        return [
            .opens(
                "keyring", "audit-before", "The audit key of epoch 1, by that of epoch 2.",
                spec: "02 §8", inputs(wrapped), to: older),
            .opens(
                "keyring", "deposit-before", "The same of deposits.", spec: "02 §8",
                inputs(purpose: "deposit-before", try row(.depositBefore, 2, scene.depositKey)),
                to: scene.depositKey),
            bad("key-other", "By another key.", inputs(key: older, wrapped)),
            bad("epoch-other", "Under another epoch.", inputs(epoch: 3, wrapped)),
            bad(
                "purpose-other", "Under another purpose.",
                inputs(purpose: "deposit-before", wrapped)),
            bad("vault-other", "In another vault.", inputs(vault: scene.other, wrapped)),
            bad("flipped", "A bit of it.", inputs(flip(wrapped, 40))),
            .refused(
                "keyring", "before-short", .notCanonical, "A key of 31 bytes, rightly sealed.",
                spec: "02 §8", inputs(try row(.auditBefore, 2, Array(older[..<31])))),
        ]
    }

    private func desk() throws -> [Vector] {
        let key = try DeskKey(checking: Compose.secret(scene.deskKey))
        let subject = "Mitglied 4711 \u{c4}"
        let subjectKey = key.subjectKey(subject).withUnsafeBytes { Array($0) }
        let wrapped = try Compose.box(
            fileKey, key: subjectKey, nonce: "desk",
            associated: Associated.desk(vault: scene.vault, record: scene.record, number: 2))
        func inputs(
            vault: VaultID? = nil, record: [UInt8]? = nil, number: UInt64 = 2, key: [UInt8]? = nil,
            subject other: String? = nil, _ wrapped: [UInt8]
        ) -> Inputs {
            [
                ("vault", .hex((vault ?? scene.vault).bytes)),
                ("record", .hex(record ?? scene.record.bytes)), ("number", .number(number)),
                ("key", .hex(key ?? scene.deskKey)),
                ("subject", .hex(Array((other ?? subject).utf8))), ("wrapped", .hex(wrapped)),
            ]
        }
        func bad(
            _ name: String, _ comment: String, _ inputs: Inputs,
            expect: Vector.Expect = .authentication
        ) -> Vector { .refused("desk", name, expect, comment, spec: "02 §11", inputs) }
        return [
            .opens(
                "desk", "wrapped", "A file key under the key of its subject.", spec: "02 §11",
                inputs(wrapped), to: fileKey),
            .opens(
                "tags", "subject", "The tag of a subject.", spec: "02 §11",
                [
                    ("kind", .text("subject")), ("key", .hex(scene.deskKey)),
                    ("subject", .hex(Array(subject.utf8))),
                ], to: Array(key.subjectTag(subject)[..<8])),
            bad("subject-other", "Another subject's.", inputs(subject: "Mitglied 4712", wrapped)),
            bad(
                "subject-marks", "The same to the eye, and other bytes.",
                inputs(subject: "Mitglied 4711 A\u{308}", wrapped)),
            bad("number-other", "Another occurrence's.", inputs(number: 1, wrapped)),
            bad(
                "record-other", "Another record's.",
                inputs(record: Compose.bytes("another record", 16), wrapped)),
            bad("vault-other", "Another vault's.", inputs(vault: scene.other, wrapped)),
            bad("key-other", "Under the wrap key.", inputs(key: scene.wrapKey, wrapped)),
            bad("flipped", "A bit of it.", inputs(flip(wrapped, 30))),
            bad("cut", "71 bytes.", inputs(wrapped.dropLast()), expect: .notCanonical),
        ]
    }

    private func flip(_ bytes: [UInt8], _ index: Int) -> [UInt8] {
        var bytes = bytes
        bytes[index] ^= 1
        return bytes
    }
}
