/// Appending numbers in the byte orders that picture formats want.
extension [UInt8] {
    mutating func append16(little value: Int) {
        append(UInt8(truncatingIfNeeded: value))
        append(UInt8(truncatingIfNeeded: value >> 8))
    }

    mutating func append32(little value: Int) {
        append16(little: value)
        append16(little: value >> 16)
    }

    mutating func append16(big value: Int) {
        append(UInt8(truncatingIfNeeded: value >> 8))
        append(UInt8(truncatingIfNeeded: value))
    }

    mutating func append32(big value: Int) {
        append16(big: value >> 16)
        append16(big: value)
    }
}
