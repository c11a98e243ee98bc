internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL
internal import Synchronization
internal import VaultFiles
internal import VaultSharing

/// Serves the shares of one folder over HTTP, and takes in what was asked for. Spec 11 §8, 13 §6.
package final class ShareServer: Sendable {
    private let core: ServerCore
    private let count: ConnectionCount
    private let channels = Mutex<[ObjectIdentifier: any Channel]>([:])
    private let group: MultiThreadedEventLoopGroup
    private let listener: Mutex<(any Channel)?> = Mutex(nil)
    private let isStopping = Atomic(false)
    // Held as long as it serves.
    private let lock: FileLock

    /// Takes the folder's lock, destroys what ended meanwhile, and only then listens.
    ///
    /// - Parameters:
    ///   - news: told from many threads.
    ///   - clock: for tests.
    package init(
        _ settings: ServerSettings, clock: ServerClock = .system(),
        news: @escaping @Sendable (ServerNews) -> Void
    ) throws(ServerError) {
        let folder = try Self.folder(settings.folder)
        do throws(FileError) {
            lock = try FileLock.acquire("lock", in: folder.own, mode: .exclusive)
        } catch .wouldBlock {
            throw .inUse
        } catch {
            throw .folder(error.describe)
        }
        let tls = try settings.tls.map { (files) throws(ServerError) in try files.context() }
        OpenFiles.allowMany()
        let pool = NIOThreadPool(numberOfThreads: 4)
        core = ServerCore(
            desk: try ShareDesk(folder, clock: clock), limits: settings.limits,
            behindProxy: settings.behindProxy, pool: pool, news: news)
        count = ConnectionCount(settings.limits, behindProxy: settings.behindProxy)
        for trouble in core.sweep() { news(.trouble(trouble)) }
        pool.start()
        group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
        do {
            let channel = try bootstrap(tls).bind(host: settings.host, port: settings.port).wait()
            listener.withLock { $0 = channel }
        } catch {
            end()
            throw .address(Self.words(error))
        }
        sweepLater()
    }

    private static func folder(_ path: [UInt8]) throws(ServerError) -> ServedFolder {
        let path = Result { () throws(FileError) in try FilePath(bytes: path) }
        do throws(ServedError) {
            return try ServedFolder(at: try path.mapError { ServedError.file($0) }.get())
        } catch .noNotice {
            throw .noNotice
        } catch {
            throw .folder(error.describe)
        }
    }

    /// The port that it listens on.
    package var port: Int {
        listener.withLock { $0?.localAddress?.port } ?? 0
    }

    /// Listens no more, gives running answers some seconds, and ends. Blocks; a second time does nothing.
    package func stop() {
        // A channel of an event loop that ended would never answer a second time.
        guard !isStopping.exchange(true, ordering: .acquiringAndReleasing) else { return }
        let listener = listener.withLock { $0 }
        // Closed already is as good, here and below.
        _ = try? listener?.close().wait()
        let running = channels.withLock { Array($0.values) }
        for channel in running {
            channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        }
        let deadline = NIODeadline.now() + .seconds(core.limits.goodbyeSeconds)
        while channels.withLock({ !$0.isEmpty }), NIODeadline.now() < deadline {
            Machine.sleep(.milliseconds(20))
        }
        for channel in channels.withLock({ Array($0.values) }) { channel.close(promise: nil) }
        end()
    }

    private func end() {
        // Nothing is left that could fail to end.
        _ = try? group.syncShutdownGracefully()
        _ = try? core.pool.syncShutdownGracefully()  // As above.
    }

    private func bootstrap(_ tls: NIOSSLContext?) -> ServerBootstrap {
        ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            // Requests are short; a connection that only waits takes little.
            .childChannelOption(
                .recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 4_096)
            )
            .childChannelInitializer { [self] channel in
                let peer = channel.remoteAddress?.ipAddress.map { ClientAddress($0) } ?? .unknown
                guard count.enter(peer) else {
                    return channel.eventLoop.makeFailedFuture(RequestTooLong())
                }
                let id = ObjectIdentifier(channel)
                channels.withLock { $0[id] = channel }
                channel.closeFuture.whenComplete { [self] _ in
                    count.left(peer)
                    channels.withLock { $0[id] = nil }
                }
                return channel.eventLoop.makeCompletedFuture {
                    try Self.build(channel, core, peer, tls)
                }
            }
    }

    private static func build(
        _ channel: any Channel, _ core: ServerCore, _ peer: ClientAddress, _ tls: NIOSSLContext?
    ) throws {
        let pipeline = channel.pipeline.syncOperations
        if let tls { try pipeline.addHandler(NIOSSLServerHandler(context: tls)) }
        let bound = RequestBound()
        try pipeline.addHandler(bound)
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = ServerLimits.headByteCount
        limits.maxHeaderListSize = ServerLimits.headByteCount
        limits.maxHeaderFieldCount = 64
        try pipeline.configureHTTPServerPipeline(
            withPipeliningAssistance: false, withErrorHandling: false,
            withEncoderConfiguration: .init(), withDecoderLimitConfiguration: limits)
        try pipeline.addHandler(ConnectionHandler(core, peer: peer, bound: bound))
    }

    /// Looks for shares that ended, again and again, never twice at once.
    private func sweepLater() {
        let core = core
        group.next().scheduleTask(in: .seconds(core.limits.sweepSeconds)) { [self] in
            guard !isStopping.load(ordering: .acquiring) else { return }
            core.pool.submit { state in
                guard case .active = state else { return }
                for trouble in core.sweep() { core.news(.trouble(trouble)) }
                self.sweepLater()
            }
        }
    }

    private static func words(_ error: any Error) -> String {
        if let error = error as? IOError { return OpenFiles.words(error.errnoCode) }
        return "the name cannot be resolved"
    }
}
