internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

// An object goes out piece by piece: the next is read when the one before has left.
extension ConnectionHandler {
    func send(_ reply: ObjectReply, _ context: ChannelHandlerContext) {
        let isWhole = reply.range == 0..<reply.object.byteCount
        var answer = Answer(
            status: isWhole ? .ok : .partialContent, type: "application/octet-stream",
            more: [("Accept-Ranges", "bytes")])
        if !isWhole {
            let (first, last) = (reply.range.lowerBound, reply.range.upperBound - 1)
            let words = "bytes \(first)-\(last)/\(reply.object.byteCount)"
            answer.more.append(("Content-Range", words))
        }
        writeHead(answer, byteCount: Int64(reply.range.count), context)
        send(reply.first, of: reply, from: reply.range.lowerBound, answer, context)
    }

    private func send(
        _ piece: ByteBuffer, of reply: ObjectReply, from offset: Int64, _ answer: Answer,
        _ context: ChannelHandlerContext
    ) {
        let next = offset + Int64(piece.readableBytes)
        let part = wrapOutboundOut(.body(.byteBuffer(piece)))
        guard next < reply.range.upperBound else {
            context.write(part, promise: nil)
            return end(
                .share(reply.share), Int(answer.status.code), Int64(reply.range.count), context)
        }
        context.writeAndFlush(part).assumeIsolated().whenSuccess {
            self.read(reply, from: next, answer, context)
        }
    }

    private func read(
        _ reply: ObjectReply, from offset: Int64, _ answer: Answer,
        _ context: ChannelHandlerContext
    ) {
        let (object, end) = (reply.object, reply.range.upperBound)
        core.pool.runIfActive(eventLoop: context.eventLoop) {
            try object.piece(from: offset, to: end)
        }.assumeIsolated().whenComplete { result in
            switch result {
            case .success(let piece):
                self.send(piece, of: reply, from: offset, answer, context)
            case .failure:
                // The view ended, or the file did: an answer that is cut short tells it.
                context.close(promise: nil)
            }
        }
    }
}
