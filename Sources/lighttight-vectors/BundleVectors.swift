import Crypto
import VaultCrypto
import VaultFormat

/// Bundles: their key and their objects. Spec 11 §10.
struct BundleVectors {
    private let id: BundleID
    private let salt = Compose.bytes("bundle salt", 16)
    private let password = "Zwölf Äpfel \u{1F34F}"
    private let picture = Compose.bytes("bundled picture", 300)
    private let rounds = 2_000_000

    init() throws { id = try BundleID(bytes: Compose.bytes("bundle ID", 16)) }

    func all() throws -> [Vector] {
        let stretched = try PBKDF2.sha256(
            Compose.secret(Array(password.utf8)), salt: salt, rounds: rounds)
        let key = Crypto.HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: stretched.withUnsafeBytes { Array($0) }),
            salt: id.bytes, info: Array("lighttight/1 bundle content".utf8), outputByteCount: 32
        ).withUnsafeBytes { Array($0) }
        let manifest = LinkManifest(
            items: [.init(type: "image/jpeg", size: 300)], note: "Grüße", isOriginal: true)
        let name = Array("lighttight/1 bundle object".utf8) + [0] + id.bytes
        let first = try object(0, manifest.paddedPlaintext, key, name)
        let padding = Int(Padme.paddedSize(of: 300)) - picture.count
        let padded = picture + [UInt8](repeating: 0, count: padding)
        let second = try object(1, padded, key, name)
        let share = Array("lighttight/1 link object".utf8) + [0] + id.bytes
        let head = BundleHead(
            id: id, objects: [Int64(first.count), Int64(second.count)], rounds: rounds, salt: salt)
        func bad(
            _ name: String, _ comment: String, _ input: String, _ value: Vector.Input
        ) -> Vector {
            .refused(
                "bundle", name, .wrongKey, comment, spec: "11 §10",
                [("of", .text("bundle/plain")), (input, value)])
        }
        return [
            .opens(
                "bundle", "plain", "One picture.", spec: "11 §10",
                [
                    ("head", .text(String(decoding: head.encoded, as: UTF8.self))),
                    ("password", .text(password)), ("object0", .hex(first)),
                    ("object1", .hex(second)),
                ], to: CanonicalJSON.encode(manifest) + picture),
            bad("password-other", "Another password.", "password", .text("Zwölf Äpfel")),
            bad(
                "object-link", "A link's object of the same key and ID.", "object1",
                .hex(try object(1, padded, key, share))),
        ]
    }

    private func object(
        _ number: UInt32, _ plaintext: [UInt8], _ key: [UInt8], _ name: [UInt8]
    ) throws -> [UInt8] {
        try Compose.object(
            plaintext, key: key, salt: Compose.bytes("bundle object \(number)", 24),
            context: name + withUnsafeBytes(of: number.bigEndian) { Array($0) })
    }
}
