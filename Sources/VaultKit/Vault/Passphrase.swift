import Glibc
import VaultCrypto
import VaultFormat

/// What somebody typed or a file held: a passphrase or a recovery code, in guarded memory only.
package struct Passphrase: ~Copyable, Sendable {
    /// Longer input is refused.
    package static let maximumByteCount = 4096

    let secret: Secret

    /// Reads to the end of a file, pipe or descriptor; one line end at the end is dropped.
    ///
    /// - Throws: `usage` for nothing, a NUL byte or more than 4,096 bytes; `failed` when it cannot be
    ///   read.
    package static func read(descriptor: Int32) throws(VaultError) -> Passphrase {
        try Passphrase(descriptor, toLineEnd: false)
    }

    /// Reads one line, as from a terminal; the line end is dropped.
    package static func readLine(descriptor: Int32) throws(VaultError) -> Passphrase {
        try Passphrase(descriptor, toLineEnd: true)
    }

    private init(_ descriptor: Int32, toLineEnd: Bool) throws(VaultError) {
        // One byte more than allowed, to notice what is too long, and two for a line end.
        let limit = Self.maximumByteCount + 3
        var count = 0
        let buffer = try Secret(count: limit) { (buffer) throws(VaultError) in
            while count < limit {
                // From a terminal byte by byte: what follows the line belongs to somebody else.
                let wanted = toLineEnd ? 1 : limit - count
                let got = Glibc.read(descriptor, buffer.baseAddress! + count, wanted)
                if got < 0, errno == EINTR { continue }
                guard got >= 0 else {
                    throw VaultError(.failed, "the passphrase cannot be read")
                }
                if got == 0 { break }
                count += got
                if toLineEnd, buffer[count - 1] == UInt8(ascii: "\n") { break }
            }
            if count > 0, buffer[count - 1] == UInt8(ascii: "\n") { count -= 1 }
            if count > 0, buffer[count - 1] == UInt8(ascii: "\r") { count -= 1 }
            guard count > 0 else { throw VaultError(.usage, "the passphrase is empty") }
            guard count <= Self.maximumByteCount else {
                throw VaultError(
                    .usage, "the passphrase is longer than \(Self.maximumByteCount) bytes")
            }
            guard !buffer[..<count].contains(0) else {
                throw VaultError(.usage, "the passphrase holds a NUL byte")
            }
        }
        secret = buffer.withUnsafeBytes {
            Secret(copying: UnsafeRawBufferPointer(rebasing: $0[..<count]))
        }
    }

    /// Compares in constant time.
    package static func same(_ left: borrowing Passphrase, _ right: borrowing Passphrase) -> Bool {
        Secret.equal(left.secret, right.secret)
    }

    /// How hard it is to guess.
    package borrowing func judge() -> Judgement { Judgement(secret) }
}
