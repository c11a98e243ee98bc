import Testing
import VaultCrypto
import VaultFormat
import VaultKeys

@Suite("Changes of the header, Spec 02 §3, §7")
struct EditorTests {
    @Test("a removed slot does not open any more, and is remembered")
    func remove() throws {
        var team = try Team()
        let id = try #require(team.slots[.manager])
        let slot = try #require(team.header.slots.first { $0.id == id })
        let before = team.header.generation
        let half = try team.half(.manager)
        team.header = try team.edit { editor throws(KeysError) in try editor.remove(id, until: 17) }
        #expect(team.header.generation == before + 1)
        #expect(
            team.header.retired == [
                RetiredSlot(
                    id: id, label: "manager", role: .manager, signing: slot.signing.bytes, until: 17
                )
            ])
        let header = team.header
        let code = team.code(.manager)
        #expect(
            refusal { () throws(KeysError) in _ = try SlotOpener.open(header, with: code) }
                == .refused)
        #expect(
            refusal { () throws(KeysError) in _ = try SlotOpener.open(header, with: half) }
                == .noSuchSlot(id), "a session ends with its slot")
        #expect(
            refusal { () throws(KeysError) in
                _ = try team.edit { editor throws(KeysError) in try editor.remove(id, until: 18) }
            } == .noSuchSlot(id))
        _ = try team.keys(.desk)
    }

    @Test("ATTACK 10: the last owner is neither removed nor given another role")
    func lastOwner() throws {
        var team = try Team()
        let owners = team.header.slots.filter { $0.role == .owner }.map(\.id)
        for id in owners where id != team.owner.slot {
            team.header = try team.edit { editor throws(KeysError) in
                try editor.remove(id, until: 3)
            }
        }
        let id = team.owner.slot
        #expect(
            refusal { () throws(KeysError) in
                _ = try team.edit { editor throws(KeysError) in try editor.remove(id, until: 4) }
            } == .lastOwner)
        for role in Role.allCases where role != .owner {
            #expect(
                refusal { () throws(KeysError) in
                    _ = try team.edit { editor throws(KeysError) in
                        try editor.changeRole(id, to: role)
                    }
                } == .lastOwner)
        }
    }

    @Test("a slot with another label or role opens as before, with the role's keys")
    func change() throws {
        var team = try Team()
        let id = try #require(team.slots[.desk])
        team.header = try team.edit { editor throws(KeysError) in
            try editor.relabel(id, "front desk")
        }
        team.header = try team.edit { editor throws(KeysError) in
            try editor.changeRole(id, to: .manager)
        }
        let keys = try team.keys(.desk)
        #expect(keys.role == .manager && keys.slot == id)
        #expect(bytes(try keys.wrapKey()) == bytes(try team.owner.wrapKey()))
        #expect(team.header.slots.first { $0.id == id }?.label == "front desk")
        #expect(
            refusal { () throws(KeysError) in
                _ = try team.edit { editor throws(KeysError) in try editor.relabel(id, "") }
            } == .format(.outOfRange("slot label")))
    }

    @Test("an owner who was made something else since cannot sign any more")
    func demoted() throws {
        var team = try Team()
        let other = try team.keys(.owner)
        team.header = try team.edit { editor throws(KeysError) in
            try editor.changeRole(other.slot, to: .keeper)
        }
        let header = team.header
        let rows = team.rows
        guard
            case .untrusted = refusal({ () throws(KeysError) in
                _ = try HeaderEditor(header, keys: other, rows: rows)
            })
        else {
            Issue.record("a keeper holds the pen")
            return
        }
    }

    @Test("a header that the vault did not sign is not signed by an edit")
    func unsigned() throws {
        let team = try Team()
        let owner = team.owner
        for change in [
            { (header: inout Header) in header.slots[0].label = "planted" },
            {
                $0.retired = []; $0.generation += 1
            },
            { $0.signature.bytes[1] ^= 1 },
        ] {
            let header = team.header.changed(change)
            #expect(
                refusal { () throws(KeysError) in
                    _ = try HeaderEditor(header, keys: owner, rows: team.rows)
                } == .untrusted("the header's signature does not hold"))
            #expect(
                refusal { () throws(KeysError) in
                    _ = try Rotation(header, keys: owner, rows: team.rows, since: 5)
                } == .untrusted("the header's signature does not hold"))
        }
    }

    @Test("keys that were opened from a header of other public keys edit nothing")
    func otherKeys() throws {
        let team = try Team()
        let key = try team.owner.signingKey(team.rows, header: team.header)
        let planted = ReceivingKey.random().publicKey
        let header = team.header.changed {
            $0.keys.deposit[0].public = JSONBytes(planted)
            $0.signature = JSONBytes(key.sign($0.signedBytes))
        }
        #expect(
            refusal { () throws(KeysError) in
                _ = try HeaderEditor(header, keys: team.owner, rows: team.rows)
            } == .untrusted("the vault's keys are not those that were opened"))
    }

    @Test("a new slot may not go beyond what a header may hold")
    func full() throws {
        let team = try Team()
        let key = try team.owner.signingKey(team.rows, header: team.header)
        let full = team.header.changed { header in
            while header.slots.count < Header.maximumSlotCount {
                var slot = header.slots[0]
                slot.id = .random()
                header.slots.append(slot)
            }
            header.slots.sort { $0.id < $1.id }
            header.signature = JSONBytes(key.sign(header.signedBytes))
        }
        let editor = try HeaderEditor(full, keys: team.owner, rows: team.rows)
        do {
            _ = try editor.add(
                .recovery, secret: SecretCode.randomSecret(), label: "x", role: .keeper)
            Issue.record("257 slots")
        } catch {
            #expect(error == .format(.outOfRange("number of slots")))
        }
    }
}

