internal import Glibc

/// The address of a client: of IPv4 all of it, of IPv6 the /64, which is one household.
struct ClientAddress: Hashable, Sendable {
    /// 4 or 16 bytes; of 16 the last 8 are zero.
    let bytes: [UInt8]

    static let unknown = ClientAddress(bytes: [])

    /// - Parameter text: an address as `inet_pton` reads it; else it is `unknown`.
    init(_ text: String) {
        var four = in_addr()
        var six = in6_addr()
        // An IPv6 address of a link has its interface behind a percent sign.
        let text = String(text.prefix { $0 != "%" })
        if inet_pton(AF_INET, text, &four) == 1 {
            self.init(bytes: withUnsafeBytes(of: four) { Array($0) })
        } else if inet_pton(AF_INET6, text, &six) == 1 {
            let bytes = withUnsafeBytes(of: six) { Array($0) }
            let isMapped = bytes.starts(with: [UInt8](repeating: 0, count: 10) + [255, 255])
            self.init(
                bytes: isMapped
                    ? Array(bytes[12...]) : bytes[..<8] + [UInt8](repeating: 0, count: 8))
        } else {
            self = .unknown
        }
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    /// What the vault is told: /24 or /48.
    var network: String {
        switch bytes.count {
        case 4: "\(bytes[0]).\(bytes[1]).\(bytes[2]).0/24"
        case 16:
            stride(from: 0, to: 6, by: 2).map {
                String(UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]), radix: 16)
            }.joined(separator: ":") + "::/48"
        default: "unknown"
        }
    }
}
