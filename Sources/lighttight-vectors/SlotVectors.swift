import VaultFormat

/// From what a holder knows to a private half, and from there to the keys of a role.
struct SlotVectors {
    let scene: Scene
    private var passphraseSlot: Slot { scene.header.slots.first { $0.kind == .passphrase }! }
    private var recoverySlot: Slot { scene.header.slots.first { $0.kind == .recovery }! }

    func all() throws -> [Vector] { try slots() + keyFileSlots() + bundles() + sessions() }

    private func slots() throws -> [Vector] {
        func inputs(
            _ slot: Slot, vault: VaultID? = nil, secret: [UInt8]? = nil
        ) -> [(name: String, value: Vector.Input)] {
            let isPassphrase = slot.kind == .passphrase
            let known = isPassphrase ? scene.passphrase : scene.recoverySecret
            return [
                ("vault", .hex((vault ?? scene.vault).bytes)),
                (isPassphrase ? "passphrase" : "secret", .hex(secret ?? known)),
                ("slot", .hex(CanonicalJSON.encode(slot))),
            ]
        }
        func bad(
            _ name: String, _ expect: Vector.Expect, _ comment: String, spec: String = "02 §5",
            _ inputs: [(name: String, value: Vector.Input)]
        ) -> Vector { .refused("slot", name, expect, comment, spec: spec, inputs) }

        var moved = passphraseSlot
        moved.id = try SlotID(bytes: Compose.bytes("moved slot", 16))
        var otherKey = passphraseSlot
        otherKey.receiving = recoverySlot.receiving
        var otherSigner = passphraseSlot
        otherSigner.signing = recoverySlot.signing
        var flipped = passphraseSlot
        flipped.private.sealed.bytes[60] ^= 1
        var commitment = passphraseSlot
        commitment.private.commitment.bytes[31] ^= 1
        var salt = passphraseSlot
        salt.private.kdf.salt.bytes[0] ^= 1
        var dearer = passphraseSlot
        dearer.private.kdf.passes = 2
        var renamed = passphraseSlot
        renamed.label = "another label"
        return [
            .opens(
                "slot", "passphrase", "64 MiB and one pass, the least that is allowed.",
                spec: "02 §4", inputs(passphraseSlot),
                to: try scene.composer.half("passphrase")),
            .opens(
                "slot", "recovery", "A recovery slot.", spec: "02 §4", inputs(recoverySlot),
                to: try scene.composer.half("recovery")),
            .opens(
                "slot", "label-changed",
                "The label is not bound to the private half: the signature covers it.",
                spec: "02 §5", inputs(renamed),
                to: try scene.composer.half("passphrase")),
            bad(
                "passphrase-wrong", .wrongKey, "Another passphrase.", spec: "02 §4",
                inputs(passphraseSlot, secret: Array("correct horse battery stapler".utf8))),
            bad(
                "passphrase-line-end", .wrongKey, "A line end is no part of a passphrase.",
                spec: "02 §4", inputs(passphraseSlot, secret: scene.passphrase + [10])),
            bad(
                "recovery-wrong", .wrongKey, "Another recovery secret.", spec: "02 §4",
                inputs(recoverySlot, secret: Compose.bytes("another recovery", 20))),
            bad(
                "recovery-vault", .wrongKey, "The KDF names the vault.", spec: "02 §4",
                inputs(recoverySlot, vault: scene.other)),
            bad(
                "commitment-wrong", .wrongKey,
                "The key is right and the commitment is not: stop before opening.", spec: "02 §4",
                inputs(commitment)),
            bad("salt-changed", .wrongKey, "Another salt.", spec: "02 §4", inputs(salt)),
            bad("cost-changed", .wrongKey, "Another cost.", spec: "02 §4", inputs(dearer)),
            bad(
                "vault-other", .authentication, "A slot moved to another vault.",
                inputs(passphraseSlot, vault: scene.other)),
            bad("id-other", .authentication, "A slot under another ID.", inputs(moved)),
            bad("receiving-other", .authentication, "Another receiving key.", inputs(otherKey)),
            bad("signing-other", .authentication, "Another signing key.", inputs(otherSigner)),
            bad("flipped", .authentication, "A bit of the private half.", inputs(flipped)),
        ]
    }

