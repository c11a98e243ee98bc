import VaultCrypto
import VaultFormat

/// Makes slots whose every byte follows from their name, with the cheapest Argon2id that the bounds allow.
struct SlotComposer {
    let vault: VaultID
    /// The seed of the vault's signing key that the slots trust.
    let trusted: [UInt8]
    /// What bundles are filled from.
    let key: (BundleKey) -> [UInt8]

    func slot(
        _ name: String, _ kind: SlotKind, _ secret: [UInt8], keyFile: [UInt8] = [],
        role: Role = .owner
    ) throws -> Slot {
        let id = try SlotID(bytes: Compose.bytes("\(name) slot", 16))
        let salt = Compose.bytes("\(name) salt", 16)
        let receiver = try Compose.receiving(Compose.bytes("\(name) receiving", 32))
        let kdf: KDF =
            kind == .recovery
            ? .hkdf(salt: salt)
            : .argon2id(memory: KDF.memoryRange.lowerBound, passes: 1, salt: salt)
        let (slotKey, commitment) = try candidate(kind, secret, keyFile, salt, id)
        var slot = Slot(
            bundle: try bundle(name, Self.map(role.bundle.map { ($0.rawValue, key($0)) }), role),
            id: id, kind: kind, label: "our \(name)",
            private: PrivateHalf(commitment: commitment, kdf: kdf, sealed: []),
            receiving: receiver, role: role,
            signing: try Compose.verifying(Compose.bytes("\(name) signing", 32)))
        slot.private.sealed = JSONBytes(
            try Compose.box(
                half(name), key: slotKey, nonce: "\(name) half",
                associated: Associated.slot(vault: vault, slot: id, bound: slot.bound)))
        return slot
    }

    /// A bundle sealed to the slot of a name.
    func bundle(_ name: String, _ map: [UInt8], _ role: Role) throws -> [UInt8] {
        try Compose.envelope(
            map, to: try Compose.receiving(Compose.bytes("\(name) receiving", 32)),
            ephemeral: Compose.bytes("\(name) ephemeral", 32),
            info: Associated.bundle(
                vault: vault, slot: try SlotID(bytes: Compose.bytes("\(name) slot", 16))),
            associated: Array(role.rawValue.utf8))
    }

    /// The plaintext of the private half of the slot of a name.
    func half(_ name: String) throws -> [UInt8] {
        Self.map([
            (1, Compose.bytes("\(name) receiving", 32)), (2, Compose.bytes("\(name) signing", 32)),
            (3, try Compose.verifying(trusted)),
        ])
    }

    static func map(_ keys: [(number: UInt8, key: [UInt8])]) -> [UInt8] {
        var writer = CBORWriter()
        writer.map(count: keys.count)
        for (number, key) in keys {
            writer.key(number)
            writer.byteString(key)
        }
        return writer.bytes
    }

    private func candidate(
        _ kind: SlotKind, _ secret: [UInt8], _ keyFile: [UInt8], _ salt: [UInt8], _ id: SlotID
    ) throws -> (key: [UInt8], commitment: [UInt8]) {
        let cost = try PassphraseCost(
            memoryByteCount: Int(KDF.memoryRange.lowerBound), passes: 1)
        let candidate =
            switch kind {
            case .passphrase:
                try PassphraseHash.stretch(Compose.secret(secret), salt: salt, cost: cost)
            case .passphraseAndKeyFile:
                try PassphraseHash.stretch(
                    Compose.secret(secret), keyFile: Compose.secret(keyFile), salt: salt,
                    cost: cost, info: Associated.keyFile(vault: vault, slot: id))
            case .recovery:
                try PassphraseHash.expand(
                    Compose.secret(secret), salt: salt,
                    info: Associated.recovery(vault: vault, slot: id))
            }
        let commitment = candidate.commitment
        return (candidate.forNewSlot().withUnsafeBytes { Array($0) }, commitment)
    }
}
