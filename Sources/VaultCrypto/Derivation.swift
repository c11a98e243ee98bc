import CSodium

// libsodium's crypto_kdf: BLAKE2b keyed with the parent, personalised with an ASCII name of 8 bytes,
// subkey number 1. Spec 01, "Derived keys".

extension RootKey {
    package borrowing func wrapKey() -> WrapKey { derive("lt.wrap.") }
    package borrowing func tagKey() -> TagKey { derive("lt.dedup") }
    package borrowing func deskKey() -> DeskKey { derive("lt.desk.") }
    package borrowing func ringKey() -> RingKey { derive("lt.ring.") }
}

extension FileKey {
    package borrowing func valueKey() -> ValueKey { derive("lt.value") }
}

extension IndexKey {
    /// Seals blocks of the index's files. Spec 09 §2.
    package borrowing func blockKey() -> BlockKey { derive("lt.block") }
    /// Seals cards. Spec 04 §13.
    package borrowing func cardKey() -> CardKey { derive("lt.card.") }
}

extension ReceivingKey {
    /// Opens the key of the epoch before this one. Spec 02 §8.
    package borrowing func chainKey() -> ChainKey { ChainParent(privateHalf()).chainKey() }
}

/// A receiving key's private half, as a parent of keys.
private struct ChainParent: ~Copyable, Key {
    let secret: Secret
    init(_ secret: consuming Secret) { self.secret = secret.asKey() }

    borrowing func chainKey() -> ChainKey { derive("lt.chain") }
}

extension Key where Self: ~Copyable {
    fileprivate borrowing func derive<Child: Key & ~Copyable>(_ purpose: StaticString) -> Child {
        precondition(purpose.utf8CodeUnitCount == Int(crypto_kdf_CONTEXTBYTES))
        let child = Secret(count: keyByteCount) { bytes in
            let result = secret.withBytes { parent in
                purpose.utf8Start.withMemoryRebound(to: CChar.self, capacity: 8) { name in
                    crypto_kdf_derive_from_key(
                        bytes.baseAddress!.assumingMemoryBound(to: UInt8.self), bytes.count,
                        1, name, parent)
                }
            }
            precondition(result == 0, "a subkey of 32 bytes can always be derived")
        }
        return Child(child)
    }
}
