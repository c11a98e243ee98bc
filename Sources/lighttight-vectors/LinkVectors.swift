import Crypto
import VaultCrypto
import VaultFormat

/// Links, their keys, packages and bundles. Spec 11 §1 to §3, §10. In one file, which a browser can load.
struct LinkVectors {
    private typealias Inputs = [(name: String, value: Vector.Input)]
    private let id: ShareID
    private let secret = Compose.bytes("link secret", 32)
    private let half = Compose.bytes("server half", 32)
    private let salt = Compose.bytes("password salt", 16)
    private let typed = "Zwölf Äpfel \u{1F34F}"
    private let pictures = [
        Compose.bytes("shared picture 1", 200), Compose.bytes("shared picture 2", 20_000),
    ]

    init() throws { id = try ShareID(bytes: Compose.bytes("share ID", 16)) }

    /// The whole file.
    func text() throws -> String {
        let vectors = try links() + keys() + packages() + manifests() + BundleVectors().all()
        let members = vectors.map { "\"\($0.group)/\($0.name)\": \($0.json.dropLast())" }
        precondition(Set(members).count == members.count)
        return "{\n" + members.joined(separator: ",\n") + "\n}\n"
    }

    // MARK: - Links

    private func links() -> [Vector] {
        let tail =
            "/s/\(Base64URL.encode(id.bytes))#\(Base64URL.encode(secret))"
        func opens(_ name: String, _ comment: String, _ base: String) -> Vector {
            .opens(
                "link", name, comment, spec: "11 §1", [("text", .text(base + tail))],
                to: Array(base.utf8) + id.bytes + secret)
        }
        func bad(
            _ name: String, _ expect: Vector.Expect, _ comment: String, _ text: String
        ) -> Vector {
            .refused("link", name, expect, comment, spec: "11 §1", [("text", .text(text))])
        }
        let other = tail.dropLast() + "-"
        return [
            opens("plain", "As it is handed over.", "https://pictures.example"),
            opens("path", "With port and path.", "https://pictures.example:8443/a/s/b"),
            opens("http", "Without TLS.", "http://127.0.0.1:8080"),
            bad("scheme", .notCanonical, "Another scheme.", "ftp://pictures.example" + tail),
            bad("slash", .notCanonical, "A slash more.", "https://pictures.example/" + tail),
            bad("no-host", .notCanonical, "No host.", "https://" + tail),
            bad(
                "query", .notCanonical, "With a query.",
                "https://pictures.example" + tail.replacing("#", with: "?a=b#")),
            bad(
                "no-secret", .notCanonical, "Without its secret.",
                "https://pictures.example" + String(tail.prefix(25))),
            bad(
                "secret-short", .notCanonical, "A character is missing.",
                "https://pictures.example" + String(tail.dropLast())),
            bad(
                "secret-spelling", .notCanonical, "Bits set that say nothing.",
                "https://pictures.example\(other)"),
            bad(
                "secret-padded", .notCanonical, "With padding.", "https://pictures.example\(tail)="),
        ]
    }

    // MARK: - Keys

    private func passwordKey(_ word: String?, rounds: Int = 600_000) throws -> [UInt8] {
        guard let word else { return [] }
        let key = try PBKDF2.sha256(
            Compose.secret(Array(word.utf8)), salt: salt, rounds: rounds)
        return key.withUnsafeBytes { Array($0) }
    }

