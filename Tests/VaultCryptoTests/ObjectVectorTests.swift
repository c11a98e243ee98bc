import Foundation
import Testing

@testable import VaultCrypto

@Suite("Objects, published cases")
struct ObjectVectorTests {
    struct Case: Decodable {
        let tcId: Int
        let comment, key, ctx, ct, result: String
        let msgLength: Int?
        let msgSha512: String?
        let flags: [String]
    }

    static func inflated(_ cases: [Case]) throws -> [[UInt8]]? {
        let program = """
            import json, os, sys, zlib
            for g in json.load(open(sys.argv[1]))["testGroups"]:
                for t in g["tests"]: print("=" + zlib.decompress(bytes.fromhex(t["ct"])).hex())
            """
        guard let folder = Vectors.folder else { return nil }
        let name = "wycheproof/c2sp_chunked_encryption_aes_256_gcm_test.json"
        let lines = try Vectors.python(program, [folder.appendingPathComponent(name).path])
        return lines?.map { hexBytes(fast: $0.dropFirst()) }
    }

    /// Reads an object as a stream does: what it releases until it ends or fails.
    static func stream(_ object: [UInt8], key: [UInt8], context: [UInt8]) throws -> (
        released: [UInt8], error: CryptoError?
    ) {
        var released: [UInt8] = []
        let error = failure {
            let key = try FileKey(checking: Secret(key))
            let opener = try ObjectOpener()
            let opened = try opener.begin(key: key, context: context, header: object)
            var (place, number) = (56, 0)
            while true {
                let end = min(place + 16400, object.count)
                let isLast = end - place < 16400
                released += try opened.open(
                    Array(object[place..<end]), firstChunk: number, isLast: isLast)
                if isLast { return }
                (place, number) = (end, number + 1)
            }
        }
        return (released, error)
    }

    @Test("published chunked-encryption cases open, or fail after just what is published")
    func wycheproof() throws {
        let name = "c2sp_chunked_encryption_aes_256_gcm"
        guard let cases = try Vectors.wycheproof(name, of: Case.self) else { return }
        guard let objects = try Self.inflated(cases) else {
            print("skipped: no python3 to expand \"\(name)\"")
            return
        }
        try #require(objects.count == cases.count)
        for (test, object) in zip(cases, objects) {
            let (released, error) = try Self.stream(
                object, key: hexBytes(test.key), context: hexBytes(test.ctx))
            let comment = Comment(
                "case \(test.tcId): \(test.comment), \(String(describing: error))")
            #expect((error == nil) == (test.result == "valid"), comment)
            #expect(released.count == test.msgLength ?? 0, comment)
            if let hash = test.msgSha512 {
                #expect(oracleSHA512(released) == hexBytes(hash), comment)
            }
            if test.flags.contains("WrongKey") || test.flags.contains("WrongContext") {
                #expect(error == .wrongKey, comment)
            }
            if test.flags.contains("Truncation"), !test.flags.contains("PartialPlaintext") {
                #expect(error == .truncated || error == .authenticationFailed, comment)
            }
        }
    }
}

/// The plain `hexBytes` makes a string of every byte, too slow for megabytes.
func hexBytes(fast hex: Substring) -> [UInt8] {
    func value(_ digit: UInt8) -> UInt8 { digit <= 57 ? digit - 48 : digit - 87 }
    let digits = Array(hex.utf8)
    return [UInt8](unsafeUninitializedCapacity: digits.count / 2) { bytes, count in
        for index in 0..<digits.count / 2 {
            bytes[index] = value(digits[2 * index]) << 4 | value(digits[2 * index + 1])
        }
        count = digits.count / 2
    }
}
