/// One key of the keyring as it is stored: wrapped under the ring key. Spec 02 §8.
package struct KeyringRow: Hashable, Sendable {
    package var purpose: KeyringPurpose
    /// From 1.
    package var epoch: UInt32
    /// 72 bytes.
    package var wrapped: [UInt8]

    package init(purpose: KeyringPurpose, epoch: UInt32, wrapped: [UInt8]) {
        self.purpose = purpose
        self.epoch = epoch
        self.wrapped = wrapped
    }
}
