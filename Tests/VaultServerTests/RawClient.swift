import Glibc
import Testing

/// A connection that sends whatever bytes a test wants.
final class RawClient {
    private let number: Int32

    /// - Parameter from: an address of this machine to come from, such as 127.0.0.2.
    init(port: Int, from address: String = "127.0.0.1") throws {
        number = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var own = Self.address(address, 0)
        var there = Self.address("127.0.0.1", port)
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeBytes(of: &own) {
            bind(number, $0.baseAddress!.assumingMemoryBound(to: sockaddr.self), size)
        }
        try #require(isBound == 0)
        let isConnected = withUnsafeBytes(of: &there) {
            connect(number, $0.baseAddress!.assumingMemoryBound(to: sockaddr.self), size)
        }
        try #require(isConnected == 0)
        waitAtMost(20)
    }

    deinit { close(number) }

    private static func address(_ text: String, _ port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        inet_pton(AF_INET, text, &address.sin_addr)
        return address
    }

    func waitAtMost(_ seconds: Int) {
        var time = timeval(tv_sec: seconds, tv_usec: 0)
        setsockopt(
            number, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
    }

    /// Lets the kernel take in no more than a little that is not read.
    func readSlowly() {
        var size: Int32 = 4_096
        setsockopt(number, SOL_SOCKET, SO_RCVBUF, &size, 4)
    }

    /// Returns whether the other side still takes it.
    @discardableResult
    func send(_ text: String) -> Bool {
        send(Array(text.utf8))
    }

    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
        Glibc.send(number, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count
    }

    /// Some bytes; none when the other side closed or nothing came in time.
    func receive(_ count: Int = 65_536) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let got = recv(number, &bytes, count, 0)
        return Array(bytes.prefix(max(0, got)))
    }

    /// Everything until the other side closes.
    func receiveAll() -> [UInt8] {
        var all: [UInt8] = []
        while true {
            let bytes = receive()
            if bytes.isEmpty { return all }
            all += bytes
        }
    }

    /// One answer whose length its head tells; the connection stays.
    func answer() throws -> RawAnswer {
        var bytes: [UInt8] = []
        while true {
            if let answer = RawAnswer(bytes), answer.isWhole { return answer }
            let more = receive()
            guard !more.isEmpty else {
                return try #require(RawAnswer(bytes), "closed without an answer")
            }
            bytes += more
        }
    }
}

struct RawAnswer {
    let status: Int
    let fields: [(String, String)]
    let body: [UInt8]

    init?(_ bytes: [UInt8]) {
        guard
            let end = bytes.indices.first(where: { bytes[$0...].starts(with: [13, 10, 13, 10]) })
        else { return nil }
        let lines = String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\r\n")
        status = Int(lines[0].split(separator: " ")[1]) ?? 0
        fields = lines.dropFirst().map { line in
            let parts = line.split(separator: ":", maxSplits: 1)
            return (parts[0].lowercased(), String(parts[1].drop { $0 == " " }))
        }
        body = Array(bytes[(end + 4)...])
    }

    subscript(_ name: String) -> String? { fields.first { $0.0 == name }?.1 }
    var text: String { String(decoding: body, as: UTF8.self) }
    var isWhole: Bool { status == 204 || body.count == Int(self["content-length"] ?? "") }
}
