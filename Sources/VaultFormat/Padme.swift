/// Size classes that hide all but the leading bits of a length (PADMÉ, Nikitin et al. 2019). Spec 03 §5.
package enum Padme {
    /// The smallest class that holds `byteCount`: at most 12 % more, 3 % at 32 MiB.
    package static func paddedSize(of byteCount: UInt64) -> UInt64 {
        guard byteCount >= 2 else { return byteCount }
        let exponent = UInt64(63 - byteCount.leadingZeroBitCount)
        let significant = UInt64(64 - exponent.leadingZeroBitCount)
        guard exponent > significant else { return byteCount }
        let mask = UInt64(1) << (exponent - significant) - 1
        return (byteCount + mask) & ~mask
    }
}
