import Testing
import VaultCrypto
import VaultFormat
import VaultKeys

@Suite("Rotation, Spec 02 §7, §8")
struct RotationTests {
    @Test(
        "every slot follows the chain to new keys, and nothing but the erasure key is the old one")
    func follow() throws {
        var team = try Team()
        let first = team.owner
        let rows = team.rows
        let header = team.header
        try team.rotate(since: 20)
        try team.rotate(since: 31)
        #expect(team.header.generation == header.generation + 2)
        #expect(team.header.keys.signing.map(\.since) == [0, 20, 31])
        #expect(team.header.keys.signing.map(\.epoch) == [1, 2, 3])
        #expect(team.owner.epoch == 3 && team.owner.slot == first.slot)
        let erasure = bytes(try team.owner.erasureKey(team.rows))
        #expect(try bytes(first.erasureKey(rows)) == erasure)
        #expect(try bytes(first.wrapKey()) != bytes(team.owner.wrapKey()))
        #expect(try bytes(first.tagKey()) != bytes(team.owner.tagKey()))
        #expect(try bytes(first.deskKey()) != bytes(team.owner.deskKey()))
        #expect(try bytes(first.indexKey(rows)) != bytes(team.owner.indexKey(team.rows)))
        for role in Role.allCases { #expect(try team.keys(role).epoch == 3) }
        let manager = try team.keys(.manager)
        #expect(try bytes(manager.wrapKey()) == bytes(team.owner.wrapKey()))
        #expect(try bytes(manager.indexKey([])) == bytes(team.owner.indexKey(team.rows)))
        #expect(bytes(try manager.erasureKey([])) == erasure)
        _ = try team.owner.signingKey(team.rows, header: team.header)
    }

    @Test("whoever had the newest audit or deposit key gets to those before, and nobody else")
    func predecessors() throws {
        var team = try Team()
        let first = bytes(try team.owner.auditKeys(team.rows).newest)
        let deposit = bytes(try team.owner.depositKeys(team.rows).newest)
        try team.rotate(since: 20)
        try team.rotate(since: 31)
        for keys in [team.owner, try team.keys(.auditor)] {
            let audit = try keys.auditKeys(team.rows)
            #expect(audit.epochs == [1, 2, 3])
            #expect(bytes(audit.key(1)) == first)
            #expect(bytes(audit.key(4)) == nil)
            for epoch in team.header.keys.audit {
                let key = try Self.publicKey(audit.key(epoch.epoch))
                #expect(key == epoch.public.bytes)
            }
        }
        for keys in [team.owner, try team.keys(.manager)] {
            #expect(bytes(try keys.depositKeys(team.rows).key(1)) == deposit)
        }
        let manager = try team.keys(.manager)
        #expect(
            refusal { () throws(KeysError) in _ = try manager.auditKeys(team.rows) }
                == .notHeld(role: .manager, key: .audit))
    }

    private static func publicKey(_ key: consuming ReceivingKey?) throws -> [UInt8] {
        guard let key else { throw KeysError.refused }
        return key.publicKey
    }

