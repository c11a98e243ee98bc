package import VaultCrypto
package import VaultFormat

/// An owner's changes of a header: each gives a new one, signed, of the next generation. The one that was
/// given stays as it is, and nothing is stored here. Spec 02 §3, §7.
package struct HeaderEditor: ~Copyable {
    private let header: Header
    private let secrets: VaultSecrets

    /// - Parameter rows: the keyring.
    /// - Throws: `notHeld` unless `keys` are an owner's; `untrusted` when the header is not one that the
    ///   vault signed, or the vault's keys were changed since `keys` were opened.
    package init(
        _ header: Header, keys: RoleKeys, rows: [KeyringRow]
    ) throws(KeysError) {
        self.header = header
        secrets = try keys.secrets(rows, header: header)
    }

    /// Adds a slot that `secret`, and `keyFile` where the way wants one, opens.
    ///
    /// - Throws: `memoryUnavailable`; `format` for a cost or label out of bounds, and beyond 256 slots.
    package borrowing func add(
        _ way: SlotMaker.Way, secret: borrowing Secret, keyFile: borrowing Secret? = nil,
        label: String, role: Role
    ) throws(KeysError) -> (header: Header, slot: SlotID) {
        let slot = try SlotMaker.make(
            vault: header.vault, way: way, secret: secret, keyFile: keyFile, label: label,
            role: role, secrets: secrets
        ).slot
        let header = try signed { (header) throws(KeysError) in
            header.slots.append(slot)
            header.slots.sort { $0.id < $1.id }
        }
        return (header, slot.id)
    }

    /// Removes a slot; its public signing key stays among the retired ones. What its holder copied before
    /// still opens with what they know: only a rotation makes new keys.
    ///
    /// - Parameter sequence: of the entry that says so.
    /// - Throws: `lastOwner`, `noSuchSlot`; `format` when 4,096 are retired already.
    package borrowing func remove(
        _ id: SlotID, until sequence: UInt64
    ) throws(KeysError) -> Header {
        try signed { (header) throws(KeysError) in
            let slot = try header.slot(id)
            header.slots.removeAll { $0.id == id }
            try header.requireOwner()
            header.retired.append(
                RetiredSlot(
                    id: id, label: slot.label, role: slot.role, signing: slot.signing.bytes,
                    until: sequence))
        }
    }

    package borrowing func relabel(_ id: SlotID, _ label: String) throws(KeysError) -> Header {
        try signed { (header) throws(KeysError) in
            try header.edit(id) { $0.label = label }
        }
    }

    /// Gives a slot another role, with a bundle of that role's keys. What the holder had before stays
    /// known to them until a rotation.
    ///
    /// - Parameter label: a new one at the same time.
    /// - Throws: `lastOwner`, `noSuchSlot`.
    package borrowing func changeRole(
        _ id: SlotID, to role: Role, label: String? = nil
    ) throws(KeysError) -> Header {
        try signed { (header) throws(KeysError) in
            let slot = try header.slot(id)
            let bundle = try secrets.sealedBundle(
                role, vault: header.vault, slot: id, to: slot.receiving.bytes)
            try header.edit(id) {
                $0.role = role
                $0.bundle = JSONBytes(bundle)
                if let label { $0.label = label }
            }
            try header.requireOwner()
        }
    }

    /// Puts a slot of `SlotMaker.reseal` in place, whatever its kind.
    ///
    /// - Throws: `noSuchSlot`.
    package borrowing func replace(_ slot: Slot) throws(KeysError) -> Header {
        try signed { (header) throws(KeysError) in
            try header.edit(slot.id) {
                $0.kind = slot.kind
                $0.private = slot.private
            }
        }
    }

    /// Puts a slot of `SlotMaker.reseal` in place without the vault's signing key: a holder's own
    /// change of passphrase. The generation stays, for nothing that is signed changes.
    ///
    /// - Throws: `needsOwner` when the slot's kind changed; `noSuchSlot`, `format`.
    package static func replaceHalf(_ slot: Slot, in header: Header) throws(KeysError) -> Header {
        guard try header.slot(slot.id).kind == slot.kind else { throw .needsOwner }
        var header = header
        try header.edit(slot.id) { $0.private = slot.private }
        return try header.checked()
    }

    private borrowing func signed(
        _ change: (inout Header) throws(KeysError) -> Void
    ) throws(KeysError) -> Header {
        var header = header
        try change(&header)
        return try header.signed(by: secrets.signing)
    }
}

extension Header {
    /// The next generation, signed, and within every bound.
    consuming func signed(by key: borrowing SigningKey) throws(KeysError) -> Header {
        generation += 1
        signature = JSONBytes(key.sign(signedBytes))
        return try checked()
    }

    /// What will be read back.
    func checked() throws(KeysError) -> Header {
        do {
            return try Header(parsing: encoded)
        } catch {
            throw .format(error)
        }
    }

    fileprivate mutating func edit(
        _ id: SlotID, _ change: (inout Slot) -> Void
    ) throws(KeysError) {
        guard let index = slots.firstIndex(where: { $0.id == id }) else { throw .noSuchSlot(id) }
        change(&slots[index])
    }

    fileprivate func requireOwner() throws(KeysError) {
        guard slots.contains(where: { $0.role == .owner }) else { throw .lastOwner }
    }
}
