import Testing

@testable import VaultCrypto

@Suite("PBKDF2")
struct PBKDF2Tests {
    /// RFC 7914 §11, of which 32 bytes are the first block.
    @Test("gives the published results")
    func published() throws {
        let cases: [(String, String, Int, String)] = [
            (
                "passwd", "salt", 1,
                "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc"
            ),
            (
                "Password", "NaCl", 80_000,
                "4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56"
            ),
        ]
        for (password, salt, rounds, expected) in cases {
            let key = try PBKDF2.sha256(
                Secret(count: password.utf8.count) { $0.copyBytes(from: password.utf8) },
                salt: Array(salt.utf8), rounds: rounds)
            #expect(try Digest(key.withUnsafeBytes { Array($0) }).hex == expected)
        }
    }

    @Test("no rounds, or more than an int holds, are refused", arguments: [0, -1, 1 << 31])
    func rounds(_ rounds: Int) {
        #expect(
            failure { _ = try PBKDF2.sha256(Secret(randomCount: 8), salt: [1], rounds: rounds) }
                == .malformed)
    }
}
