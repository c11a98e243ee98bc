import VaultCrypto
import VaultFormat

/// Every key that a vault has in use at one time: what an owner hands out in bundles. Spec 02 §8, §10.
struct VaultSecrets: ~Copyable {
    let root: RootKey
    let signing: SigningKey
    let audit: ReceivingKey
    let deposit: ReceivingKey
    let index: IndexKey
    let erasure: ErasureKey

    /// New keys. What was erased is remembered under a key that outlives them all.
    static func random(erasure: consuming ErasureKey) -> VaultSecrets {
        VaultSecrets(
            root: .random(), signing: .random(), audit: .random(), deposit: .random(),
            index: .random(), erasure: erasure)
    }

    /// The plaintext of a bundle: exactly the role's keys.
    borrowing func bundle(_ role: Role) -> KeyMap {
        KeyMap(role.bundle.map(\.rawValue)) { number, place in
            guard let key = BundleKey(rawValue: number) else {
                preconditionFailure("a bundle has keys of known numbers")
            }
            secret(key).withUnsafeBytes { place.copyMemory(from: $0) }
        }
    }

    private borrowing func secret(_ key: BundleKey) -> Secret {
        switch key {
        case .root: root.bytes()
        case .wrap: root.wrapKey().bytes()
        case .tag: root.tagKey().bytes()
        case .desk: root.deskKey().bytes()
        case .index: index.bytes()
        case .erasure: erasure.bytes()
        case .audit: audit.privateHalf()
        case .deposit: deposit.privateHalf()
        }
    }

    /// Seals a bundle to a slot. Spec 02 §6.
    ///
    /// - Throws: `untrusted` when the slot's receiving key is none.
    borrowing func sealedBundle(
        _ role: Role, vault: VaultID, slot: SlotID, to receiver: [UInt8]
    ) throws(KeysError) -> [UInt8] {
        do {
            return try Envelope.seal(
                bundle(role).encoded, to: receiver,
                info: Associated.bundle(vault: vault, slot: slot),
                associated: Array(role.rawValue.utf8))
        } catch {
            throw .untrusted("a slot's receiving key is not a key")
        }
    }
}

extension Key where Self: ~Copyable {
    borrowing func bytes() -> Secret { secret.copy() }
}

extension RoleKeys {
    /// Opens all that is in use, an owner's.
    func secrets(_ rows: [KeyringRow], header: Header) throws(KeysError) -> VaultSecrets {
        let root = try rootKey()
        guard header.vault == vault, try header.slot(slot).role == role else {
            throw .untrusted("slot \"\(slot)\" is no owner's any more")
        }
        let signing = try signingKey(rows, header: header)
        guard
            signing.verifyingKey.verify(
                signature: header.signature.bytes, of: header.signedBytes)
        else { throw .untrusted("the header's signature does not hold") }
        let audit = try auditKeys(rows)
        let deposit = try depositKeys(rows)
        guard header.keys == publicKeys, let audit = audit.newest, let deposit = deposit.newest
        else { throw .untrusted("the vault's keys are not those that were opened") }
        return VaultSecrets(
            root: root, signing: signing, audit: audit, deposit: deposit,
            index: try indexKey(rows), erasure: try erasureKey(rows))
    }
}
