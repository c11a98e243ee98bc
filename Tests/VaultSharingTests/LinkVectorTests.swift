import FoundationEssentials
import Testing
import VaultCrypto
import VaultFormat
import VaultSharing

/// Tests/Vectors/links.json, which the browser's page is tested with as well.
@Suite("The vectors of links")
struct LinkVectorTests {
    struct Vector: Decodable, Sendable, CustomTestStringConvertible {
        var comment: String
        var expect: String
        var sha256: String?
        var inputs: [String: Value]
        var name = ""
        var testDescription: String { name }

        enum CodingKeys: CodingKey { case comment, expect, sha256, inputs }

        enum Value: Decodable, Sendable {
            case text(String)
            case number(Int)

            init(from decoder: any Decoder) throws {
                let container = try decoder.singleValueContainer()
                if let text = try? container.decode(String.self) {  // Else it is a number.
                    self = .text(text)
                } else {
                    self = .number(try container.decode(Int.self))
                }
            }
        }

        func text(_ name: String) -> String? {
            if case .text(let text) = inputs[name] { text } else { nil }
        }

        func hex(_ name: String) throws -> [UInt8] {
            try Hex.decode(try #require(text(name), "\(name)"))
        }
    }

    static let all: [Vector] = {
        let place =
            #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(2)
            .joined(separator: "/") + "/Vectors/links.json"
        do {
            let data = try Data(contentsOf: URL(filePath: place))
            let vectors = try JSONDecoder().decode([String: Vector].self, from: data)
            return vectors.map { name, vector in
                var vector = vector
                vector.name = name
                if let of = vector.text("of"), let base = vectors[of] {
                    vector.inputs.merge(base.inputs) { own, _ in own }
                }
                return vector
            }.sorted { $0.name < $1.name }
        } catch {
            Issue.record("links.json cannot be read: \(error)")
            return []
        }
    }()

    @Test("there are vectors of links, keys and packages")
    func groups() {
        #expect(
            Set(Self.all.map { $0.name.prefix { $0 != "/" } })
                == ["link", "keys", "package", "bundle"])
        #expect(Self.all.count > 30)
    }

    @Test("each vector opens or is refused as it says", arguments: all)
    func vector(_ vector: Vector) throws {
        let opened: [UInt8]
        do {
            switch vector.name.prefix(while: { $0 != "/" }) {
            case "link":
                let link = try Link(parsing: try #require(vector.text("text")))
                #expect(link.text == vector.text("text"))
                opened = Array(link.base.utf8) + link.id.bytes + link.secret
            case "keys": opened = try keys(vector)
            case "bundle": opened = try bundle(vector)
            default: opened = try package(vector)
            }
        } catch let error as FormatError {
            #expect(Self.failureClass(.format(error)) == vector.expect, "\(error)")
            return
        } catch let error as SharingError {
            #expect(Self.failureClass(error) == vector.expect, "\(error)")
            return
        }
        #expect(vector.expect == "opens")
        #expect(Digest(hashing: opened).hex == vector.sha256)
    }

    private func passwordKey(_ vector: Vector) throws -> PasswordKey? {
        guard let password = vector.text("password"),
            case .number(let rounds) = vector.inputs["rounds"]
        else { return nil }
        let normal = LinkPassword.normalized(secret(Array(password.utf8)))
        switch consume normal {
        case .some(let normal):
            return try PasswordKey(normal, salt: vector.hex("salt"), rounds: rounds)
        case .none:
            Issue.record("no password")
            return nil
        }
    }

    private func keys(_ vector: Vector) throws -> [UInt8] {
        let id = try ShareID(bytes: vector.hex("id"))
        let link = try LinkSecret(checking: secret(vector.hex("secret")))
        let password = try passwordKey(vector)
        let half = try ServerHalf(checking: secret(vector.hex("half")))
        let proof = bytes(try LinkKeys.proof(of: id, link))
        let view = bytes(try LinkKeys.viewProof(of: id, link, password))
        let content = try LinkKeys.contentKey(of: id, link, password, half)
            .withUnsafeBytes { Array($0) }
        #expect(try proof == vector.hex("proof"))
        #expect(try view == vector.hex("view"))
        #expect(try content == vector.hex("content"))
        return proof + view + content
    }

    private func package(_ vector: Vector) throws -> [UInt8] {
        let opener = try PackageOpener(
            ShareID(bytes: vector.hex("id")), LinkSecret(checking: secret(vector.hex("secret"))),
            password: passwordKey(vector), half: ServerHalf(checking: secret(vector.hex("half"))))
        let objects = try (0...2).map { try vector.hex("object\($0)") }
        let (manifest, pictures) = try openAll(opener, objects)
        #expect(manifest.paddedPlaintext.count == objects[0].count - 56 - 16)
        return CanonicalJSON.encode(manifest) + pictures.flatMap(\.self)
    }

    private func bundle(_ vector: Vector) throws -> [UInt8] {
        let head = try BundleHead(parsing: Array(#require(vector.text("head")).utf8))
        let password = try Array(#require(vector.text("password")).utf8)
        let opener = try PackageOpener(head, password: secret(password))
        let objects = try (0...1).map { try vector.hex("object\($0)") }
        #expect(head.objects == objects.map { Int64($0.count) })
        let (manifest, pictures) = try openAll(opener, objects)
        return CanonicalJSON.encode(manifest) + pictures.flatMap(\.self)
    }

    private static func failureClass(_ error: SharingError) -> String {
        switch error {
        case .crypto(.wrongKey): "wrong key"
        case .crypto(.authenticationFailed): "authentication"
        case .crypto(.truncated), .format(.truncated): "truncated"
        case .format(.outOfRange): "out of range"
        case .format(.unknown): "unknown"
        case .format: "not canonical"
        default: "\(error)"
        }
    }

    @Test("a password is what its letters look like, whatever keyboard they come from")
    func normal() {
        func normalized(_ typed: [UInt8]) -> [UInt8]? {
            switch LinkPassword.normalized(secret(typed)) {
            case .some(let normal): bytes(normal)
            case .none: nil
            }
        }
        #expect(normalized(Array("abc".utf8)) == Array("abc".utf8))
        #expect(normalized(Array("a\u{308}".utf8)) == Array("\u{E4}".utf8))
        #expect(normalized([]) == nil)
        #expect(normalized([0x61, 0xFF]) == nil)
        #expect(normalized([UInt8](repeating: 0x61, count: 1_024))?.count == 1_024)
        #expect(normalized([UInt8](repeating: 0x61, count: 1_025)) == nil)
    }

    @Test("rounds that no offer may ask for are not spent", arguments: [0, 599_999, 10_000_001])
    func rounds(_ rounds: Int) {
        #expect(throws: CryptoError.costOutOfBounds) {
            _ = try PasswordKey(
                secret(Array("abc".utf8)), salt: [UInt8](repeating: 1, count: 16), rounds: rounds)
        }
    }
}
