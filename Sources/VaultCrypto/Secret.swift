import CSodium

/// Secret bytes in guarded memory. They are wiped when it goes out of scope, compared in constant
/// time, and have neither a description nor an encoding.
///
/// `deinit` does not run for globals, nor for locals alive at `exit()`: hold no static secret.
// Sendable: one owner at a time, and nothing writes after init.
package struct Secret: ~Copyable, @unchecked Sendable {
    let base: UnsafeMutableRawPointer
    package let count: Int

    /// - Precondition: there is memory, as for an array; the message says how much was wanted.
    private init(uninitialized count: Int) {
        precondition(count >= 0, "a secret cannot have a negative size")
        guard let base = GuardedMemory.allocate(count) else {
            preconditionFailure("no guarded memory left for a secret of \(count) bytes")
        }
        self.base = base
        self.count = count
    }

    /// Takes `randomCount` bytes from the system's random source.
    package init(randomCount: Int) {
        self.init(uninitialized: randomCount)
        randombytes_buf(base, randomCount)
    }

    /// Copies bytes in. The original remains the caller's to wipe.
    package init(copying bytes: UnsafeRawBufferPointer) {
        self.init(uninitialized: bytes.count)
        UnsafeMutableRawBufferPointer(start: base, count: count).copyMemory(from: bytes)
    }

    /// Lets `fill` write all of `count` bytes, which are zero before. When it throws, nothing of
    /// what it wrote remains.
    package init<E: Error>(
        count: Int, filling fill: (UnsafeMutableRawBufferPointer) throws(E) -> Void
    ) throws(E) {
        self.init(uninitialized: count)
        sodium_memzero(base, count)
        try fill(UnsafeMutableRawBufferPointer(start: base, count: count))
    }

    deinit {
        GuardedMemory.release(base, count: count)
    }

    /// Lends the bytes for the time of the call; the pointer must not leave it.
    package borrowing func withUnsafeBytes<R: ~Copyable, E: Error>(
        _ body: (UnsafeRawBufferPointer) throws(E) -> R
    ) throws(E) -> R {
        try body(UnsafeRawBufferPointer(start: base, count: count))
    }

    /// A second secret with the same bytes.
    package borrowing func copy() -> Secret {
        Secret(copying: UnsafeRawBufferPointer(start: base, count: count))
    }

    /// A third secret: these bytes, then the other's.
    package borrowing func joined(with other: borrowing Secret) -> Secret {
        Secret(count: count + other.count) { both in
            withUnsafeBytes { both.copyMemory(from: $0) }
            let rest = UnsafeMutableRawBufferPointer(rebasing: both[count...])
            other.withUnsafeBytes { rest.copyMemory(from: $0) }
        }
    }

    /// Compares in time that depends on the sizes only.
    package static func equal(_ left: borrowing Secret, _ right: borrowing Secret) -> Bool {
        left.count == right.count && sodium_memcmp(left.base, right.base, left.count) == 0
    }

    /// The bytes for a C function that takes `const unsigned char *`.
    borrowing func withBytes<R: ~Copyable>(_ body: (UnsafePointer<UInt8>) -> R) -> R {
        body(UnsafePointer(base.assumingMemoryBound(to: UInt8.self)))
    }
}