    @Test("the keyring holds what a rotation leaves, and no older signing or index key")
    func rows() throws {
        var team = try Team()
        try team.rotate(since: 20)
        try team.rotate(since: 31)
        let rows = team.rows.map { "\($0.purpose.rawValue) \($0.epoch)" }
        #expect(
            rows.sorted() == [
                "audit 1", "audit 2", "audit 3", "audit-before 2", "audit-before 3", "deposit 1",
                "deposit 2", "deposit 3", "deposit-before 2", "deposit-before 3", "erasure 1",
                "index 3", "signing 3",
            ])
        #expect(team.rows.allSatisfy { $0.wrapped.count == 72 })
    }

    @Test("a predecessor that is missing, swapped or changed is refused")
    func damaged() throws {
        var team = try Team()
        try team.rotate(since: 20)
        try team.rotate(since: 31)
        let auditor = try team.keys(.auditor)
        func refusal(_ change: (inout [KeyringRow]) -> Void) -> KeysError? {
            var rows = team.rows
            change(&rows)
            return VaultKeysTests.refusal { () throws(KeysError) in
                _ = try auditor.auditKeys(rows)
            }
        }
        #expect(refusal { _ in } == nil)
        #expect(
            refusal { $0.removeAll { $0.purpose == .auditBefore && $0.epoch == 2 } }
                == .untrusted("the keyring has no audit-before key of epoch 2"))
        let two = try #require(
            team.rows.firstIndex { $0.purpose == .auditBefore && $0.epoch == 2 })
        let three = try #require(
            team.rows.firstIndex { $0.purpose == .auditBefore && $0.epoch == 3 })
        #expect(
            refusal { $0[two].wrapped[30] ^= 1 }
                == .untrusted("the keyring's audit-before key of epoch 2 does not open"))
        #expect(
            refusal { rows in
                (rows[two].wrapped, rows[three].wrapped) = (rows[three].wrapped, rows[two].wrapped)
            } == .untrusted("the keyring's audit-before key of epoch 3 does not open"))
    }

    @Test("a header that names another audit key than the keyring's is noticed")
    func otherPublicKey() throws {
        let team = try Team()
        let key = try team.owner.signingKey(team.rows, header: team.header)
        let planted = ReceivingKey.random().publicKey
        let header = team.header.changed {
            $0.keys.audit[0].public = JSONBytes(planted)
            $0.signature = JSONBytes(key.sign($0.signedBytes))
        }
        let auditor = try SlotOpener.open(header, with: team.code(.auditor))
        #expect(
            refusal { () throws(KeysError) in _ = try auditor.auditKeys(team.rows) }
                == .untrusted("a key of epoch 1 is not the header's"))
    }

    @Test("ATTACK 3: a chain that was tampered with is refused")
    func tampered() throws {
        var team = try Team()
        try team.rotate(since: 20)
        try team.rotate(since: 31)
        let last = try team.owner.signingKey(team.rows, header: team.header)
        let stranger = SigningKey.random()
        let changes: [(inout [SigningEpoch]) -> Void] = [
            { $0[1].signed?.bytes[7] ^= 1 }, { $0[2].signed?.bytes[7] ^= 1 },
            { $0[1].since += 1 }, { $0[2].epoch += 1 },
            { $0[1].public = JSONBytes(stranger.publicKey) },
            { (keys: inout [SigningEpoch]) in
                (keys[1].signed, keys[2].signed) = (keys[2].signed, keys[1].signed)
            },
        ]
        let code = team.code(.auditor)
        for change in changes {
            // Even the vault's newest key cannot make up for a link that does not hold.
            let header = team.header.changed {
                change(&$0.keys.signing)
                $0.signature = JSONBytes(last.sign($0.signedBytes))
            }
            let found = refusal { () throws(KeysError) in
                _ = try SlotOpener.open(header, with: code)
            }
            guard case .untrusted(let why) = found, why.contains("is not vouched for") else {
                Issue.record("\(String(describing: found))")
                continue
            }
        }
        // A rotation that a stranger made up: vouched for by the stranger's own key.
        let forged = team.header.changed { header in
            let message = Associated.successor(
                vault: header.vault, epoch: 4, since: 40, public: stranger.publicKey)
            header.keys.signing.append(
                SigningEpoch(
                    epoch: 4, public: stranger.publicKey, signed: stranger.sign(message), since: 40)
            )
            header.signature = JSONBytes(stranger.sign(header.signedBytes))
        }
        #expect(
            refusal { () throws(KeysError) in _ = try SlotOpener.open(forged, with: code) }
                == .untrusted("the signing key of epoch 4 is not vouched for"))
    }

    @Test("an older header, signed by a key that was replaced, cannot pose as a newer one")
    func olderSigner() throws {
        var team = try Team()
        let old = try team.owner.signingKey(team.rows, header: team.header)
        try team.rotate(since: 20)
        let header = team.header.changed {
            $0.generation += 1
            $0.signature = JSONBytes(old.sign($0.signedBytes))
        }
        #expect(
            refusal { () throws(KeysError) in
                _ = try SlotOpener.open(header, with: team.code(.desk))
            } == .untrusted("the header's signature does not hold"))
    }

    @Test("a slot that was sealed anew trusts the newest key, and needs no older one")
    func trustsNewest() throws {
        var team = try Team()
        try team.rotate(since: 20)
        let half = try team.half(.desk)
        let slot = try SlotMaker.reseal(
            half, of: team.header, secret: SecretCode.recovery.secret(in: team.code(.desk)))
        team.header = try HeaderEditor.replaceHalf(slot, in: team.header)
        let key = try team.owner.signingKey(team.rows, header: team.header)
        let forgetful = team.header.changed {
            $0.keys.signing.removeFirst()
            $0.keys.signing[0].signed = nil
            $0.keys.signing[0].since = 0
            $0.signature = JSONBytes(key.sign($0.signedBytes))
        }
        _ = try SlotOpener.open(forgetful, with: team.code(.desk))
        #expect(
            refusal { () throws(KeysError) in
                _ = try SlotOpener.open(forgetful, with: team.code(.auditor))
            } == .untrusted("the header names another vault's signing key"))
    }

    @Test("a slot that was removed before a rotation gets nothing of it")
    func removed() throws {
        var team = try Team()
        let half = try team.half(.manager)
        let old = try #require(team.header.slots.first { $0.role == .manager })
        let manager = try team.keys(.manager)
        team.header = try team.edit { editor throws(KeysError) in
            try editor.remove(old.id, until: 12)
        }
        try team.rotate(since: 20)
        let header = team.header
        #expect(
            refusal { () throws(KeysError) in _ = try SlotOpener.open(header, with: half) }
                == .noSuchSlot(old.id))
        // Put back by somebody who can write the file, as it was.
        let planted = header.changed {
            $0.retired = []
            $0.slots.append(old)
            $0.slots.sort { $0.id < $1.id }
        }
        #expect(
            refusal { () throws(KeysError) in _ = try SlotOpener.open(planted, with: half) }
                == .untrusted("the header's signature does not hold"))
        #expect(try bytes(manager.wrapKey()) != bytes(team.owner.wrapKey()))
    }

    @Test("a rotation needs a later entry than the one before, and keys of the header as it is")
    func since() throws {
        var team = try Team()
        let stale = team.owner
        let rows = team.rows
        try team.rotate(since: 20)
        for sequence in [UInt64(0), 20] {
            #expect(
                refusal { () throws(KeysError) in
                    _ = try Rotation(
                        team.header, keys: team.owner, rows: team.rows, since: sequence)
                } == .format(.notCanonical))
        }
        for rows in [rows, team.rows] {
            guard
                case .untrusted = refusal({ () throws(KeysError) in
                    _ = try Rotation(team.header, keys: stale, rows: rows, since: 30)
                })
            else {
                Issue.record("keys of before a rotation made another")
                continue
            }
        }
    }
}
