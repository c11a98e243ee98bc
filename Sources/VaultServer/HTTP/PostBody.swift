internal import FoundationEssentials
internal import VaultFormat

/// The members of a request's body that are wanted. Spec 11 §8.
struct PostBody {
    private struct Members: Decodable {
        var proof: JSONBytes?
        var ticket: JSONBytes?
        var view: JSONBytes?
    }

    private let members: Members

    /// `nil` for what is no such JSON.
    init?(_ bytes: [UInt8]) {
        do {
            members = try JSONDecoder().decode(Members.self, from: Data(bytes))
        } catch {
            return nil
        }
    }

    // 32 bytes each, or nothing.
    var proof: [UInt8]? { Self.exact(members.proof) }
    var ticket: [UInt8]? { Self.exact(members.ticket) }
    var view: [UInt8]? { Self.exact(members.view) }

    /// 32 bytes as base64url.
    static func secret(_ text: String) -> [UInt8]? {
        guard text.utf8.count == 43 else { return nil }
        do {
            return try Base64URL.decode(text)
        } catch {
            return nil
        }
    }

    private static func exact(_ value: JSONBytes?) -> [UInt8]? {
        value?.bytes.count == 32 ? value?.bytes : nil
    }
}
