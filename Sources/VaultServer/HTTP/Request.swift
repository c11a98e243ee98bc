internal import NIOCore
internal import NIOHTTP1

/// A request whose head is one of the table's. Spec 11 §8.
struct Request {
    let head: HTTPRequestHead
    let route: Route
    /// Of the body, as the head says it, in bytes.
    let length: Int
    var body: [UInt8] = []

    /// What is wrong with a head is answered at once.
    struct Refused: Error {
        var answer: Answer
    }

    init(_ head: HTTPRequestHead) throws(Refused) {
        self.head = head
        let headers = head.headers
        guard head.version == .http1_1 || head.version == .http1_0,
            head.version == .http1_0 || headers["Host"].count == 1, headers["Upgrade"].isEmpty
        else { throw Refused(answer: .bad(.badRequest, "request")) }
        guard headers["Transfer-Encoding"].isEmpty else {
            throw Refused(answer: .bad(.lengthRequired, "length"))
        }
        let lengths = headers["Content-Length"]
        let length = lengths.count == 1 ? Int(lengths[0]) : nil
        guard lengths.isEmpty || length != nil else {
            throw Refused(answer: .bad(.badRequest, "length"))
        }
        self.length = length ?? 0
        guard self.length >= 0 else { throw Refused(answer: .bad(.badRequest, "length")) }
        do throws(Route.Refusal) {
            route = try Route(head.method, head.uri)
        } catch {
            var answer = Answer(error)
            // What follows such a head, and how far, nobody knows for sure.
            answer.closes = answer.closes || self.length > 0
            throw Refused(answer: answer)
        }
        if case .deposit = route {
            try require(length, "application/octet-stream")
            return
        }
        guard self.length <= ServerLimits.bodyByteCount else {
            throw Refused(answer: .bad(.payloadTooLarge, "size"))
        }
        switch route {
        case .post, .ask: try require(length, "application/json")
        default:
            guard self.length == 0 else { throw Refused(answer: .bad(.badRequest, "body")) }
        }
    }

    private func require(_ length: Int?, _ type: String) throws(Refused) {
        guard length != nil else { throw Refused(answer: .bad(.lengthRequired, "length")) }
        let given = head.headers["Content-Type"].first?.lowercased()
            .prefix { $0 != ";" && $0 != " " }
        guard given == type[...] else {
            throw Refused(answer: .bad(.unsupportedMediaType, "type"))
        }
    }

    /// 32 bytes, of the field `Authorization`.
    var ticket: [UInt8]? { secret(after: "Ticket ") }

    func secret(after prefix: String) -> [UInt8]? {
        let fields = head.headers["Authorization"]
        guard fields.count == 1, fields[0].hasPrefix(prefix) else { return nil }
        return PostBody.secret(String(fields[0].dropFirst(prefix.count)))
    }

    var range: String? {
        let fields = head.headers["Range"]
        return fields.isEmpty ? nil : fields.joined(separator: ",")
    }

    /// As the proxy in front says it; the last is its own word.
    var forwardedFor: String? {
        head.headers["X-Forwarded-For"].last?.split(separator: ",").last
            .map { $0.filter { $0 != " " } }
    }
}
