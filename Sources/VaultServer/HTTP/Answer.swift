internal import FoundationEssentials
internal import NIOHTTP1

/// An answer that is in memory as a whole.
struct Answer {
    var status: HTTPResponseStatus
    var type: String?
    var body: [UInt8] = []
    var more: [(String, String)] = []
    /// The connection ends with it: the rest of the request is not read.
    var closes = false
    /// It is not given sooner than others of its kind, so that time tells nothing.
    var waits = false

    /// What every answer carries. Spec 11 §8.
    static let headers: [(String, String)] = [
        ("Cache-Control", "no-store"),
        ("Referrer-Policy", "no-referrer"),
        ("X-Content-Type-Options", "nosniff"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("X-Robots-Tag", "noindex, nofollow"),
        (
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src blob:; "
                + "connect-src 'self'; base-uri 'none'; form-action 'none'; "
                + "frame-ancestors 'none'; require-trusted-types-for 'script'"
        ),
    ]

    static func file(_ file: PageFiles.File) -> Answer {
        Answer(status: .ok, type: file.type, body: file.bytes)
    }

    static func json(_ status: HTTPResponseStatus, _ value: some Encodable) -> Answer {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        do {
            return Answer(
                status: status, type: "application/json", body: Array(try encoder.encode(value)))
        } catch {
            preconditionFailure("our own plain values always encode: \(error)")
        }
    }

    private struct Refusal: Encodable {
        var error: String
        var after: Int64?
    }

    static func refusal(_ status: HTTPResponseStatus, _ error: String) -> Answer {
        json(status, Refusal(error: error))
    }

    /// The same for a share that ended, one that never was, and an address where nothing is.
    static var gone: Answer {
        var answer = refusal(.notFound, "gone")
        answer.waits = true
        return answer
    }

    static func later(_ seconds: Int64) -> Answer {
        var answer = json(.tooManyRequests, Refusal(error: "later", after: seconds))
        answer.more = [("Retry-After", String(seconds))]
        return answer
    }

    /// For what is no request of the table; the connection ends.
    static func bad(_ status: HTTPResponseStatus, _ error: String) -> Answer {
        var answer = refusal(status, error)
        answer.closes = true
        return answer
    }

    init(
        status: HTTPResponseStatus, type: String? = nil, body: [UInt8] = [],
        more: [(String, String)] = []
    ) {
        self.status = status
        self.type = type
        self.body = body
        self.more = more
    }

    init(_ refusal: DeskRefusal) {
        self =
            switch refusal {
            case .gone: .gone
            case .password: .refusal(.forbidden, "password")
            case .full: .refusal(.forbidden, "full")
            case .other: .refusal(.conflict, "other")
            case .large: .refusal(.payloadTooLarge, "large")
            case .deposit: .refusal(.badRequest, "deposit")
            case .later(let seconds): .later(seconds)
            case .failed: .refusal(.internalServerError, "failed")
            }
    }

    init(_ refusal: Route.Refusal) {
        switch refusal {
        case .nothing: self = .gone
        case .method(let allowed):
            self = .bad(.methodNotAllowed, "method")
            more = [("Allow", allowed)]
        }
    }
}
