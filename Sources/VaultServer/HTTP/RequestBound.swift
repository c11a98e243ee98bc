internal import NIOCore

/// A request is longer than any that is answered.
struct RequestTooLong: Error {}

/// Counts the bytes of each request, before anything keeps them: what never ends, such as an address of a
/// gigabyte, is dropped from here on.
final class RequestBound: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private static let byteCount = ServerLimits.headByteCount + ServerLimits.bodyByteCount + 4_096
    private var limit = RequestBound.byteCount
    private var count = 0

    /// The request is there; the next one counts anew.
    func reset() {
        count = 0
        limit = Self.byteCount
    }

    /// The request's body may have so many bytes more.
    func allow(_ byteCount: Int) { limit = Self.byteCount + byteCount }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let before = count
        count += unwrapInboundIn(data).readableBytes
        if count <= limit {
            context.fireChannelRead(data)
        } else if before <= limit {
            context.fireErrorCaught(RequestTooLong())
        } else {
            count = limit + 1
        }
    }
}
