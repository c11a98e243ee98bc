import VaultCrypto
import VaultFormat

/// The vault that the vectors are about: two slots, fixed keys, a signed header.
struct Scene {
    let vault: VaultID
    let other: VaultID
    let record: RecordID
    let root = Compose.bytes("root", 32)
    let signingSeed = Compose.bytes("vault signing", 32)
    let passphrase = Array("correct horse battery staple".utf8)
    let recoverySecret = Compose.bytes("recovery", 20)
    let wrapKey: [UInt8]
    let ringKey: [UInt8]
    let tagKey: [UInt8]
    let header: Header

    init() throws {
        vault = try VaultID(bytes: Compose.bytes("vault", 16))
        other = try VaultID(bytes: Compose.bytes("another vault", 16))
        record = try RecordID(bytes: Compose.bytes("record", 16))
        let rootKey = try RootKey(checking: Compose.secret(root))
        wrapKey = rootKey.wrapKey().withUnsafeBytes { Array($0) }
        ringKey = rootKey.ringKey().withUnsafeBytes { Array($0) }
        tagKey = rootKey.tagKey().withUnsafeBytes { Array($0) }
        let slots = [
            try Self.slot("passphrase", .passphrase, vault, root, passphrase, signingSeed),
            try Self.slot("recovery", .recovery, vault, root, recoverySecret, signingSeed),
        ]
        header = try Self.sign(
            Header(
                generation: 1,
                keys: PublicKeys(
                    audit: [
                        .init(epoch: 1, public: try Compose.receiving(Compose.bytes("audit", 32)))
                    ],
                    deposit: [
                        .init(epoch: 1, public: try Compose.receiving(Compose.bytes("deposit", 32)))
                    ],
                    signing: [.init(epoch: 1, public: try Compose.verifying(signingSeed))]),
                slots: slots.sorted { $0.id < $1.id }, vault: vault), signingSeed)
    }

    /// The header with its signature made anew.
    static func sign(_ header: Header, _ seed: [UInt8]) throws -> Header {
        var header = header
        header.signature = JSONBytes(try Compose.sign(header.signedBytes, seed: seed))
        return header
    }

    /// The plaintext of the private half that `slot` makes under the same name.
    static func half(_ name: String, trusted seed: [UInt8]) throws -> [UInt8] {
        var writer = CBORWriter()
        writer.map(count: 3)
        let keys = [
            Compose.bytes("\(name) receiving", 32), Compose.bytes("\(name) signing", 32),
            try Compose.verifying(seed),
        ]
        for (index, key) in keys.enumerated() {
            writer.key(UInt8(index + 1))
            writer.byteString(key)
        }
        return writer.bytes
    }

    /// An owner's slot, the cheapest Argon2id that the bounds allow.
    static func slot(
        _ name: String, _ kind: SlotKind, _ vault: VaultID, _ root: [UInt8], _ secret: [UInt8],
        _ seed: [UInt8]
    ) throws -> Slot {
        let id = try SlotID(bytes: Compose.bytes("\(name) slot", 16))
        let salt = Compose.bytes("\(name) salt", 16)
        let receiving = Compose.bytes("\(name) receiving", 32)
        let memory = KDF.memoryRange.lowerBound
        let candidate =
            switch kind {
            case .passphrase, .passphraseAndKeyFile:
                try PassphraseHash.stretch(
                    Compose.secret(secret), salt: salt,
                    cost: PassphraseCost(memoryByteCount: Int(memory), passes: 1))
            case .recovery:
                try PassphraseHash.expand(
                    Compose.secret(secret), salt: salt,
                    info: Associated.recovery(vault: vault, slot: id))
            }
        let commitment = candidate.commitment
        let key = candidate.forNewSlot().withUnsafeBytes { Array($0) }
        var bundle = CBORWriter()
        bundle.map(count: 1)
        bundle.key(1)
        bundle.byteString(root)
        let receiver = try Compose.receiving(receiving)
        var slot = Slot(
            bundle: try Compose.envelope(
                bundle.bytes, to: receiver, ephemeral: Compose.bytes("\(name) ephemeral", 32),
                info: Associated.bundle(vault: vault, slot: id),
                associated: Array(Role.owner.rawValue.utf8)),
            id: id, kind: kind, label: "our \(name)",
            private: PrivateHalf(
                commitment: commitment,
                kdf: kind == .passphrase
                    ? .argon2id(memory: memory, passes: 1, salt: salt) : .hkdf(salt: salt),
                sealed: []),
            receiving: receiver, role: .owner,
            signing: try Compose.verifying(Compose.bytes("\(name) signing", 32)))
        slot.private.sealed = JSONBytes(
            try Compose.box(
                half(name, trusted: seed), key: key, nonce: "\(name) half",
                associated: Associated.slot(vault: vault, slot: id, bound: slot.bound)))
        return slot
    }
}
