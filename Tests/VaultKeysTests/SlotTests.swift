import Testing
import VaultCrypto
import VaultFormat
import VaultKeys

@Suite("Slots")
struct SlotTests {
    @Test("the passphrase and the recovery code open the same keys")
    func bothWays() throws {
        let new = try newVaultForTests()
        let code = new.recoverySecret.withUnsafeBytes { SecretCode.recovery.encode($0) }
        let byPassphrase = try SlotOpener.open(new.header, with: secret("a passphrase"))
        let byCode = try SlotOpener.open(
            new.header, with: secret(String(decoding: code, as: UTF8.self).lowercased()))
        let key = FileKey.random()
        let wrapped = try new.keys.wrapKey().wrap(key, associated: [1])
        for keys in [byPassphrase, byCode] {
            let unwrapped = try keys.wrapKey().unwrap(wrapped, associated: [1])
            let isSame = Secret.equal(unwrapped.secret, key.secret)
            #expect(isSame)
            _ = try keys.erasureKey(new.keyring)
            #expect(
                try keys.signingKey(new.keyring, header: new.header).publicKey
                    == new.header.keys.signing[0].public.bytes)
        }
        #expect(byCode.slot != byPassphrase.slot)
    }

    @Test("the header survives printing and parsing, and then still opens")
    func roundTrip() throws {
        let new = try newVaultForTests()
        let parsed = try Header(parsing: new.header.encoded)
        #expect(parsed == new.header)
        _ = try SlotOpener.open(parsed, with: secret("a passphrase"))
    }

    @Test("another passphrase is refused, and so is another vault's recovery code")
    func refused() throws {
        let new = try newVaultForTests()
        let other = try newVaultForTests()
        #expect(refusal(new.header, "a passphrasf") == .refused)
        #expect(refusal(new.header, "") == .refused)
        let code = other.recoverySecret.withUnsafeBytes { SecretCode.recovery.encode($0) }
        #expect(refusal(new.header, String(decoding: code, as: UTF8.self)) == .refused)
    }

    @Test("ATTACK 3: a slot copied from another vault with the same passphrase is refused")
    func copiedSlot() throws {
        let victim = try newVaultForTests()
        let attacker = try newVaultForTests()
        let planted = victim.header.changed { header in
            header.slots = attacker.header.slots
        }
        // The planted slot's AEAD names its own vault, so it does not even open here.
        #expect(
            refusal(planted, "a passphrase")
                == .untrusted(
                    "the private half of slot \"owner\" does not open"))
        let posing = attacker.header.changed { $0.vault = victim.header.vault }
        #expect(refusal(posing, "a passphrase") != nil)
    }

    @Test("whatever the vault signed cannot be changed without its key")
    func signature() throws {
        let new = try newVaultForTests()
        let stranger = ReceivingKey.random()
        let changes: [(inout Header) -> Void] = [
            { $0.generation += 1 },
            { $0.slots[0].label = "someone else" },
            { $0.slots.removeLast() },
            { $0.keys.deposit[0].public = JSONBytes(stranger.publicKey) },
            { $0.slots[0].bundle.bytes[40] ^= 1 },
            {
                $0.retired = []; $0.signature.bytes[5] ^= 1
            },
        ]
        for change in changes {
            let header = new.header.changed(change)
            if header.slots.contains(where: { $0.kind == .passphrase }) {
                #expect(
                    refusal(header, "a passphrase")
                        == .untrusted(
                            "the header's signature does not hold"))
            }
        }
    }

    @Test("a vault of an attacker's own, signed by the attacker, is not trusted by the slot")
    func otherSigner() throws {
        let new = try newVaultForTests()
        let attacker = SigningKey.random()
        let forged = new.header.changed { header in
            header.keys.signing = [.init(epoch: 1, public: attacker.publicKey)]
            header.signature = JSONBytes(attacker.sign(header.signedBytes))
        }
        #expect(
            refusal(forged, "a passphrase")
                == .untrusted(
                    "the header names another vault's signing key"))
    }

    @Test("a holder changes the private half alone: the signature still holds without it")
    func privateHalfIsOutside() throws {
        let new = try newVaultForTests()
        let other = new.header.changed {
            $0.slots[0].private.commitment = JSONBytes(
                [UInt8](repeating: 7, count: 32))
        }
        #expect(other.signedBytes == new.header.signedBytes)
    }

    @Test("ATTACKS 1, 2: a cost out of bounds is refused before memory is spent")
    func bounds() throws {
        let new = try newVaultForTests()
        let costs: [(UInt64, UInt32)] = [
            (4 << 40, 1), (64 << 20, .max), (32 << 20, 3), (64 << 20, 0), (65 << 20 | 1, 1),
        ]
        for (memory, passes) in costs {
            let header = new.header.changed { header in
                for index in header.slots.indices where header.slots[index].kind == .passphrase {
                    header.slots[index].private.kdf.memory = memory
                    header.slots[index].private.kdf.passes = passes
                }
            }
            #expect(throws: FormatError.self) { try Header(parsing: header.encoded) }
            let clock = ContinuousClock()
            let time = clock.measure {
                guard case .format = refusal(header, "a passphrase") else {
                    Issue.record("memory \(memory), passes \(passes) was not refused")
                    return
                }
            }
            #expect(time < .milliseconds(50))
        }
    }

    @Test("a cheaper KDF cannot be written into a slot: its private half is bound to it")
    func kdfIsBound() throws {
        let new = try newVaultForTests()
        let header = new.header.changed { header in
            for index in header.slots.indices where header.slots[index].kind == .passphrase {
                header.slots[index].signing = JSONBytes([UInt8](repeating: 1, count: 32))
            }
        }
        guard case .untrusted = refusal(header, "a passphrase") else {
            Issue.record("a slot with another signing key opened")
            return
        }
    }

    @Test("a keyring row under another purpose or epoch does not open")
    func keyringIsBound() throws {
        let new = try newVaultForTests()
        var rows = new.keyring
        rows[4].wrapped = rows[3].wrapped
        #expect(throws: KeysError.self) { _ = try new.keys.erasureKey(rows) }
        rows = new.keyring
        rows[4].epoch = 2
        #expect(throws: KeysError.self) { _ = try new.keys.erasureKey(rows) }
    }
}

@Suite("Judging passphrases")
struct JudgementTests {
    @Test(
        "what is guessed first is weak",
        arguments: [
            "password123", "anna1975", "gymstaff2026!", "aaaaaaaaaaaaaaaa", "x9!", "qwertyuiop",
        ])
    func weak(_ text: String) {
        #expect(Judgement(secret(text)).reason != nil)
    }

    @Test(
        "chance is strong",
        arguments: ["correct horse battery staple", "velvet otter paints nine ladders"])
    func strong(_ text: String) {
        #expect(Judgement(secret(text)).reason == nil)
    }
}
