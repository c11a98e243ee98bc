import VaultFormat

/// From what a holder knows to the root key: slots, bundles, whole headers.
struct SlotVectors {
    let scene: Scene
    private var passphraseSlot: Slot { scene.header.slots.first { $0.kind == .passphrase }! }
    private var recoverySlot: Slot { scene.header.slots.first { $0.kind == .recovery }! }

    func all() throws -> [Vector] { try slots() + bundles() + opening() }

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
                to: try Scene.half("passphrase", trusted: scene.signingSeed)),
            .opens(
                "slot", "recovery", "A recovery slot.", spec: "02 §4", inputs(recoverySlot),
                to: try Scene.half("recovery", trusted: scene.signingSeed)),
            .opens(
                "slot", "label-changed",
                "The label is not bound to the private half: the signature covers it.",
                spec: "02 §5", inputs(renamed),
                to: try Scene.half("passphrase", trusted: scene.signingSeed)),
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

    private func bundles() throws -> [Vector] {
        let slot = recoverySlot
        func inputs(
            vault: VaultID? = nil, id: SlotID? = nil, bundle: [UInt8]? = nil,
            private key: [UInt8]? = nil
        ) -> [(name: String, value: Vector.Input)] {
            [
                ("vault", .hex((vault ?? scene.vault).bytes)),
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
        return [
            .opens(
                "bundle", "owner", "An owner's bundle.", spec: "02 §6", inputs(), to: scene.root),
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

    private func opening() throws -> [Vector] {
        func inputs(
            _ header: Header, recovery: Bool = true
        ) -> [(name: String, value: Vector.Input)] {
            [
                recovery
                    ? ("secret", .hex(scene.recoverySecret))
                    : ("passphrase", .hex(scene.passphrase)),
                ("header", .hex(header.encoded)),
            ]
        }
        func bad(_ name: String, _ comment: String, _ header: Header) -> Vector {
            .refused("open", name, .authentication, comment, spec: "02 §7", inputs(header))
        }
        let header = scene.header
        let seed = scene.signingSeed
        let own = header.slots.firstIndex { $0.kind == .recovery }!
        let theirs = header.slots.firstIndex { $0.kind == .passphrase }!

        var flipped = header
        flipped.signature.bytes[0] ^= 1
        var generation = header
        generation.generation = 2
        var unsignedLabel = header
        unsignedLabel.slots[own].label = "a label that nobody signed"
        var without = header
        without.slots.remove(at: theirs)
        var swapped = header
        swapped.slots[own].bundle = header.slots[theirs].bundle
        var halfChanged = header
        halfChanged.slots[theirs].private.commitment.bytes[0] ^= 1

        // Somebody else's signing key, with a header signed by it: the slot does not trust it.
        let strangerSeed = Compose.bytes("stranger", 32)
        var stranger = header
        stranger.keys.signing = [.init(epoch: 1, public: try Compose.verifying(strangerSeed))]
        stranger = try Scene.sign(stranger, strangerSeed)
        var older = header
        older.keys.signing.append(.init(epoch: 2, public: try Compose.verifying(strangerSeed)))
        older = try Scene.sign(older, seed)
        return [
            .opens(
                "open", "passphrase", "A whole header, by passphrase.", spec: "02 §7",
                inputs(header, recovery: false), to: scene.root),
            .opens(
                "open", "recovery", "A whole header, by recovery secret.", spec: "02 §7",
                inputs(header), to: scene.root),
            .opens(
                "open", "private-half-changed",
                "Another slot's private half is not signed: its holder may change it alone.",
                spec: "02 §7", inputs(halfChanged), to: scene.root),
            bad("signature-flipped", "A bit of the signature.", flipped),
            bad("generation-changed", "A generation that nobody signed.", generation),
            bad("label-changed", "A label that nobody signed.", unsignedLabel),
            bad("slot-removed", "A slot taken away.", without),
            bad("bundle-swapped", "Another slot's bundle, unsigned.", swapped),
            bad("stranger", "Signed by a key that the slot does not trust.", stranger),
            bad("not-the-last", "The key that the slot trusts is not the last.", older),
            .refused(
                "open", "no-slot", .wrongKey, "A passphrase that opens no slot.", spec: "02 §7",
                [("passphrase", .hex(Array("wrong".utf8))), ("header", .hex(header.encoded))]),
        ]
    }
}
