internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import VaultFormat

// A file comes in piece by piece: no more of it is in memory than waits for the disk. Spec 13 §6.
extension ConnectionHandler {
    /// Judges a file by its head, while its body comes already.
    func begin(
        _ id: RequestID, _ deposit: DepositID, _ request: Request, _ context: ChannelHandlerContext
    ) {
        let (client, address) = client(of: request)
        let upload = Upload(id, deposit, by: client)
        phase = .taking(upload)
        let byteCount = Int64(request.length)
        bound.allow(request.length)
        arm(core.limits.requestTime(byteCount), context)
        if let after = core.limiter.take(address, at: Self.steadySeconds) {
            return refuse(ServerCore.Reply(answer: .later(after)), upload, context)
        }
        let proof = request.secret(after: "Request ")
        let core = core
        core.pool.runIfActive(eventLoop: context.eventLoop) {
            core.begin(id, deposit, proof: proof, byteCount: byteCount)
        }.assumeIsolated().whenComplete { result in
            switch result {
            case .success(.success(let receiving)):
                upload.receiving = receiving
                upload.isBusy = false
                self.goOn(upload, context)
            case .success(.failure(let refused)): self.refuse(refused.reply, upload, context)
            case .failure: context.close(promise: nil)
            }
        }
    }

    /// More of it is there, or all.
    func take(_ bytes: ByteBuffer, _ upload: Upload, _ context: ChannelHandlerContext) {
        upload.waiting += bytes.readableBytesView
        hold(upload, context)
        goOn(upload, context)
    }

    /// Writes what waits; when that was all, puts the file in its place.
    func goOn(_ upload: Upload, _ context: ChannelHandlerContext) {
        guard !upload.isBusy, let receiving = upload.receiving, isTaking(upload) else { return }
        let bytes = upload.waiting
        guard !bytes.isEmpty || upload.isWhole else { return }
        upload.waiting = []
        upload.isBusy = true
        hold(upload, context)
        let (core, client, isLast) = (core, upload.client, bytes.isEmpty)
        core.pool.runIfActive(eventLoop: context.eventLoop) {
            isLast ? core.finish(receiving, by: client) : core.write(bytes, receiving)
        }.assumeIsolated().whenComplete { result in
            upload.isBusy = false
            switch result {
            case .success(.success(let reply)):
                guard let reply else { return self.goOn(upload, context) }
                self.answer(reply, upload, context)
            case .success(.failure(let refused)): self.refuse(refused.reply, upload, context)
            case .failure: context.close(promise: nil)
            }
        }
    }

    /// Lets no more come than the disk keeps up with.
    private func hold(_ upload: Upload, _ context: ChannelHandlerContext) {
        let isHeld = upload.waiting.count > Upload.waitingByteCount
        guard isHeld != upload.isHeld else { return }
        upload.isHeld = isHeld
        // Refused by a channel that is closed: then nothing comes either.
        context.channel.setOption(.autoRead, value: !isHeld).assumeIsolated().whenComplete { _ in }
    }

    private func isTaking(_ upload: Upload) -> Bool {
        if case .taking(let now) = phase { now === upload } else { false }
    }

    /// Answers what may still be under way: the rest of it is not wanted, and the connection ends.
    private func refuse(
        _ reply: ServerCore.Reply, _ upload: Upload, _ context: ChannelHandlerContext
    ) {
        var reply = reply
        reply.answer.closes = reply.answer.closes || !upload.isWhole
        answer(reply, upload, context)
    }

    private func answer(
        _ reply: ServerCore.Reply, _ upload: Upload, _ context: ChannelHandlerContext
    ) {
        guard isTaking(upload) else { return }
        upload.receiving = nil
        upload.waiting = []
        hold(upload, context)
        phase = .answering
        finish(reply, since: upload.begun, context)
    }
}
