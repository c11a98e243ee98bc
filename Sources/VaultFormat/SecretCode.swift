/// 160 random bits as a person writes them down, or as a key file holds them: Bech32m (BIP 350), shown in
/// capitals and groups of six. Any four wrong characters are noticed. Spec 02 §9.
///
/// Works on bytes in the caller's memory and never makes a `String` of a secret.
package enum SecretCode: String, Sendable, CaseIterable {
    /// Opens a recovery slot.
    case recovery = "ltr"
    /// Opens a slot together with a passphrase.
    case keyFile = "ltk"

    package static let secretByteCount = 20
    /// Prefix, separator, 32 characters of data, 6 of checksum.
    package static let characterCount = 3 + 1 + 32 + 6
    /// The same with a hyphen after each group of six but the last.
    package static let textByteCount = characterCount + characterCount / 6 - 1

    private static let alphabet = Array("qpzry9x8gf2tvdw0s3jn54khce6mua7l".utf8)
    private static let constant: UInt32 = 0x2bc8_30a3

    /// Prints the code as it is shown, in `textByteCount` bytes of the caller's.
    package func write(
        _ secret: UnsafeRawBufferPointer, into text: UnsafeMutableRawBufferPointer
    ) {
        precondition(text.count == Self.textByteCount, "a code is shown in 48 characters")
        var place = 0
        write(secret) { character in
            if place % 7 == 6 {
                text[place] = UInt8(ascii: "-")
                place += 1
            }
            text[place] = character
            place += 1
        }
    }

    /// The code in capitals, without dividers. The caller wipes it.
    package func encode(_ secret: UnsafeRawBufferPointer) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: Self.characterCount) { text, count in
            write(secret) { character in
                text[count] = character
                count += 1
            }
        }
    }

    private func write(_ secret: UnsafeRawBufferPointer, _ put: (UInt8) -> Void) {
        precondition(secret.count == Self.secretByteCount, "a secret to write down has 160 bits")
        for character in prefix + [UInt8(ascii: "1")] { put(Self.upper(character)) }
        var sum = checksum
        func putValue(_ value: UInt8) { put(Self.upper(Self.alphabet[Int(value)])) }
        var buffer: UInt32 = 0
        var bits = 0
        for byte in secret {
            buffer = buffer << 8 | UInt32(byte)
            bits += 8
            while bits >= 5 {
                bits -= 5
                let value = UInt8(buffer >> UInt32(bits) & 31)
                sum.add(value)
                putValue(value)
            }
        }
        for _ in 0..<6 { sum.add(0) }
        let check = sum.state ^ Self.constant
        for shift in stride(from: UInt32(25), through: 0, by: -5) {
            putValue(UInt8(check >> shift & 31))
        }
    }

    /// Reads a code in either case, ignoring spaces, line ends and hyphens, into 20 bytes of the
    /// caller's.
    ///
    /// - Throws: `wrongLength` or `checksum`; `secret` is then all zero.
    package func decode(
        _ typed: UnsafeRawBufferPointer, into secret: UnsafeMutableRawBufferPointer
    ) throws(FormatError) {
        precondition(secret.count == Self.secretByteCount, "a secret to write down has 160 bits")
        secret.initializeMemory(as: UInt8.self, repeating: 0)
        let count = typed.count { !Self.isDivider($0) }
        guard count == Self.characterCount else {
            throw .wrongLength(expected: Self.characterCount, actual: count)
        }
        guard read(typed, into: secret) else {
            secret.initializeMemory(as: UInt8.self, repeating: 0)
            throw .checksum
        }
    }

    /// False when a character or the checksum is wrong; `secret` then holds what was read so far.
    private func read(
        _ typed: UnsafeRawBufferPointer, into secret: UnsafeMutableRawBufferPointer
    ) -> Bool {
        let start = prefix + [UInt8(ascii: "1")]
        var sum = checksum
        var buffer: UInt32 = 0
        var bits = 0
        var index = 0
        var place = 0
        for byte in typed where !Self.isDivider(byte) {
            let character = Self.lower(byte)
            defer { place += 1 }
            if place < start.count {
                guard character == start[place] else { return false }
                continue
            }
            guard let value = Self.alphabet.firstIndex(of: character) else { return false }
            sum.add(UInt8(value))
            guard index < secret.count else { continue }
            buffer = buffer << 5 | UInt32(value)
            bits += 5
            if bits >= 8 {
                bits -= 8
                secret[index] = UInt8(truncatingIfNeeded: buffer >> UInt32(bits))
                index += 1
            }
        }
        return sum.state == Self.constant
    }

    private var prefix: [UInt8] { Array(rawValue.utf8) }

    /// The checksum after the prefix.
    private var checksum: Checksum {
        var sum = Checksum()
        for byte in prefix { sum.add(byte >> 5) }
        sum.add(0)
        for byte in prefix { sum.add(byte & 31) }
        return sum
    }

    private struct Checksum {
        private(set) var state: UInt32 = 1
        private static let generator: [UInt32] = [
            0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3,
        ]

        mutating func add(_ value: UInt8) {
            let top = state >> 25
            state = (state & 0x1ff_ffff) << 5 ^ UInt32(value)
            for (bit, term) in Self.generator.enumerated() where top >> UInt32(bit) & 1 == 1 {
                state ^= term
            }
        }
    }

    private static func isDivider(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: " "), UInt8(ascii: "-"), 9, 10, 13: true
        default: false
        }
    }

    private static func upper(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) ? byte - 32 : byte
    }

    private static func lower(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte + 32 : byte
    }
}
