package import VaultCrypto
package import VaultFormat

/// Seals what stands before a deposit's object. Spec 08 §2 to §4.
package enum DepositSealer {
    static let plaintextByteCount = DepositFront.headByteCount - Envelope.overhead
    static let signatureByteCount = SlotID.byteCount + VerifyingKey.signatureByteCount

    /// - Parameters:
    ///   - key: that the object is sealed under.
    ///   - keys: of the slot that signs; `nil` for an unsigned deposit.
    /// - Throws: `untrusted` for a public key that nothing can be sealed to.
    package static func front(
        _ head: DepositHead, key: borrowing FileKey, as deposit: DepositID,
        to target: DepositTarget, by keys: RoleKeys?
    ) throws(KeysError) -> DepositFront {
        var sealer: EnvelopeSealer
        let sealed: [UInt8]
        do {
            sealer = try EnvelopeSealer(
                to: target.publicKey,
                info: Associated.deposit(
                    vault: target.vault, deposit: deposit, epoch: target.epoch))
            sealed =
                try sealer.encapsulatedKey
                + sealer.sealAll(of: plaintext(head, key), associated: [])
        } catch {
            throw .untrusted("the deposit key is not a key")
        }
        func front(_ signature: [UInt8]) -> DepositFront {
            DepositFront(
                vault: target.vault, deposit: deposit, epoch: target.epoch, head: sealed,
                signature: signature)
        }
        var signature = [UInt8](repeating: 0, count: signatureByteCount)
        if let keys {
            let unsigned = front([UInt8](repeating: 0, count: DepositFront.signatureByteCount))
            signature =
                keys.slot.bytes
                + keys.signer.sign(
                    Associated.depositSigned(slot: keys.slot, digest: unsigned.digest.bytes))
        }
        do {
            return front(
                try signature.withUnsafeBytes { bytes in
                    try sealer.seal(
                        bytes,
                        associated: Associated.depositBy(vault: target.vault, deposit: deposit))
                })
        } catch {
            throw .untrusted("the deposit key is not a key")
        }
    }

    /// File key ‖ lp(map) ‖ zeros.
    private static func plaintext(
        _ head: DepositHead, _ key: borrowing FileKey
    ) -> Secret {
        let map = head.encoded
        let length = UInt32(map.count)
        return Secret(count: plaintextByteCount) { buffer in
            key.withUnsafeBytes { buffer[..<keyByteCount].copyBytes(from: $0) }
            withUnsafeBytes(of: length.bigEndian) {
                buffer[keyByteCount..<keyByteCount + 4].copyBytes(from: $0)
            }
            buffer[(keyByteCount + 4)...].copyBytes(from: map)
        }
    }
}

extension DepositFront {
    /// The SHA-256 of all before the signature.
    var digest: Digest { Digest(hashing: signedBytes) }
}

extension EnvelopeSealer {
    fileprivate mutating func sealAll(
        of secret: borrowing Secret, associated: [UInt8]
    ) throws(CryptoError) -> [UInt8] {
        try secret.withUnsafeBytes { (bytes) throws(CryptoError) in
            try seal(bytes, associated: associated)
        }
    }
}
