/// 160 random bits as a person writes them down: Bech32m (BIP 350) with the prefix `ltr`, shown in
/// capitals and groups of six. Any four wrong characters are noticed. Spec 02 §9.
///
/// Works on bytes in the caller's memory and never makes a `String` of a secret.
package enum RecoveryCode {
    package static let secretByteCount = 20
    /// Prefix, separator, 32 characters of data, 6 of checksum.
    package static let characterCount = 3 + 1 + 32 + 6
    private static let prefix = Array("ltr".utf8)
    private static let alphabet = Array("qpzry9x8gf2tvdw0s3jn54khce6mua7l".utf8)
    private static let constant: UInt32 = 0x2bc8_30a3

    /// The code in capitals, without dividers.
    package static func encode(_ secret: UnsafeRawBufferPointer) -> [UInt8] {
        precondition(secret.count == secretByteCount, "a recovery secret has 160 bits")
        var values: [UInt8] = []
        var buffer: UInt32 = 0
        var bits = 0
        for byte in secret {
            buffer = buffer << 8 | UInt32(byte)
            bits += 8
            while bits >= 5 {
                bits -= 5
                values.append(UInt8(buffer >> UInt32(bits) & 31))
            }
        }
        let check = polymod(expandedPrefix + values + [0, 0, 0, 0, 0, 0]) ^ constant
        for shift in stride(from: UInt32(25), through: 0, by: -5) {
            values.append(UInt8(check >> shift & 31))
        }
        return (prefix + Array("1".utf8) + values.map { alphabet[Int($0)] }).map(upper)
    }

    /// Reads a code in either case, ignoring spaces and hyphens, into 20 bytes of the caller's.
    ///
    /// - Throws: `wrongLength` or `checksum`; `secret` is then all zero.
    package static func decode(
        _ typed: UnsafeRawBufferPointer, into secret: UnsafeMutableRawBufferPointer
    ) throws(FormatError) {
        precondition(secret.count == secretByteCount, "a recovery secret has 160 bits")
        secret.initializeMemory(as: UInt8.self, repeating: 0)
        var characters = typed.filter { !Array(" -\t\r\n".utf8).contains($0) }.map(lower)
        defer { for index in characters.indices { characters[index] = 0 } }
        guard characters.count == characterCount else {
            throw .wrongLength(expected: characterCount, actual: characters.count)
        }
        guard characters.starts(with: prefix + Array("1".utf8)) else { throw .checksum }
        var values: [UInt8] = []
        for character in characters.dropFirst(4) {
            guard let value = alphabet.firstIndex(of: character) else { throw .checksum }
            values.append(UInt8(value))
        }
        guard polymod(expandedPrefix + values) == constant else { throw .checksum }
        var buffer: UInt32 = 0
        var bits = 0
        var index = 0
        for value in values.dropLast(6) {
            buffer = buffer << 5 | UInt32(value)
            bits += 5
            if bits >= 8 {
                bits -= 8
                secret[index] = UInt8(truncatingIfNeeded: buffer >> UInt32(bits))
                index += 1
            }
        }
        for index in values.indices { values[index] = 0 }
    }

    private static var expandedPrefix: [UInt8] {
        prefix.map { $0 >> 5 } + [0] + prefix.map { $0 & 31 }
    }

    private static func polymod(_ values: [UInt8]) -> UInt32 {
        let generator: [UInt32] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3]
        var check: UInt32 = 1
        for value in values {
            let top = check >> 25
            check = (check & 0x1ff_ffff) << 5 ^ UInt32(value)
            for (bit, term) in generator.enumerated() where top >> UInt32(bit) & 1 == 1 {
                check ^= term
            }
        }
        return check
    }

    private static func upper(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) ? byte - 32 : byte
    }

    private static func lower(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte + 32 : byte
    }
}
