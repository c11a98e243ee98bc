import Testing

@testable import VaultCrypto

/// Bytes that are the same in every run.
func sampleBytes(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    return (0..<count).map { _ in
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return UInt8(truncatingIfNeeded: state >> 32)
    }
}

func hexBytes(_ hex: String) -> [UInt8] {
    let digits = Array(hex)
    precondition(digits.count % 2 == 0)
    return stride(from: 0, to: digits.count, by: 2).map {
        UInt8(String(digits[$0...$0 + 1]), radix: 16)!
    }
}

extension Secret {
    init(_ bytes: [UInt8]) {
        self.init(count: bytes.count) { $0.copyBytes(from: bytes) }
    }

    /// For comparing in tests only.
    borrowing func bytes() -> [UInt8] {
        withUnsafeBytes { Array($0) }
    }
}

extension Key where Self: ~Copyable {
    init(_ bytes: [UInt8]) {
        self.init(Secret(bytes))
    }

    borrowing func bytes() -> [UInt8] {
        withUnsafeBytes { Array($0) }
    }
}

/// The error that `body` throws, or nil. (The macros do not let a noncopyable key into a closure.)
func failure(_ body: () throws -> Void) -> CryptoError? {
    do {
        try body()
        return nil
    } catch let error as CryptoError {
        return error
    } catch {
        Issue.record(error)
        return nil
    }
}

func sealObject(
    _ plaintext: [UInt8], key: borrowing FileKey, context: [UInt8] = []
) throws -> [UInt8] {
    let sealer = try ObjectSealer()
    var object = [UInt8](repeating: 0, count: try ObjectSize.sealed(ofPlaintext: plaintext.count))
    let result = object.withUnsafeMutableBytes { object in
        plaintext.withUnsafeBytes { plaintext in
            Result { () throws(CryptoError) in
                try sealer.seal(plaintext, key: key, context: context, into: object)
            }
        }
    }
    #expect(try result.get() == object.count)
    return object
}

func openObject(
    _ object: [UInt8], key: borrowing FileKey, context: [UInt8] = []
) throws(CryptoError) -> [UInt8] {
    let opener = try ObjectOpener()
    var plaintext = [UInt8](repeating: 0xEE, count: object.count)
    let result = plaintext.withUnsafeMutableBytes { plaintext in
        object.withUnsafeBytes { object in
            Result { () throws(CryptoError) in
                try opener.open(object, key: key, context: context, into: plaintext)
            }
        }
    }
    return Array(plaintext[..<(try result.get())])
}
