import COpenSSL
import CSodium

/// What a passphrase hash may cost: 64 MiB to 1 GiB of memory and 1 to 10 passes. A value of this
/// type is within those bounds, so that a cost read from a hostile header never takes memory.
package struct PassphraseCost: Hashable, Sendable {
    package static let memoryBounds = 64 << 20...1 << 30
    package static let passBounds = 1...10

    package let memoryByteCount: Int
    package let passes: Int

    /// 256 MiB, 3 passes: some 1.4 s on a small machine.
    package static let standard = PassphraseCost(trusted: 256 << 20, passes: 3)

    /// Throws `.costOutOfBounds` for too much and for too little. Memory is counted in whole KiB,
    /// as Argon2 does; anything else is out of bounds too.
    package init(memoryByteCount: Int, passes: Int) throws(CryptoError) {
        guard Self.memoryBounds.contains(memoryByteCount), memoryByteCount % 1024 == 0,
            Self.passBounds.contains(passes)
        else { throw .costOutOfBounds }
        self.init(trusted: memoryByteCount, passes: passes)
    }

    private init(trusted memoryByteCount: Int, passes: Int) {
        self.memoryByteCount = memoryByteCount
        self.passes = passes
    }
}

/// A slot key that somebody's secret came to, before it is known whether it is the right one.
///
/// XChaCha20-Poly1305 does not commit to its key: one could write a slot that two passphrases open.
/// So 32 more bytes of the same hash, the commitment, are stored beside the slot, and the key is
/// only to be had once they were compared.
package struct SlotKeyCandidate: ~Copyable, Sendable {
    package static let commitmentByteCount = 32

    private let key: SlotKey
    /// To be stored beside a new slot. 32 bytes; it tells nothing about the key.
    package let commitment: [UInt8]

    /// Splits 64 bytes into key and commitment.
    init(_ hash: borrowing Secret) {
        precondition(hash.count == keyByteCount + Self.commitmentByteCount)
        key = hash.withUnsafeBytes {
            SlotKey(Secret(copying: UnsafeRawBufferPointer(rebasing: $0[..<keyByteCount])))
        }
        commitment = hash.withUnsafeBytes { Array($0[keyByteCount...]) }
    }

    /// The key, if the stored commitment is this one's, compared in constant time. Throws
    /// `.wrongKey`, or `.malformed` for any size but 32 bytes.
    package consuming func confirmed(by stored: [UInt8]) throws(CryptoError) -> SlotKey {
        guard stored.count == Self.commitmentByteCount else { throw .malformed }
        guard sodium_memcmp(commitment, stored, stored.count) == 0 else { throw .wrongKey }
        return key.copy()
    }

    /// The key for a slot that is being made, whose commitment is stored with it.
    package consuming func forNewSlot() -> SlotKey {
        key.copy()
    }
}

/// From what a person knows to a slot key.
package enum PassphraseHash {
    package static let saltByteCount = 16

    /// Argon2id (version 1.3, one lane) to 64 bytes. For a passphrase.
    ///
    /// Takes `cost.memoryByteCount` of memory while it runs. Throws `.memoryUnavailable` when it is
    /// not to be had, and `.malformed` for a salt of any size but 16 bytes.
    package static func stretch(
        _ passphrase: borrowing Secret, salt: [UInt8], cost: PassphraseCost
    ) throws(CryptoError) -> SlotKeyCandidate {
        SlotKeyCandidate(try argon2id(passphrase, salt: salt, cost: cost))
    }

    /// The same, then HKDF-SHA-256 over those 64 bytes and the key file's secret: neither is worth
    /// anything alone. Throws `.malformed` for a key file's secret below 16 bytes (128 bits), too.
    package static func stretch(
        _ passphrase: borrowing Secret, keyFile: borrowing Secret, salt: [UInt8],
        cost: PassphraseCost, info: [UInt8]
    ) throws(CryptoError) -> SlotKeyCandidate {
        guard keyFile.count >= 16 else { throw .malformed }
        let hash = try argon2id(passphrase, salt: salt, cost: cost)
        let both = Secret(count: hash.count + keyFile.count) { both in
            hash.withUnsafeBytes { both.copyMemory(from: $0) }
            let rest = UnsafeMutableRawBufferPointer(rebasing: both[hash.count...])
            keyFile.withUnsafeBytes { rest.copyMemory(from: $0) }
        }
        return try expand(both, salt: salt, info: info)
    }

    private static func argon2id(
        _ passphrase: borrowing Secret, salt: [UInt8], cost: PassphraseCost
    ) throws(CryptoError) -> Secret {
        guard salt.count == saltByteCount else { throw .malformed }
        var result: Int32 = -1
        let hash = Secret(count: keyByteCount + SlotKeyCandidate.commitmentByteCount) { hash in
            result = passphrase.withUnsafeBytes { passphrase in
                crypto_pwhash(
                    hash.baseAddress!.assumingMemoryBound(to: UInt8.self), UInt64(hash.count),
                    passphrase.baseAddress!.assumingMemoryBound(to: CChar.self),
                    UInt64(passphrase.count), salt, UInt64(cost.passes), cost.memoryByteCount,
                    crypto_pwhash_ALG_ARGON2ID13)
            }
        }
        guard result == 0 else { throw .memoryUnavailable(byteCount: cost.memoryByteCount) }
        return hash
    }

    /// HKDF-SHA-256 to 64 bytes. For a secret that was random to begin with (a recovery code, a key
    /// file): it costs nothing, so it protects nothing that could be guessed. Throws `.malformed`
    /// below 16 bytes (128 bits).
    package static func expand(
        _ secret: borrowing Secret, salt: [UInt8], info: [UInt8]
    ) throws(CryptoError) -> SlotKeyCandidate {
        guard secret.count >= 16 else { throw .malformed }
        return SlotKeyCandidate(
            try HKDF.sha256(
                secret, salt: salt, info: info,
                count: keyByteCount + SlotKeyCandidate.commitmentByteCount))
    }
}