    private func derived(_ key: [UInt8], _ label: String) -> [UInt8] {
        Crypto.HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: key), salt: id.bytes,
            info: Array("lighttight/1 link \(label)".utf8), outputByteCount: 32
        ).withUnsafeBytes { Array($0) }
    }

    private func keys() throws -> [Vector] {
        func vector(
            _ name: String, _ comment: String, _ typed: String?, _ normal: String?,
            rounds: Int = 600_000
        ) throws -> Vector {
            let stretched = try passwordKey(normal, rounds: rounds)
            let proof = derived(secret, "proof")
            let view = derived(secret + stretched, "view")
            let content = derived(secret + stretched + half, "content")
            var inputs: Inputs = [
                ("id", .hex(id.bytes)), ("secret", .hex(secret)), ("half", .hex(half)),
                ("proof", .hex(proof)), ("view", .hex(view)), ("content", .hex(content)),
            ]
            if let typed { inputs += [("password", .text(typed))] + cost(rounds) }
            return .opens(
                "keys", name, comment, spec: "11 §2", inputs, to: proof + view + content)
        }
        return [
            try vector("no-password", "Without a password.", nil, nil),
            try vector("password", "With one.", "open sesame 4711", "open sesame 4711"),
            try vector(
                "password-composed", "What a phone types in pieces is put together.",
                typed.replacing("ö", with: "o\u{308}").replacing("Ä", with: "A\u{308}"),
                typed, rounds: 700_000),
        ]
    }

    private func cost(_ rounds: Int) -> Inputs {
        [("salt", .hex(salt)), ("rounds", .number(UInt64(rounds)))]
    }

    // MARK: - Packages

    private func object(
        _ number: UInt32, _ plaintext: [UInt8], key: [UInt8], padded: Bool = true
    ) throws -> [UInt8] {
        let size = padded ? Int(Padme.paddedSize(of: UInt64(plaintext.count))) : plaintext.count
        return try Compose.object(
            plaintext + [UInt8](repeating: 0, count: size - plaintext.count), key: key,
            salt: Compose.bytes("link object \(number)", 24),
            context: Associated.linkObject(share: id, number: number))
    }

    private var manifest: LinkManifest {
        LinkManifest(
            items: [
                .init(type: "image/jpeg", size: 200, width: 2048, height: 1365),
                .init(type: "image/png", size: 20_000),
            ], note: "Grüße, 8 Bilder")
    }

    private func key(_ word: String? = nil) throws -> [UInt8] {
        derived(secret + (try passwordKey(word)) + half, "content")
    }

    private func packages() throws -> [Vector] {
        let key = try key()
        let first = try object(1, pictures[0], key: key)
        let second = try object(2, pictures[1], key: key)
        let head = try object(0, manifest.paddedPlaintext, key: key, padded: false)
        let opened = CanonicalJSON.encode(manifest) + pictures[0] + pictures[1]
        let locked = try self.key(typed)
        func bad(
            _ name: String, _ expect: Vector.Expect, _ comment: String,
            _ inputs: (name: String, value: Vector.Input)...
        ) -> Vector {
            .refused(
                "package", name, expect, comment, spec: "11 §3",
                [("of", .text("package/plain"))] + inputs)
        }
        var damaged = first
        damaged[100] ^= 1
        var tail = pictures[0] + [UInt8](repeating: 0, count: 8)
        tail[tail.count - 1] = 1
        return [
            .opens(
                "package", "plain", "Two pictures.", spec: "11 §3",
                [
                    ("id", .hex(id.bytes)), ("secret", .hex(secret)), ("half", .hex(half)),
                    ("object0", .hex(head)), ("object1", .hex(first)), ("object2", .hex(second)),
                ], to: opened),
            .opens(
                "package", "password", "The same with a password.", spec: "11 §3",
                [
                    ("id", .hex(id.bytes)), ("secret", .hex(secret)), ("half", .hex(half)),
                    ("password", .text(typed)),
                ] + cost(600_000) + [
                    (
                        "object0",
                        .hex(try object(0, manifest.paddedPlaintext, key: locked, padded: false))
                    ),
                    ("object1", .hex(try object(1, pictures[0], key: locked))),
                    ("object2", .hex(try object(2, pictures[1], key: locked))),
                ], to: opened),
            bad(
                "number-other", .wrongKey, "A picture in another's place.",
                ("object1", .hex(try object(2, pictures[0], key: key)))),
            bad(
                "swapped", .notCanonical, "An object of another size.",
                ("object1", .hex(second))),
            bad("half-other", .wrongKey, "Another half.", ("half", .hex(salt + salt))),
            bad("secret-other", .wrongKey, "Another secret.", ("secret", .hex(salt + salt))),
            bad("id-other", .wrongKey, "Another share.", ("id", .hex(salt))),
            bad("damaged", .authentication, "A bit of a picture.", ("object1", .hex(damaged))),
            bad(
                "cut", .notCanonical, "Shorter than the manifest says.",
                ("object1", .hex(Array(first[..<60])))),
            bad(
                "padding-not-zero", .notCanonical, "Something behind a picture.",
                ("object1", .hex(try object(1, tail, key: key, padded: false)))),
            bad(
                "padding-short", .notCanonical, "A picture without its padding.",
                ("object1", .hex(try object(1, pictures[0], key: key, padded: false)))),
        ]
    }

    // MARK: - Manifests

    private func manifests() throws -> [Vector] {
        let key = try key()
        func bad(
            _ name: String, _ expect: Vector.Expect, _ comment: String, _ json: String,
            pad: Int? = nil, filler: UInt8 = 0
        ) throws -> Vector {
            var bytes = withUnsafeBytes(of: UInt32(json.utf8.count).bigEndian) { Array($0) }
            bytes += json.utf8
            let size = pad ?? Int(Padme.paddedSize(of: UInt64(bytes.count)))
            bytes += [UInt8](repeating: filler, count: max(0, size - bytes.count))
            return .refused(
                "package", "manifest-\(name)", expect, comment, spec: "11 §3",
                [
                    ("of", .text("package/plain")),
                    ("object0", .hex(try object(0, bytes, key: key, padded: false))),
                ])
        }
        let plain = String(decoding: CanonicalJSON.encode(manifest), as: UTF8.self)
        func changed(_ what: String, _ with: String) -> String {
            precondition(plain.contains(what))
            return plain.replacing(what, with: with, maxReplacements: 1)
        }
        return [
            try bad(
                "member", .notCanonical, "A member more.",
                changed("{\"format\"", "{\"author\":\"x\",\"format\"")),
            try bad(
                "format", .unknown, "Another version.",
                changed("lighttight/1", "lighttight/2")),
            try bad(
                "side-missing", .notCanonical, "A width without a height.",
                changed("\"height\":1365,", "")),
            try bad("side-0", .outOfRange, "No height.", changed("1365", "0")),
            try bad("type", .outOfRange, "No media type.", changed("image/png", "image png")),
            try bad(
                "original", .outOfRange, "Original, and not.",
                String(plain.dropLast()) + ",\"original\":false}"),
            try bad(
                "items-0", .outOfRange, "No pictures.",
                "{\"format\":\"lighttight/1 link\",\"items\":[]}"),
            try bad(
                "items-1", .notCanonical, "A picture less than objects.",
                changed(",{\"size\":20000,\"type\":\"image/png\"}", "")),
            try bad(
                "size-other", .notCanonical, "A picture that would need another object.",
                changed("\"size\":200,", "\"size\":300,")),
            try bad("spaces", .notCanonical, "A space in the JSON.", changed(",", ", ")),
            try bad("note-empty", .outOfRange, "An empty note.", changed("Grüße, 8 Bilder", "")),
            try bad("unpadded", .notCanonical, "Without padding.", plain, pad: 0),
            try bad("padding", .notCanonical, "Padding that says something.", plain, filler: 7),
        ]
    }
}
