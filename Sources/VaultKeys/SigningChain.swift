import VaultCrypto
import VaultFormat

/// From the signing key that a slot trusts to the one in use. Spec 02 §7.
enum SigningChain {
    /// Follows the chain, and gives the key in use.
    ///
    /// - Throws: `untrusted` when `trusted` is not one of the vault's keys, or when one after it is
    ///   not vouched for by the one before.
    static func follow(
        _ keys: [SigningEpoch], from trusted: [UInt8], vault: VaultID
    ) throws(KeysError) -> VerifyingKey {
        guard let start = keys.firstIndex(where: { $0.public.bytes == trusted }) else {
            throw .untrusted("the header names another vault's signing key")
        }
        var current = try verifyingKey(trusted)
        for next in keys[(start + 1)...] {
            let message = Associated.successor(
                vault: vault, epoch: next.epoch, since: next.since, public: next.public.bytes)
            guard current.verify(signature: next.signed?.bytes ?? [], of: message) else {
                throw .untrusted("the signing key of epoch \(next.epoch) is not vouched for")
            }
            current = try verifyingKey(next.public.bytes)
        }
        return current
    }

    /// Follows the chain and checks the header's signature; gives the key in use.
    static func verify(_ header: Header, trusted: [UInt8]) throws(KeysError) -> VerifyingKey {
        let key = try follow(header.keys.signing, from: trusted, vault: header.vault)
        guard key.verify(signature: header.signature.bytes, of: header.signedBytes) else {
            throw .untrusted("the header's signature does not hold")
        }
        return key
    }

    private static func verifyingKey(_ bytes: [UInt8]) throws(KeysError) -> VerifyingKey {
        do {
            return try VerifyingKey(bytes)
        } catch {
            throw .untrusted("the vault's signing key is not a key")
        }
    }
}

extension Header {
    /// Checks, for somebody who holds no key, that the header is signed as it should be: each signing key
    /// vouched for by the one before, and the whole by the last. Whether the first is the vault's only a
    /// slot can tell, or who knows it from elsewhere.
    ///
    /// - Throws: `untrusted`.
    package func verifySignatures() throws(KeysError) {
        _ = try SigningChain.verify(self, trusted: keys.signing[0].public.bytes)
    }
}
