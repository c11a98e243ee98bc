import Glibc

/// Bytes that hold a secret on their way out. They do not move while they grow, so that no copy is left
/// behind, and are wiped at the end.
final class WipedBytes {
    private var bytes: [UInt8] = []
    private let capacity: Int

    init(capacity: Int) {
        self.capacity = capacity
        bytes.reserveCapacity(capacity)
    }

    deinit {
        bytes.withUnsafeMutableBytes { bytes in
            if let base = bytes.baseAddress { explicit_bzero(base, bytes.count) }
        }
    }

    var count: Int { bytes.count }

    subscript(_ index: Int) -> UInt8 { bytes[index] }

    func append(_ byte: UInt8) {
        precondition(bytes.count < capacity, "room is made for all of it beforehand")
        bytes.append(byte)
    }

    /// Text that is no secret.
    func append(_ text: String) { for byte in text.utf8 { append(byte) } }

    /// A number in decimal digits, without text of it in between.
    func append(number: Int) {
        precondition(number >= 0, "no place on a page is negative")
        if number >= 10 { append(number: number / 10) }
        append(UInt8(ascii: "0") + UInt8(number % 10))
    }

    /// Lets `body` fill a whole buffer of the capacity and say how much of it counts.
    func fill(_ body: (inout [UInt8]) -> Int) {
        bytes.append(contentsOf: repeatElement(0, count: capacity - bytes.count))
        let count = body(&bytes)
        bytes.removeLast(capacity - count)
    }

    /// Writes all of it; returns `errno` when that cannot be done.
    func write(to descriptor: Int32) -> Int32? {
        bytes.withUnsafeBytes { RawOutput.write($0, to: descriptor) }
    }

    /// Lends the bytes, for a test.
    func withBytes<R>(_ body: ([UInt8]) -> R) -> R { body(bytes) }
}
