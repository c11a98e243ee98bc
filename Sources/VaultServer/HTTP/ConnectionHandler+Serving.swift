internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import VaultFormat

// From a request to its answer: what reads or writes files does so on the pool.
extension ConnectionHandler {
    func serve(_ request: Request, _ context: ChannelHandlerContext) {
        switch request.route {
        case .page: finish(ServerCore.Reply(answer: .file(PageFiles.page)), context)
        case .file(let name):
            let answer = PageFiles.files[name].map(Answer.file) ?? .gone
            finish(ServerCore.Reply(answer: answer), context)
        case .health:
            let ok = Answer(status: .ok, type: "text/plain; charset=utf-8", body: Array("ok".utf8))
            finish(ServerCore.Reply(answer: ok), context)
        case .collect: finish(ServerCore.Reply(answer: .file(PageFiles.collect)), context)
        case .post(let post, let id):
            let client = client(of: request).client
            serve(request, context) { core, body in core.reply(post, id, body, by: client) }
        case .ask(let id):
            serve(request, context) { core, body in core.look(id, body) }
        case .deposit: preconditionFailure("a file is taken while it comes")
        case .object(let id, let number): serve(id, number, request, context)
        }
    }

    private func serve(
        _ request: Request, _ context: ChannelHandlerContext,
        _ reply: @escaping @Sendable (ServerCore, PostBody) -> ServerCore.Reply
    ) {
        if let after = core.limiter.take(client(of: request).address, at: Self.steadySeconds) {
            return finish(ServerCore.Reply(answer: .later(after)), context)
        }
        guard let body = PostBody(request.body) else {
            return finish(ServerCore.Reply(answer: .bad(.badRequest, "body")), context)
        }
        let (core, begun) = (core, NIODeadline.now())
        core.pool.runIfActive(eventLoop: context.eventLoop) {
            reply(core, body)
        }.assumeIsolated().whenComplete { result in
            guard case .success(let reply) = result else { return context.close(promise: nil) }
            self.finish(reply, since: begun, context)
        }
    }

    /// Who asks, and from where.
    func client(of request: Request) -> (client: Client, address: ClientAddress) {
        let forwarded = core.behindProxy ? request.forwardedFor.map { ClientAddress($0) } : nil
        let address = forwarded ?? peer
        let client = Client(
            browser: Client.browser(request.head.headers["User-Agent"].first),
            network: address.network)
        return (client, address)
    }

    /// Of a clock that is never set.
    static var steadySeconds: Double { Double(NIODeadline.now().uptimeNanoseconds) / 1e9 }

    private func serve(
        _ id: ShareID, _ number: Int, _ request: Request, _ context: ChannelHandlerContext
    ) {
        let (ticket, range) = (request.ticket, request.range)
        let (core, begun) = (core, NIODeadline.now())
        core.pool.runIfActive(eventLoop: context.eventLoop) {
            core.object(id, number, ticket: ticket, range: range)
        }.assumeIsolated().whenComplete { result in
            switch result {
            case .success(.success(let reply)): self.send(reply, context)
            case .success(.failure(let refused)):
                self.finish(refused.reply, since: begun, context)
            case .failure: context.close(promise: nil)
            }
        }
    }
}
