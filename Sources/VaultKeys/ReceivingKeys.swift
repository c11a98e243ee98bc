package import VaultCrypto
import VaultFormat

/// The audit or deposit keys of all epochs. Spec 02 §8.
package final class ReceivingKeys: Sendable {
    /// Ascending; never empty.
    package let epochs: [UInt32]
    /// 32 bytes an epoch.
    private let halves: Secret

    /// The private key of an epoch, made ready; a caller that opens much under one keeps it.
    package func key(_ epoch: UInt32) -> ReceivingKey? {
        guard let index = epochs.firstIndex(of: epoch) else { return nil }
        do {
            return try ReceivingKey(half(index))
        } catch {
            preconditionFailure("32 bytes are a key: \(error)")
        }
    }

    /// The key in use.
    package var newest: ReceivingKey? { key(epochs[epochs.count - 1]) }

    /// Opens the private half of each public key that the header names, from the newest on, and compares
    /// the two.
    ///
    /// - Parameter open: gives the half at an index, with the key behind it in the list at hand.
    /// - Throws: `untrusted` when one is missing, does not open, or is not the header's.
    init(
        _ publicKeys: [PublicKeys.Epoch],
        open: (_ index: Int, _ newer: borrowing ReceivingKey?) throws(KeysError) -> Secret
    ) throws(KeysError) {
        epochs = publicKeys.map(\.epoch)
        var newer: ReceivingKey?
        halves = try Secret(count: publicKeys.count * keyByteCount) { (halves) throws(KeysError) in
            for index in publicKeys.indices.reversed() {
                let half = try open(index, newer)
                let place = UnsafeMutableRawBufferPointer(
                    rebasing: halves[Self.range(index)])
                half.withUnsafeBytes { place.copyMemory(from: $0) }
                let key = try Self.key(half)
                guard key.publicKey == publicKeys[index].public.bytes else {
                    throw .untrusted(
                        "a key of epoch \(publicKeys[index].epoch) is not the header's")
                }
                newer = consume key
            }
        }
    }

    private static func key(_ half: consuming Secret) throws(KeysError) -> ReceivingKey {
        do {
            return try ReceivingKey(half)
        } catch {
            throw .untrusted("a key of the keyring is not a key")
        }
    }

    private func half(_ index: Int) -> Secret {
        halves.withUnsafeBytes {
            Secret(copying: UnsafeRawBufferPointer(rebasing: $0[Self.range(index)]))
        }
    }

    private static func range(_ index: Int) -> Range<Int> {
        index * keyByteCount..<(index + 1) * keyByteCount
    }
}
