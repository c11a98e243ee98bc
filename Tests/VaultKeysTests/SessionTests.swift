import FoundationEssentials
import Testing
import VaultCrypto
import VaultFormat
import VaultKeys

@Suite("Sessions, Spec 02 §12")
struct SessionTests {
    @Test("a session opens what its slot opens, after a rotation too")
    func opens() throws {
        var team = try Team()
        let key = SessionKey.random()
        let file = try SessionFile(parsing: team.half(.manager).session(under: key).encoded)
        let half = try OpenHalf(file, with: key)
        #expect(half.slot == team.slots[.manager] && half.vault == team.header.vault)
        let header = team.header
        let keys = try SlotOpener.open(header, with: half)
        #expect(try bytes(keys.wrapKey()) == bytes(team.owner.wrapKey()))
        try team.rotate(since: 20)
        let after = try SlotOpener.open(team.header, with: half)
        #expect(after.epoch == 2)
        #expect(try bytes(after.wrapKey()) == bytes(team.owner.wrapKey()))
    }

    @Test("another key, slot or vault opens no session")
    func refused() throws {
        let new = try newVaultForTests()
        let half = try SlotOpener.half(new.header, with: secret("a passphrase"))
        let key = SessionKey.random()
        let file = half.session(under: key)
        var slot = file
        slot.slot = .random()
        var vault = file
        vault.vault = .random()
        var flipped = file
        flipped.sealed.bytes[99] ^= 1
        for changed in [slot, vault, flipped] {
            #expect(
                refusal { () throws(KeysError) in _ = try OpenHalf(changed, with: key) }
                    == .refused)
        }
        #expect(
            refusal { () throws(KeysError) in _ = try OpenHalf(file, with: .random()) }
                == .refused)
    }

    @Test("a session whose slot has got another signing key is refused")
    func otherSigner() throws {
        let new = try newVaultForTests()
        let half = try SlotOpener.half(new.header, with: secret("a passphrase"))
        let key = try new.keys.signingKey(new.keyring, header: new.header)
        let planted = SigningKey.random().publicKey
        let header = new.header.changed { header in
            for index in header.slots.indices where header.slots[index].id == half.slot {
                header.slots[index].signing = JSONBytes(planted)
            }
            header.signature = JSONBytes(key.sign(header.signedBytes))
        }
        #expect(
            refusal { () throws(KeysError) in _ = try SlotOpener.open(header, with: half) }
                == .untrusted("slot \"owner\" has another signing key"))
    }

    @Test("a session of one vault is not taken to another")
    func otherVault() throws {
        let new = try newVaultForTests()
        let other = try newVaultForTests()
        let half = try SlotOpener.half(new.header, with: secret("a passphrase"))
        #expect(
            refusal { () throws(KeysError) in _ = try SlotOpener.open(other.header, with: half) }
                == .untrusted("the session is another vault's"))
    }
}

@Suite("The kernel's keyring, Spec 02 §12")
struct SessionKeyringTests {
    /// Why nothing can be kept here; `nil` where it can.
    private static let blocked: KeysError? = refusal { () throws(KeysError) in
        let vault = VaultID.random()
        let slot = SlotID.random()
        try SessionKeyring.store(.random(), vault: vault, slot: slot, for: 60, now: 0)
        try SessionKeyring.forget(vault: vault, slot: slot)
    }

    @Test(
        "a key is found again until it is forgotten",
        .enabled(if: blocked == nil, "the kernel's keyring is blocked here"))
    func keeps() throws {
        let vault = VaultID.random()
        let slot = SlotID.random()
        let key = SessionKey.random()
        #expect(try SessionKeyring.end(vault: vault, slot: slot) == nil)
        try SessionKeyring.store(key, vault: vault, slot: slot, for: 900, now: 1_700_000_000)
        #expect(try Self.found(vault, slot) == bytes(key))
        #expect(try SessionKeyring.end(vault: vault, slot: slot) == 1_700_000_900)
        #expect(try Self.found(vault, .random()) == nil)
        #expect(try Self.found(.random(), slot) == nil)
        #expect(try SessionKeyring.forget(vault: vault, slot: slot))
        #expect(try Self.found(vault, slot) == nil)
        #expect(try !SessionKeyring.forget(vault: vault, slot: slot))
    }

    @Test(
        "a second session of a slot takes the first one's place",
        .enabled(if: blocked == nil, "the kernel's keyring is blocked here"))
    func replaces() throws {
        let vault = VaultID.random()
        let slot = SlotID.random()
        let key = SessionKey.random()
        try SessionKeyring.store(.random(), vault: vault, slot: slot, for: 900, now: 0)
        try SessionKeyring.store(key, vault: vault, slot: slot, for: 60, now: 5)
        #expect(try Self.found(vault, slot) == bytes(key))
        #expect(try SessionKeyring.end(vault: vault, slot: slot) == 65)
        #expect(try SessionKeyring.forget(vault: vault, slot: slot))
        #expect(try Self.found(vault, slot) == nil, "the first one is gone, too")
    }

    @Test(
        "the kernel ends it on time, and lets nobody but the user near it",
        .enabled(if: blocked == nil, "the kernel's keyring is blocked here"))
    func bounded() throws {
        let vault = VaultID.random()
        let slot = SlotID.random()
        try SessionKeyring.store(.random(), vault: vault, slot: slot, for: 59, now: 0)
        // Serial number, flags, uses, time left, permissions, user, group, type, description.
        let keys = try String(contentsOfFile: "/proc/keys", encoding: .utf8)
        let lines = keys.split(separator: "\n").filter { $0.contains(vault.hex) }
        #expect(lines.count == 1)
        let fields = try #require(lines.first).split(separator: " ")
        #expect(fields[3].hasSuffix("s"), "a time limit in seconds, not \(fields[3])")
        #expect(fields[4] == "3f3f0000")
        #expect(fields[7] == "user" && fields[8] == "lighttight:\(vault):\(slot):")
        #expect(try SessionKeyring.forget(vault: vault, slot: slot))
    }

    @Test("where the kernel keeps no keys, the error says which it gave")
    func whereBlocked() {
        guard let error = Self.blocked else { return }  // It keeps them here.
        guard case .keyringBlocked(let errno) = error, errno > 0 else {
            Issue.record("\(error)")
            return
        }
    }

    private static func found(_ vault: VaultID, _ slot: SlotID) throws -> [UInt8]? {
        guard let key = try SessionKeyring.find(vault: vault, slot: slot) else { return nil }
        return bytes(key)
    }
}
