internal import NIOCore
internal import NIOHTTP1
internal import VaultFormat

/// One connection: a request after the other, each with its time.
///
/// Not sendable: everything happens on the connection's event loop.
final class ConnectionHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    enum Phase {
        /// No byte of a request that counts.
        case waiting
        case receiving(Request)
        /// A file comes in, which is written as it comes.
        case taking(Upload)
        /// Whatever comes meanwhile is dropped.
        case answering
        case closing
    }

    let core: ServerCore
    let peer: ClientAddress
    let bound: RequestBound
    var phase = Phase.waiting
    private var deadline: Scheduled<Void>?
    /// The answer under way, or the next one, is the last.
    var isLast = false
    /// Whether the answer under way is to a HEAD.
    private var isHead = false

    init(_ core: ServerCore, peer: ClientAddress, bound: RequestBound) {
        self.core = core
        self.peer = peer
        self.bound = bound
    }

    // MARK: - What comes in

    func channelActive(context: ChannelHandlerContext) {
        arm(.seconds(core.limits.requestSeconds), context)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        phase = .closing
        deadline?.cancel()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch (unwrapInboundIn(data), phase) {
        case (.head(let head), .waiting):
            isHead = head.method == .HEAD
            isLast = isLast || !head.isKeepAlive
            do throws(Request.Refused) {
                let request = try Request(head)
                if case .deposit(let id, let deposit) = request.route {
                    begin(id, deposit, request, context)
                } else {
                    phase = .receiving(request)
                }
            } catch {
                phase = .answering
                finish(ServerCore.Reply(answer: error.answer), context)
            }
        case (.head, .answering), (.head, .taking):
            // Nobody asks before the answer is there, unless to smuggle.
            isLast = true
        case (.body(let bytes), .receiving(var request)):
            request.body += bytes.readableBytesView
            guard request.body.count <= ServerLimits.bodyByteCount else {
                phase = .answering
                return finish(
                    ServerCore.Reply(answer: .bad(.payloadTooLarge, "size")), context)
            }
            phase = .receiving(request)
        case (.body(let bytes), .taking(let upload)): take(bytes, upload, context)
        case (.end, .taking(let upload)):
            upload.isWhole = true
            goOn(upload, context)
        case (.end, .receiving(let request)):
            phase = .answering
            serve(request, context)
        default: break
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        let status: HTTPResponseStatus
        switch error {
        case is RequestTooLong, HTTPParserError.headerOverflow:
            status = .requestHeaderFieldsTooLarge
        case is HTTPParserError: status = .badRequest
        default: return context.close(promise: nil)
        }
        switch phase {
        case .waiting, .receiving:
            phase = .answering
            finish(ServerCore.Reply(answer: .bad(status, "request")), context)
        case .taking: context.close(promise: nil)
        case .answering: isLast = true
        case .closing: break
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard event is ChannelShouldQuiesceEvent else {
            return context.fireUserInboundEventTriggered(event)
        }
        isLast = true
        if case .waiting = phase { context.close(promise: nil) }
    }

    // MARK: - What goes out

    /// Gives an answer, when it is time for it.
    func finish(
        _ reply: ServerCore.Reply, since begun: NIODeadline = .now(),
        _ context: ChannelHandlerContext
    ) {
        guard reply.answer.waits else { return write(reply, context) }
        let step = ServerLimits.goneMilliseconds * 1_000_000
        let passed = (NIODeadline.now() - begun).nanoseconds
        deadline?.cancel()
        deadline = context.eventLoop.assumeIsolated().scheduleTask(
            in: .nanoseconds(step - passed % step)
        ) {
            self.write(reply, context)
        }
    }

    private func write(_ reply: ServerCore.Reply, _ context: ChannelHandlerContext) {
        guard case .answering = phase else { return }
        let answer = reply.answer
        isLast = isLast || answer.closes
        writeHead(answer, byteCount: Int64(answer.body.count), context)
        let body = isHead ? [] : answer.body
        if !body.isEmpty {
            let part = HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(bytes: body)))
            context.write(wrapOutboundOut(part), promise: nil)
        }
        let status = Int(answer.status.code)
        end(reply.subject, status, Int64(body.count), lingers: answer.closes, context)
    }

    /// - Parameter byteCount: of the body; its deadline begins.
    func writeHead(_ answer: Answer, byteCount: Int64, _ context: ChannelHandlerContext) {
        var headers = HTTPHeaders(Answer.headers)
        if let type = answer.type { headers.add(name: "Content-Type", value: type) }
        if answer.status != .noContent {
            headers.add(name: "Content-Length", value: String(byteCount))
        }
        for (name, value) in answer.more { headers.add(name: name, value: value) }
        if isLast { headers.add(name: "Connection", value: "close") }
        let head = HTTPResponseHead(version: .http1_1, status: answer.status, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        arm(core.limits.answerTime(byteCount), context)
    }

    /// Ends an answer; the next request may come, or the connection closes.
    ///
    /// - Parameter lingers: part of the request may still be under way, and a connection that closes on it would
    ///   take the answer with it.
    func end(
        _ subject: ServedRequest.Subject?, _ status: Int, _ bytes: Int64, lingers: Bool = false,
        _ context: ChannelHandlerContext
    ) {
        context.writeAndFlush(wrapOutboundOut(.end(nil))).assumeIsolated().whenComplete { result in
            if let subject {
                self.core.news(
                    .request(ServedRequest(subject: subject, status: status, bytes: bytes)))
            }
            guard case .success = result, case .answering = self.phase else { return }
            self.bound.reset()
            guard self.isLast else {
                self.phase = .waiting
                return self.arm(.seconds(self.core.limits.requestSeconds), context)
            }
            self.phase = .closing
            if lingers {
                self.arm(.milliseconds(ServerLimits.lingerMilliseconds), context)
            } else {
                context.close(promise: nil)
            }
        }
    }

    /// Closes the connection in a while, unless armed anew before.
    func arm(_ time: TimeAmount, _ context: ChannelHandlerContext) {
        deadline?.cancel()
        deadline = context.eventLoop.assumeIsolated().scheduleTask(in: time) {
            self.phase = .closing
            context.close(promise: nil)
        }
    }
}
