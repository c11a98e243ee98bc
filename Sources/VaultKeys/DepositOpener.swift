package import VaultCrypto
package import VaultFormat

/// A deposit's head, open, with the key of its object. Spec 08 §3.
package struct OpenedDeposit: ~Copyable {
    package let head: DepositHead
    package let key: FileKey
    package let signer: DepositSigner
}

/// Opens what stands before a deposit's object. Spec 08 §3, §4.
package enum DepositOpener {
    /// - Parameters:
    ///   - key: the deposit key of the front's epoch.
    ///   - header: verified; knows the slots that may have signed.
    /// - Throws: `untrusted` for a front that is another vault's, does not open, or whose signature does
    ///   not hold; `format`.
    package static func open(
        _ front: DepositFront, with key: borrowing ReceivingKey, header: Header
    ) throws(KeysError) -> OpenedDeposit {
        guard front.vault == header.vault else { throw .untrusted("it is another vault's") }
        var opener = try opener(of: front, key)
        let plaintext = try plaintext(of: front, &opener)
        let head = try head(plaintext)
        let fileKey = plaintext.withUnsafeBytes {
            FileKey(Secret(copying: UnsafeRawBufferPointer(rebasing: $0[..<keyByteCount])))
        }
        let signer = try signer(of: front, &opener, header)
        return OpenedDeposit(head: head, key: fileKey, signer: signer)
    }

    private static func opener(
        of front: DepositFront, _ key: borrowing ReceivingKey
    ) throws(KeysError) -> EnvelopeOpener {
        do {
            return try EnvelopeOpener(
                Array(front.head[..<Envelope.encapsulatedKeyByteCount]), with: key,
                info: Associated.deposit(
                    vault: front.vault, deposit: front.deposit, epoch: front.epoch))
        } catch {
            throw .untrusted("its head does not open")
        }
    }

    private static func plaintext(
        of front: DepositFront, _ opener: inout EnvelopeOpener
    ) throws(KeysError) -> Secret {
        do {
            return try opener.open(
                front.head[Envelope.encapsulatedKeyByteCount...], associated: [])
        } catch {
            throw .untrusted("its head does not open")
        }
    }

    private static func head(_ plaintext: borrowing Secret) throws(KeysError) -> DepositHead {
        do throws(FormatError) {
            return try plaintext.withUnsafeBytes { (bytes) throws(FormatError) in
                let length = Int(
                    UInt32(
                        bigEndian: bytes.loadUnaligned(
                            fromByteOffset: keyByteCount, as: UInt32.self)))
                let rest = bytes[(keyByteCount + 4)...]
                guard length <= rest.count else { throw .truncated }
                guard rest.dropFirst(length).allSatisfy({ $0 == 0 }) else { throw .trailingBytes }
                return try DepositHead(
                    parsing: UnsafeRawBufferPointer(rebasing: rest.prefix(length)))
            }
        } catch {
            throw .format(error)
        }
    }

    private static func signer(
        of front: DepositFront, _ opener: inout EnvelopeOpener, _ header: Header
    ) throws(KeysError) -> DepositSigner {
        let opened: [UInt8]
        let slot: SlotID
        do {
            opened = try opener.open(
                front.signature[...],
                associated: Associated.depositBy(vault: front.vault, deposit: front.deposit)
            ).withUnsafeBytes { Array($0) }
            slot = try SlotID(bytes: opened.prefix(SlotID.byteCount))
        } catch {
            throw .untrusted("who signed it does not open")
        }
        if opened.allSatisfy({ $0 == 0 }) { return .nobody }
        let held = header.slots.first { $0.id == slot }
        let retired = header.retired.first { $0.id == slot }
        guard let known = held?.signing ?? retired?.signing else {
            throw .untrusted("a slot signed it that the vault never had")
        }
        do {
            let signed = Associated.depositSigned(slot: slot, digest: front.digest.bytes)
            guard
                try VerifyingKey(known.bytes).verify(
                    signature: Array(opened.dropFirst(SlotID.byteCount)), of: signed)
            else { throw KeysError.untrusted("its signature does not hold") }
        } catch {
            throw .untrusted("its signature does not hold")
        }
        return held?.role.signsDeposits == true ? .slot(slot) : .former(slot)
    }
}
