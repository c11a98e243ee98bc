import CSodium

/// Bytes from the system's random source, for what is not secret: salts, identifiers.
/// Each call asks the kernel, so neither a fork nor a resumed snapshot repeats them.
package enum RandomBytes {
    package static func make(_ count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, initializedCount in
            fill(UnsafeMutableRawBufferPointer(buffer))
            initializedCount = count
        }
    }

    package static func fill(_ buffer: UnsafeMutableRawBufferPointer) {
        Sodium.start()
        if let base = buffer.baseAddress { randombytes_buf(base, buffer.count) }
    }
}
