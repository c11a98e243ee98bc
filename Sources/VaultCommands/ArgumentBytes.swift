import Glibc

/// Carries arguments that are not UTF-8 through an argument parser that knows only text.
///
/// A byte that is no part of valid UTF-8 becomes one code point at the very end of private plane
/// 16; text that already holds such a code point is carried byte by byte in the same way, so that
/// every sequence of bytes has exactly one form and comes back as it was.
enum ArgumentBytes {
    private static let base: UInt32 = 0x10_FE00

    static func text(of bytes: [UInt8]) -> String {
        if let whole = String(validating: bytes, as: UTF8.self),
            !whole.unicodeScalars.contains(where: { isCarrier($0) })
        {
            return whole
        }
        var text = String.UnicodeScalarView()
        var rest = bytes[...]
        while let first = rest.first {
            let count = length(first)
            if let scalar = String(validating: rest.prefix(count), as: UTF8.self)?.unicodeScalars,
                scalar.count == 1, let only = scalar.first, !isCarrier(only)
            {
                text.append(only)
                rest = rest.dropFirst(count)
            } else {
                text.append(carrier(of: first))
                rest = rest.dropFirst()
            }
        }
        return String(text)
    }

    static func bytes(of text: String) -> [UInt8] {
        text.unicodeScalars.flatMap { scalar in
            isCarrier(scalar) ? [UInt8(scalar.value - base)] : Array(UTF8.encode(scalar)!)
        }
    }

    /// The process's own arguments, without the program's name.
    static func ofProcess() -> [String] {
        (1..<max(1, Int(CommandLine.argc))).compactMap { index in
            CommandLine.unsafeArgv[index].map { pointer in
                text(
                    of: UnsafeBufferPointer(start: pointer, count: strlen(pointer)).map {
                        UInt8(bitPattern: $0)
                    })
            }
        }
    }

    private static func isCarrier(_ scalar: Unicode.Scalar) -> Bool {
        (base...base + 0xFF).contains(scalar.value)
    }

    private static func carrier(of byte: UInt8) -> Unicode.Scalar {
        // The range lies wholly below U+10FFFF and above the surrogates.
        Unicode.Scalar(base + UInt32(byte))!
    }

    private static func length(_ first: UInt8) -> Int {
        switch first {
        case 0xC2...0xDF: 2
        case 0xE0...0xEF: 3
        case 0xF0...0xF4: 4
        default: 1
        }
    }
}
