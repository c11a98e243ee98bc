import VaultCrypto
import VaultFormat

/// The vault that the vectors are about: fixed keys, signed headers.
struct Scene {
    let vault: VaultID
    let other: VaultID
    let record: RecordID
    let root = Compose.bytes("root", 32)
    let signingSeed = Compose.bytes("vault signing", 32)
    let passphrase = Array("correct horse battery staple".utf8)
    let recoverySecret = Compose.bytes("recovery", 20)
    let keyFile = Compose.bytes("key file", 20)
    let auditKey = Compose.bytes("audit", 32)
    let depositKey = Compose.bytes("deposit", 32)
    let indexKey = Compose.bytes("index key", 32)
    let erasureKey = Compose.bytes("erasure key", 32)
    let wrapKey: [UInt8]
    let ringKey: [UInt8]
    let tagKey: [UInt8]
    let deskKey: [UInt8]
    /// A passphrase and a recovery code, both an owner's.
    let header: Header

    init() throws {
        vault = try VaultID(bytes: Compose.bytes("vault", 16))
        other = try VaultID(bytes: Compose.bytes("another vault", 16))
        record = try RecordID(bytes: Compose.bytes("record", 16))
        let rootKey = try RootKey(checking: Compose.secret(root))
        wrapKey = rootKey.wrapKey().withUnsafeBytes { Array($0) }
        ringKey = rootKey.ringKey().withUnsafeBytes { Array($0) }
        tagKey = rootKey.tagKey().withUnsafeBytes { Array($0) }
        deskKey = rootKey.deskKey().withUnsafeBytes { Array($0) }
        let root = root
        let maker = SlotComposer(vault: vault, trusted: signingSeed) { _ in root }
        let slots = [
            try maker.slot("passphrase", .passphrase, passphrase),
            try maker.slot("recovery", .recovery, recoverySecret),
        ]
        header = try Self.sign(
            Header(
                generation: 1,
                keys: PublicKeys(
                    audit: [.init(epoch: 1, public: try Compose.receiving(auditKey))],
                    deposit: [.init(epoch: 1, public: try Compose.receiving(depositKey))],
                    signing: [.init(epoch: 1, public: try Compose.verifying(signingSeed))]),
                slots: slots.sorted { $0.id < $1.id }, vault: vault), signingSeed)
    }

    /// What fills the bundles of every role.
    var composer: SlotComposer {
        SlotComposer(vault: vault, trusted: signingSeed) { key in
            switch key {
            case .root: root
            case .wrap: wrapKey
            case .tag: tagKey
            case .desk: deskKey
            case .index: indexKey
            case .erasure: erasureKey
            case .audit: auditKey
            case .deposit: depositKey
            }
        }
    }

    /// The secret of the recovery slot that `team` has for a role.
    func code(_ role: Role) -> [UInt8] { Compose.bytes("\(role.rawValue) code", 20) }

    /// A slot of every kind, and one of every role.
    func team() throws -> Header {
        var header = header
        header.generation = 2
        header.slots.append(
            try composer.slot("key file", .passphraseAndKeyFile, passphrase, keyFile: keyFile))
        for role in Role.allCases where role != .owner {
            header.slots.append(try composer.slot(role.rawValue, .recovery, code(role), role: role))
        }
        header.slots.sort { $0.id < $1.id }
        header.retired = [
            RetiredSlot(
                id: try SlotID(bytes: Compose.bytes("retired", 16)), label: "Ana", role: .desk,
                signing: try Compose.verifying(Compose.bytes("retired signing", 32)), until: 12)
        ]
        return try Self.sign(header, signingSeed)
    }

    /// The signing key of a later epoch.
    func seed(_ epoch: UInt32) -> [UInt8] {
        epoch == 1 ? signingSeed : Compose.bytes("vault signing \(epoch)", 32)
    }

    /// One key of the chain, vouched for by the one before.
    func link(_ epoch: UInt32, since: UInt64, by seed: [UInt8]? = nil) throws -> SigningEpoch {
        let key = try Compose.verifying(self.seed(epoch))
        let message = Associated.successor(vault: vault, epoch: epoch, since: since, public: key)
        return SigningEpoch(
            epoch: epoch, public: key,
            signed: try Compose.sign(message, seed: seed ?? self.seed(epoch - 1)), since: since)
    }

    /// After two rotations; both slots trust the key of epoch 1 still.
    func rotated() throws -> Header {
        var header = header
        header.generation = 3
        header.keys.signing += [try link(2, since: 40), try link(3, since: 1 << 33)]
        return try Self.sign(header, seed(3))
    }

    /// The header with its signature made anew.
    static func sign(_ header: Header, _ seed: [UInt8]) throws -> Header {
        var header = header
        header.signature = JSONBytes(try Compose.sign(header.signedBytes, seed: seed))
        return header
    }
}
