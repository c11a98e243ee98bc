internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import Synchronization
internal import VaultFormat
internal import VaultSharing

/// What all connections of a server share.
final class ServerCore: Sendable {
    let desk: ShareDesk
    let requests: RequestDesk
    let limits: ServerLimits
    let behindProxy: Bool
    let limiter: RateLimiter
    /// Where files are read and written: never on an event loop.
    let pool: NIOThreadPool
    let news: @Sendable (ServerNews) -> Void

    init(
        desk: ShareDesk, limits: ServerLimits, behindProxy: Bool, pool: NIOThreadPool,
        news: @escaping @Sendable (ServerNews) -> Void
    ) {
        self.desk = desk
        requests = RequestDesk(desk.folder, clock: desk.clock, events: desk.events)
        self.limits = limits
        self.behindProxy = behindProxy
        limiter = RateLimiter(limits)
        self.pool = pool
        self.news = news
    }

    /// Ends what time has ended. Returns what could not be done, in plain words.
    func sweep() -> [String] { desk.sweep() + requests.sweep() }

    /// An answer, and what it is about when that is there.
    struct Reply {
        var answer: Answer
        var subject: ServedRequest.Subject?
    }

    /// Answers a POST. Blocks.
    func reply(
        _ post: Route.Post, _ id: ShareID, _ body: PostBody, by client: Client
    ) -> Reply {
        let share = ServedFolder.name(of: id)
        do throws(DeskRefusal) {
            let answer: Answer
            switch post {
            case .look:
                guard let proof = body.proof else {
                    return Reply(answer: .bad(.badRequest, "body"))
                }
                answer = told(try desk.look(share, proof: proof))
            case .view:
                guard let proof = body.proof, let view = body.view, let ticket = body.ticket else {
                    return Reply(answer: .bad(.badRequest, "body"))
                }
                answer = told(
                    try desk.view(share, proof: proof, view: view, ticket: ticket, by: client))
            case .done:
                guard let ticket = body.ticket else {
                    return Reply(answer: .bad(.badRequest, "body"))
                }
                try desk.done(share, ticket: ticket)
                answer = Answer(status: .noContent)
            }
            return Reply(answer: answer, subject: .share(share))
        } catch {
            return refused(error, .share(share))
        }
    }

    /// With the server's time, by which a page counts down though its own clock is wrong.
    func told(_ value: some Encodable) -> Answer {
        var answer = Answer.json(.ok, value)
        answer.more = [("Date", HTTPDate.text(desk.clock.now))]
        return answer
    }

    func refused(_ refusal: DeskRefusal, _ subject: ServedRequest.Subject) -> Reply {
        if case .failed(let why) = refusal { news(.trouble(why)) }
        return Reply(answer: Answer(refusal), subject: refusal == .gone ? nil : subject)
    }

    /// Finds an object and reads its first piece. Blocks.
    func object(
        _ id: ShareID, _ number: Int, ticket: [UInt8]?, range: String?
    ) -> Result<ObjectReply, Refused> {
        let share = ServedFolder.name(of: id)
        do throws(DeskRefusal) {
            guard let ticket else { throw .gone }
            let object = try desk.object(share, number: number, ticket: ticket)
            guard let range = ByteRange.parse(range, of: object.byteCount) else {
                var answer = Answer.refusal(.rangeNotSatisfiable, "range")
                answer.more = [("Content-Range", "bytes */\(object.byteCount)")]
                return .failure(Refused(reply: Reply(answer: answer, subject: .share(share))))
            }
            let first = try object.piece(from: range.lowerBound, to: range.upperBound)
            return .success(ObjectReply(share: share, object: object, range: range, first: first))
        } catch {
            return .failure(Refused(reply: refused(error, .share(share))))
        }
    }

    struct Refused: Error {
        var reply: Reply
    }
}

/// An object on its way out.
struct ObjectReply: Sendable {
    var share: ShareName
    var object: OpenObject
    var range: Range<Int64>
    var first: ByteBuffer
}

extension OpenObject {
    /// The next bytes of a range, as many as are in memory at once.
    func piece(from offset: Int64, to end: Int64) throws(DeskRefusal) -> ByteBuffer {
        let count = Int(min(end - offset, Int64(ServerLimits.chunkByteCount)))
        var buffer = ByteBufferAllocator().buffer(capacity: count)
        var refusal: DeskRefusal?
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { space in
            do throws(DeskRefusal) {
                try read(into: UnsafeMutableRawBufferPointer(rebasing: space[..<count]), at: offset)
                return count
            } catch {
                refusal = error
                return 0
            }
        }
        if let refusal { throw refusal }
        return buffer
    }
}
