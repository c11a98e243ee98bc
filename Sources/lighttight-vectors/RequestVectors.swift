import Crypto
import FoundationEssentials
import VaultCrypto
import VaultFormat

/// What follows from a request's link, and the slips that senders read. Spec 13.
struct RequestVectors {
    let scene: Scene
    private let id = Compose.bytes("request ID", 16)
    private let token = Compose.bytes("request token", 16)
    private let picture = Compose.bytes("picture that was asked for", 100)

    func all() throws -> [Vector] {
        let key = try Compose.receiving(scene.depositKey)
        func slip(_ asker: String?, _ note: String?) -> [UInt8] {
            RequestSlip(vault: scene.vault, epoch: 1, public: key, from: asker, note: note).encoded
        }
        func opens(_ name: String, _ comment: String, _ slip: [UInt8]) -> Vector {
            .opens(
                "request", name, comment, spec: "13 §2", inputs(slip),
                to: hash("lighttight/1 request name", id)[..<16]
                    + code("lighttight/1 request proof", id)
                    + code(
                        "lighttight/1 request",
                        scene.vault.bytes + id + [0, 0, 0, 1] + Digest(hashing: picture).bytes)
                    + Digest(hashing: slip).bytes)
        }
        func bad(_ name: String, _ expect: Vector.Expect, _ comment: String, _ slip: [UInt8])
            -> Vector
        {
            .refused("request", name, expect, comment, spec: "13 §2", inputs(slip))
        }
        func changed(_ text: String, _ other: String) -> [UInt8] {
            let json = String(decoding: slip("Ada", "A portrait."), as: UTF8.self)
            return Array(json.replacing(text, with: other).utf8)
        }
        return [
            opens("asked", "Who asks, and for what.", slip("Ada", "A portrait.")),
            opens("bare", "Without both.", slip(nil, nil)),
            opens(
                "longest", "As long as may be.",
                slip(
                    String(repeating: "ü", count: 100), String(repeating: "é", count: 2_000))),
            bad("note-empty", .outOfRange, "An empty note.", slip("Ada", "")),
            bad(
                "from-long", .outOfRange, "A name of 101 characters.",
                slip(String(repeating: "a", count: 101), nil)),
            bad(
                "format-other", .unknown, "Another version.",
                changed("lighttight/1", "lighttight/2")),
            bad("epoch-0", .outOfRange, "No epoch.", changed("\"epoch\":1", "\"epoch\":0")),
            bad("space", .notCanonical, "Another spelling.", changed(":1,", ": 1,")),
            bad("member-more", .notCanonical, "A member more.", changed("{", "{\"aside\":1,")),
        ]
    }

    private func inputs(_ slip: [UInt8]) -> [(name: String, value: Vector.Input)] {
        [
            ("slip", .hex(slip)), ("id", .hex(id)), ("token", .hex(token)),
            ("picture", .hex(picture)),
        ]
    }

    private func hash(_ purpose: String, _ bytes: [UInt8]) -> [UInt8] {
        Digest(hashing: Array("\(purpose)\n".utf8) + bytes).bytes
    }

    private func code(_ purpose: String, _ bytes: [UInt8]) -> [UInt8] {
        Array(
            Crypto.HMAC<SHA256>.authenticationCode(
                for: Array("\(purpose)\n".utf8) + bytes, using: SymmetricKey(data: token)))
    }
}