@Suite("Changing what opens a slot, Spec 02 §5")
struct ResealTests {
    @Test("whoever changes a passphrase needs no owner, and the generation stays")
    func passphrase() throws {
        let new = try newVaultForTests()
        let half = try SlotOpener.half(new.header, with: secret("a passphrase"))
        let slot = try SlotMaker.reseal(half, of: new.header, secret: secret("another one"))
        let header = try HeaderEditor.replaceHalf(slot, in: new.header)
        #expect(header.generation == new.header.generation)
        #expect(header.signedBytes == new.header.signedBytes)
        #expect(refusal(header, "a passphrase") == .refused)
        let keys = try SlotOpener.open(header, with: secret("another one"))
        #expect(bytes(try keys.wrapKey()) == bytes(try new.keys.wrapKey()))
        let old = try #require(new.header.slot(of: .passphrase))
        #expect(slot.private.kdf.salt != old.private.kdf.salt)
        #expect(slot.private.kdf.memory == memory && slot.private.kdf.passes == 1)
        #expect(slot.receiving == old.receiving && slot.signing == old.signing)
    }

    @Test("a cost is chosen anew, within its bounds")
    func cost() throws {
        let new = try newVaultForTests()
        let half = try SlotOpener.half(new.header, with: secret("a passphrase"))
        let slot = try SlotMaker.reseal(
            half, of: new.header, way: .passphrase(memory: 65 << 20, passes: 2),
            secret: secret("a passphrase"))
        let header = try HeaderEditor.replaceHalf(slot, in: new.header)
        #expect(header.slot(of: .passphrase)?.private.kdf.passes == 2)
        _ = try SlotOpener.open(header, with: secret("a passphrase"))
        for way in [
            SlotMaker.Way.passphrase(memory: 1 << 40, passes: 1), .passphrase(memory: 0, passes: 1),
            .passphrase(memory: memory, passes: 11),
        ] {
            #expect(
                refusal { () throws(KeysError) in
                    _ = try SlotMaker.reseal(half, of: new.header, way: way, secret: secret("x"))
                } == .format(.outOfRange("Argon2id cost")))
        }
    }

    @Test("a recovery code is replaced by a new one")
    func recovery() throws {
        let new = try newVaultForTests()
        let half = try SlotOpener.half(
            new.header, with: SecretCode.recovery.text(of: new.recoverySecret))
        let code = SecretCode.randomSecret()
        let slot = try SlotMaker.reseal(half, of: new.header, secret: code)
        let header = try HeaderEditor.replaceHalf(slot, in: new.header)
        _ = try SlotOpener.open(header, with: SecretCode.recovery.text(of: code))
        #expect(
            refusal { () throws(KeysError) in
                _ = try SlotOpener.open(
                    header, with: SecretCode.recovery.text(of: new.recoverySecret))
            } == .refused)
    }

    @Test("a key file is added and taken away with an owner's signature only")
    func keyFile() throws {
        let new = try newVaultForTests()
        let file = SecretCode.randomSecret()
        let half = try SlotOpener.half(new.header, with: secret("a passphrase"))
        let slot = try SlotMaker.reseal(
            half, of: new.header, way: cheapWithKeyFile, secret: secret("a passphrase"),
            keyFile: file.copy())
        #expect(
            refusal { () throws(KeysError) in
                _ = try HeaderEditor.replaceHalf(slot, in: new.header)
            } == .needsOwner)
        let editor = try HeaderEditor(new.header, keys: new.keys, rows: new.keyring)
        let header = try editor.replace(slot)
        #expect(header.generation == 2)
        #expect(refusal(header, "a passphrase") == .refusedKeyFileMissing)
        let keys = try SlotOpener.open(header, with: secret("a passphrase"), keyFile: file.copy())
        #expect(keys.slot == slot.id)
        let back = try SlotMaker.reseal(
            half, of: header, way: cheap, secret: secret("a passphrase"))
        let again = try HeaderEditor(header, keys: new.keys, rows: new.keyring).replace(back)
        _ = try SlotOpener.open(again, with: secret("a passphrase"))
    }

    @Test("a half is not sealed anew for a header that its vault did not sign")
    func unsigned() throws {
        let new = try newVaultForTests()
        let half = try SlotOpener.half(new.header, with: secret("a passphrase"))
        let header = new.header.changed { $0.slots[0].label = "planted" }
        #expect(
            refusal { () throws(KeysError) in
                _ = try SlotMaker.reseal(half, of: header, secret: secret("x"))
            } == .untrusted("the header's signature does not hold"))
    }
}
