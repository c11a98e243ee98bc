import Testing
import VaultCrypto
import VaultFormat
import VaultKeys

@Suite("Roles, Spec 02 §10")
struct RoleTests {
    private static let team = Result { try Team() }
    private var team: Team { get throws { try Self.team.get() } }

    /// What a role's keys give for each key that a bundle may have.
    private static func keys(
        of keys: RoleKeys, _ rows: [KeyringRow], _ header: Header
    ) -> [String: [UInt8]] {
        let ways: [(String, () throws(KeysError) -> [UInt8]?)] = [
            ("wrap", { () throws(KeysError) in bytes(try keys.wrapKey()) }),
            ("tag", { () throws(KeysError) in bytes(try keys.tagKey()) }),
            ("desk", { () throws(KeysError) in bytes(try keys.deskKey()) }),
            ("index", { () throws(KeysError) in bytes(try keys.indexKey(rows)) }),
            ("erasure", { () throws(KeysError) in bytes(try keys.erasureKey(rows)) }),
            ("audit", { () throws(KeysError) in bytes(try keys.auditKeys(rows).newest) }),
            ("deposit", { () throws(KeysError) in bytes(try keys.depositKeys(rows).newest) }),
            (
                "signing",
                { () throws(KeysError) in
                    bytes(try keys.signingKey(rows, header: header).seed())
                }
            ),
        ]
        var held: [String: [UInt8]] = [:]
        for (name, way) in ways {
            do {
                held[name] = try way()
            } catch {
                guard case .notHeld(keys.role, _) = error else {
                    Issue.record("\(keys.role) \(name): \(error)")
                    continue
                }
            }
        }
        return held
    }

    @Test("each role holds exactly its keys, and they are the owner's", arguments: Role.allCases)
    func exactly(role: Role) throws {
        let expected: [Role: Set<String>] = [
            .owner: [
                "wrap", "tag", "desk", "index", "erasure", "audit", "deposit", "signing",
            ],
            .manager: ["wrap", "tag", "desk", "index", "erasure", "deposit"],
            .desk: ["desk"], .auditor: ["audit"], .depositor: [], .keeper: [],
        ]
        let team = try team
        let keys = try team.keys(role)
        let held = Self.keys(of: keys, team.rows, team.header)
        #expect(Set(held.keys) == expected[role])
        let owner = Self.keys(of: team.owner, team.rows, team.header)
        #expect(owner.count == 8 && Set(owner.values).count == 8, "all keys differ")
        for (name, key) in held { #expect(owner[name] == key, "\(name)") }
        #expect(keys.role == role && keys.slot == team.slots[role])
        #expect(keys.vault == team.header.vault && keys.epoch == 1)
        let slot = team.header.slots.first { $0.id == keys.slot }
        #expect(keys.signer.publicKey == slot?.signing.bytes)
    }

    @Test("what a role does not hold is named")
    func named() throws {
        let team = try team
        let desk = try team.keys(.desk)
        #expect(
            refusal { () throws(KeysError) in _ = try desk.wrapKey() }
                == .notHeld(role: .desk, key: .wrap))
        let manager = try team.keys(.manager)
        #expect(
            refusal { () throws(KeysError) in _ = try manager.auditKeys(team.rows) }
                == .notHeld(role: .manager, key: .audit))
        #expect(
            refusal { () throws(KeysError) in
                _ = try manager.signingKey(team.rows, header: team.header)
            } == .notHeld(role: .manager, key: .root))
    }

    @Test("only an owner edits the header or rotates", arguments: Role.allCases)
    func ownersOnly(role: Role) throws {
        let team = try team
        let keys = try team.keys(role)
        let editing = refusal { () throws(KeysError) in
            _ = try HeaderEditor(team.header, keys: keys, rows: team.rows)
        }
        let rotating = refusal { () throws(KeysError) in
            _ = try Rotation(team.header, keys: keys, rows: team.rows, since: 9)
        }
        let expected: KeysError? = role == .owner ? nil : .notHeld(role: role, key: .root)
        #expect(editing == expected && rotating == expected)
    }

    @Test("ATTACK 3: a bundle under another role's name, or of another slot, does not open")
    func bundles() throws {
        let team = try team
        let root = try team.owner.signingKey(team.rows, header: team.header)
        let desk = try #require(team.header.slots.firstIndex { $0.role == .desk })
        let manager = try #require(team.header.slots.firstIndex { $0.role == .manager })
        let changes: [(inout Header) -> Void] = [
            { $0.slots[desk].role = .manager },
            { $0.slots[desk].bundle = $0.slots[manager].bundle },
            {
                $0.slots[desk].role = .manager
                $0.slots[desk].bundle = $0.slots[manager].bundle
            },
        ]
        for change in changes {
            // Signed by the vault itself: what is sealed still says whose it is.
            let header = team.header.changed {
                change(&$0)
                $0.signature = JSONBytes(root.sign($0.signedBytes))
            }
            #expect(
                refusal { () throws(KeysError) in
                    _ = try SlotOpener.open(header, with: team.code(.desk))
                } == .untrusted("the bundle of slot \"desk\" does not open"))
        }
    }

    @Test("a bundle of other keys than its role's is refused, though rightly sealed and signed")
    func otherKeys() throws {
        let team = try team
        let signer = try team.owner.signingKey(team.rows, header: team.header)
        let index = try #require(team.header.slots.firstIndex { $0.role == .desk })
        let slot = team.header.slots[index]
        func refusal(_ numbers: [UInt8], keyByteCount: Int = 32) throws -> KeysError? {
            var writer = CBORWriter()
            writer.map(count: numbers.count)
            for number in numbers {
                writer.key(number)
                writer.byteString([UInt8](repeating: number, count: keyByteCount))
            }
            let bundle = try Envelope.seal(
                Secret(count: writer.bytes.count) { $0.copyBytes(from: writer.bytes) },
                to: slot.receiving.bytes,
                info: Associated.bundle(vault: team.header.vault, slot: slot.id),
                associated: Array(Role.desk.rawValue.utf8))
            let header = team.header.changed {
                $0.slots[index].bundle = JSONBytes(bundle)
                $0.signature = JSONBytes(signer.sign($0.signedBytes))
            }
            let code = team.code(.desk)
            return VaultKeysTests.refusal { () throws(KeysError) in
                _ = try SlotOpener.open(header, with: code)
            }
        }
        #expect(try refusal([4]) == nil)
        let refused = KeysError.untrusted("the bundle of slot \"desk\" does not open")
        #expect(try refusal([]) == refused)
        #expect(try refusal([2]) == refused)
        #expect(try refusal([4, 5]) == refused)
        #expect(try refusal([4], keyByteCount: 31) == refused)
        #expect(try refusal([4], keyByteCount: 33) == refused)
    }
}