    private func keyFileSlots() throws -> [Vector] {
        let slot = try scene.composer.slot(
            "key file", .passphraseAndKeyFile, scene.passphrase, keyFile: scene.keyFile)
        func inputs(
            _ slot: Slot, vault: VaultID? = nil, typed: [UInt8]? = nil, keyFile: [UInt8]? = nil
        ) -> [(name: String, value: Vector.Input)] {
            [
                ("vault", .hex((vault ?? scene.vault).bytes)),
                ("passphrase", .hex(typed ?? scene.passphrase)),
                ("keyfile", .hex(keyFile ?? scene.keyFile)),
                ("slot", .hex(CanonicalJSON.encode(slot))),
            ]
        }
        func bad(
            _ name: String, _ comment: String, _ inputs: [(name: String, value: Vector.Input)]
        ) -> Vector {
            .refused("slot", "key-file-" + name, .wrongKey, comment, spec: "02 §4", inputs)
        }
        var kind = slot
        kind.kind = .passphrase
        var salt = slot
        salt.private.kdf.salt.bytes[15] ^= 1
        var moved = slot
        moved.id = try SlotID(bytes: Compose.bytes("moved slot", 16))
        return [
            .opens(
                "slot", "key-file", "A passphrase and a key file.", spec: "02 §4", inputs(slot),
                to: try scene.composer.half("key file")),
            bad(
                "wrong", "Another key file.",
                inputs(slot, keyFile: Compose.bytes("another key file", 20))),
            bad(
                "passphrase-wrong", "The right key file with another passphrase.",
                inputs(slot, typed: Array("wrong".utf8))),
            bad("kind-changed", "Said to want no key file.", inputs(kind)),
            bad("salt-changed", "Another salt.", inputs(salt)),
            bad("id-other", "The KDF names the slot.", inputs(moved)),
            bad("vault-other", "The KDF names the vault.", inputs(slot, vault: scene.other)),
        ]
    }

    private func bundles() throws -> [Vector] {
        let slot = recoverySlot
        func inputs(
            vault: VaultID? = nil, id: SlotID? = nil, bundle: [UInt8]? = nil,
            private key: [UInt8]? = nil, role: Role = .owner
        ) -> [(name: String, value: Vector.Input)] {
            [
                ("role", .text(role.rawValue)), ("vault", .hex((vault ?? scene.vault).bytes)),
                ("slot", .hex((id ?? slot.id).bytes)),
                ("private", .hex(key ?? Compose.bytes("recovery receiving", 32))),
                ("receiving", .hex(slot.receiving.bytes)),
                ("bundle", .hex(bundle ?? slot.bundle.bytes)),
            ]
        }
        func bad(
            _ name: String, _ expect: Vector.Expect, _ comment: String,
            _ inputs: [(name: String, value: Vector.Input)]
        ) -> Vector { .refused("bundle", name, expect, comment, spec: "02 §6", inputs) }
        var flipped = slot.bundle.bytes
        flipped[40] ^= 1
        let bytes = slot.bundle.bytes
        let composer = scene.composer
        func sealed(_ role: Role, keys: [BundleKey]) throws -> [UInt8] {
            try composer.bundle(
                "recovery", SlotComposer.map(keys.map { ($0.rawValue, composer.key($0)) }), role)
        }
        var vectors = try Role.allCases.map { role in
            Vector.opens(
                "bundle", role.rawValue, "The keys of the role \(role.rawValue).", spec: "02 §10",
                inputs(bundle: try sealed(role, keys: role.bundle), role: role),
                to: role.bundle.flatMap(composer.key))
        }
        let manager = try sealed(.manager, keys: Role.manager.bundle)
        vectors += [
            bad(
                "role-other", .authentication, "A manager's bundle, said to be a desk's.",
                inputs(bundle: manager, role: .desk)),
            bad(
                "key-missing", .notCanonical, "A manager's bundle without its last key.",
                inputs(
                    bundle: try sealed(.manager, keys: Role.manager.bundle.dropLast()),
                    role: .manager)),
            bad(
                "key-more", .notCanonical, "A desk's bundle with one key more.",
                inputs(bundle: try sealed(.desk, keys: [.desk, .index]), role: .desk)),
            bad(
                "key-other", .notCanonical, "A desk's bundle with a wrap key.",
                inputs(bundle: try sealed(.desk, keys: [.wrap]), role: .desk)),
            bad(
                "empty", .notCanonical, "An owner's bundle with nothing in it.",
                inputs(bundle: try sealed(.owner, keys: []))),
        ]
        return vectors + [
            bad("flipped", .authentication, "A bit of the ciphertext.", inputs(bundle: flipped)),
            bad(
                "cut", .authentication, "The last byte is missing.",
                inputs(bundle: bytes.dropLast())),
            bad("short", .truncated, "Fewer than 48 bytes.", inputs(bundle: Array(bytes[..<47]))),
            bad("vault-other", .authentication, "Another vault.", inputs(vault: scene.other)),
            bad(
                "slot-other", .authentication, "Another slot's ID.", inputs(id: passphraseSlot.id)),
            bad(
                "bundle-other", .authentication, "Another slot's bundle.",
                inputs(bundle: passphraseSlot.bundle.bytes)),
            bad(
                "low-order", .authentication, "An encapsulated key of low order.",
                inputs(bundle: [UInt8](repeating: 0, count: 32) + bytes[32...])),
        ]
    }

