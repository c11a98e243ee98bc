import VaultCrypto
import VaultFormat

/// A signature to be verified, on whatever thread. Spec 07 §3.
package struct SignatureJob: Sendable {
    let sequence: UInt64
    let slot: SlotID
    let key: VerifyingKey?
    let signature: [UInt8]
    let message: [UInt8]

    /// What is wrong, if anything is.
    package var finding: LogFinding? {
        guard let key, key.verify(signature: signature, of: message) else {
            return .signature(sequence: sequence, slot)
        }
        return nil
    }
}
