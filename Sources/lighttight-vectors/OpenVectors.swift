import VaultFormat

/// Whole headers, opened by what a holder knows. Spec 02 §7.
struct OpenVectors {
    typealias Inputs = [(name: String, value: Vector.Input)]
    let scene: Scene

    func all() throws -> [Vector] { try signatures() + roles() + keyFiles() + chain() }

    private func inputs(_ header: Header, secret: [UInt8]? = nil) -> Inputs {
        [("secret", .hex(secret ?? scene.recoverySecret)), ("header", .hex(header.encoded))]
    }

    private func inputs(
        _ header: Header, typed: [UInt8], keyFile: [UInt8]? = nil
    ) -> Inputs {
        [("passphrase", .hex(typed))] + (keyFile.map { [("keyfile", .hex($0))] } ?? [])
            + [("header", .hex(header.encoded))]
    }

    private func good(_ name: String, _ comment: String, _ inputs: Inputs) -> Vector {
        .opens("open", name, comment, spec: "02 §7", inputs, to: scene.root)
    }

    private func bad(_ name: String, _ comment: String, _ header: Header) -> Vector {
        .refused("open", name, .authentication, comment, spec: "02 §7", inputs(header))
    }

    private func signatures() throws -> [Vector] {
        let header = scene.header
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
        var kindChanged = try scene.team()
        let keyFileSlot = kindChanged.slots.firstIndex { $0.kind == .passphraseAndKeyFile }!
        kindChanged.slots[keyFileSlot].kind = .passphrase
        var role = header
        role.slots[theirs].role = .manager
        var bundleRole = header
        bundleRole.slots[own].role = .manager
        bundleRole = try Scene.sign(bundleRole, scene.signingSeed)

        // Somebody else's signing key, with a header signed by it: the slot does not trust it.
        let strangerSeed = Compose.bytes("stranger", 32)
        var stranger = header
        stranger.keys.signing = [.init(epoch: 1, public: try Compose.verifying(strangerSeed))]
        stranger = try Scene.sign(stranger, strangerSeed)
        return [
            good(
                "passphrase", "A whole header, by passphrase.",
                inputs(header, typed: scene.passphrase)),
            good("recovery", "A whole header, by recovery secret.", inputs(header)),
            good(
                "private-half-changed",
                "Another slot's private half is not signed: its holder may change it alone.",
                inputs(halfChanged)),
            bad("signature-flipped", "A bit of the signature.", flipped),
            bad("generation-changed", "A generation that nobody signed.", generation),
            bad("label-changed", "A label that nobody signed.", unsignedLabel),
            bad("kind-changed", "Another slot's kind that nobody signed.", kindChanged),
            bad("role-changed", "Another slot's role that nobody signed.", role),
            bad("slot-removed", "A slot taken away.", without),
            bad("bundle-swapped", "Another slot's bundle, unsigned.", swapped),
            bad("bundle-role", "The bundle of another role, rightly signed.", bundleRole),
            bad("stranger", "Signed by a key that the slot does not trust.", stranger),
            .refused(
                "open", "no-slot", .wrongKey, "A passphrase that opens no slot.", spec: "02 §7",
                inputs(header, typed: Array("wrong".utf8))),
        ]
    }

    private func roles() throws -> [Vector] {
        let team = try scene.team()
        return Role.allCases.map { role in
            let secret = role == .owner ? scene.recoverySecret : scene.code(role)
            return .opens(
                "open", "role-" + role.rawValue, "By the recovery secret of this role's slot.",
                spec: "02 §10", inputs(team, secret: secret),
                to: role.bundle.flatMap(scene.composer.key))
        }
    }

    private func keyFiles() throws -> [Vector] {
        var team = try scene.team()
        // No slot takes the passphrase alone.
        team.slots.removeAll { $0.kind == .passphrase }
        team = try Scene.sign(team, scene.signingSeed)
        func bad(_ name: String, _ comment: String, _ inputs: Inputs) -> Vector {
            .refused("open", "key-file-" + name, .wrongKey, comment, spec: "02 §4", inputs)
        }
        return [
            good(
                "key-file", "By passphrase and key file.",
                inputs(team, typed: scene.passphrase, keyFile: scene.keyFile)),
            good(
                "key-file-not-wanted", "A key file beside a passphrase that opens without one.",
                inputs(scene.header, typed: scene.passphrase, keyFile: scene.keyFile)),
            bad(
                "missing", "The passphrase without the key file.",
                inputs(team, typed: scene.passphrase)),
            bad(
                "wrong", "Another key file.",
                inputs(
                    team, typed: scene.passphrase,
                    keyFile: Compose.bytes("another key file", 20))),
            bad(
                "passphrase-wrong", "The key file with another passphrase.",
                inputs(team, typed: Array("wrong".utf8), keyFile: scene.keyFile)),
        ]
    }

    private func chain() throws -> [Vector] {
        let rotated = try scene.rotated()
        func changed(
            signedBy epoch: UInt32 = 3, _ change: (inout [SigningEpoch]) throws -> Void
        ) throws -> Header {
            var header = rotated
            try change(&header.keys.signing)
            return try Scene.sign(header, scene.seed(epoch))
        }
        // A slot that was sealed anew after the first rotation.
        var middle = rotated
        let own = middle.slots.firstIndex { $0.kind == .recovery }!
        middle.slots[own] = try SlotComposer(
            vault: scene.vault, trusted: scene.seed(2), key: scene.composer.key
        ).slot("recovery", .recovery, scene.recoverySecret)
        var middleBroken = middle
        middleBroken.keys.signing[1].signed?.bytes[0] ^= 1
        let strangerSeed = Compose.bytes("stranger", 32)
        return [
            good("chain", "Trusting the first of three signing keys.", inputs(rotated)),
            good("chain-middle", "Trusting the second of three.", inputs(middle)),
            good(
                "chain-before", "What comes before the trusted key is not looked at, but signed.",
                inputs(try Scene.sign(middleBroken, scene.seed(3)))),
            bad(
                "chain-link-flipped", "A bit of a key's signature by its predecessor.",
                try changed { $0[1].signed?.bytes[0] ^= 1 }),
            bad(
                "chain-last-flipped", "The same of the last key.",
                try changed { $0[2].signed?.bytes[0] ^= 1 }),
            bad(
                "chain-skipped", "The third key is vouched for by the first.",
                try changed { $0[2] = try scene.link(3, since: 1 << 33, by: scene.seed(1)) }),
            bad(
                "chain-since", "Another since than the one that was vouched for.",
                try changed { $0[1].since = 41 }),
            bad(
                "chain-epoch", "Another epoch than the one that was vouched for.",
                try changed { $0[2].epoch = 4 }),
            bad(
                "chain-key", "Another key than the one that was vouched for.",
                try changed { $0[1].public = JSONBytes(try Compose.verifying(strangerSeed)) }),
            bad(
                "chain-stranger", "A successor that vouches for itself.",
                try changed(signedBy: 2) {
                    $0 = [$0[0], try scene.link(2, since: 40, by: scene.seed(2))]
                }),
            bad(
                "chain-not-the-last",
                "Signed by the key that the slot trusts, which is not the last.",
                try changed(signedBy: 1) { _ in }),
            bad(
                "chain-forgotten", "The key that the slot trusts is not in the list.",
                try changed {
                    $0.removeFirst()
                    $0[0].signed = nil
                    $0[0].since = 0
                }),
        ]
    }
}