    private func sessions() throws -> [Vector] {
        let key = Compose.bytes("session key", 32)
        let half = try scene.composer.half("passphrase")
        let slot = passphraseSlot.id
        let session = SessionFile(
            vault: scene.vault, slot: slot,
            sealed: try Compose.box(
                half, key: key, nonce: "session",
                associated: Associated.session(vault: scene.vault, slot: slot)))
        func inputs(
            _ file: [UInt8], key other: [UInt8]? = nil, spaces: UInt64 = 0
        ) -> [(name: String, value: Vector.Input)] {
            [("key", .hex(other ?? key)), ("session", .hex(file))]
                + (spaces > 0 ? [("spaces", .number(spaces))] : [])
        }
        func bad(
            _ name: String, _ expect: Vector.Expect, _ comment: String,
            _ inputs: [(name: String, value: Vector.Input)]
        ) -> Vector { .refused("session", name, expect, comment, spec: "02 §12", inputs) }
        func changed(_ change: (inout SessionFile) -> Void) -> [UInt8] {
            var session = session
            change(&session)
            return session.encoded
        }
        let text = String(decoding: session.encoded, as: UTF8.self)
        return [
            .opens(
                "session", "half", "A private half under a session key.", spec: "02 §12",
                inputs(session.encoded), to: half),
            bad(
                "key-other", .authentication, "Another session's key.",
                inputs(session.encoded, key: Compose.bytes("another session", 32))),
            bad(
                "slot-other", .authentication, "Another slot's.",
                inputs(changed { $0.slot = recoverySlot.id })),
            bad(
                "vault-other", .authentication, "Another vault's.",
                inputs(changed { $0.vault = scene.other })),
            bad(
                "flipped", .authentication, "A bit of it.",
                inputs(changed { $0.sealed.bytes[50] ^= 1 })),
            bad(
                "sealed-145", .notCanonical, "A byte is missing.",
                inputs(changed { $0.sealed.bytes.removeLast() })),
            bad(
                "format-other", .unknown, "Another version.",
                inputs(changed { $0.format = "lighttight/2 session" })),
            bad(
                "member-unknown", .notCanonical, "A member nobody knows.",
                inputs(Array(text.replacing("\"slot\"", with: "\"slat\":1,\"slot\"").utf8))),
            bad("line-end", .notCanonical, "A line end after it.", inputs(session.encoded + [10])),
            bad(
                "too-long", .outOfRange, "More than 1,024 bytes.",
                inputs(session.encoded, spaces: 1024)),
        ]
    }
}
