/// What a share server says that it saw, for whoever holds the audit key. Spec 11 §9.
package struct ServerEventContent: Hashable, Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        /// The server served this folder for the first time.
        case started
        /// A view was taken.
        case opened
        /// A view proof was wrong.
        case refused
        /// A share ended.
        case ended
        /// A file came for a request.
        case received
    }

    /// The longest text of a member, in bytes.
    package static let maximumTextByteCount = 64

    package var kind: Kind
    /// `nil` when it is about no share.
    package var share: ShareName?
    /// `nil` when it is about no request.
    package var request: RequestName?
    /// Why a share ended: `expired` or `used up`.
    package var reason: String?
    /// Family of the browser.
    package var browser: String?
    /// Network of the client: /24 of an IPv4 address, /48 of an IPv6 address.
    package var network: String?

    package init(
        _ kind: Kind, share: ShareName? = nil, request: RequestName? = nil, reason: String? = nil,
        browser: String? = nil, network: String? = nil
    ) {
        self.kind = kind
        self.share = share
        self.request = request
        self.reason = reason
        self.browser = browser
        self.network = network
    }

    package var encoded: [UInt8] {
        var writer = CBORWriter()
        let texts: [(UInt8, String?)] = [(3, reason), (4, browser), (5, network)]
        let names = (share == nil ? 0 : 1) + (request == nil ? 0 : 1)
        writer.map(count: 1 + names + texts.count { $0.1 != nil })
        writer.key(1)
        writer.text(kind.rawValue)
        if let share {
            writer.key(2)
            writer.byteString(share.bytes)
        }
        for (key, text) in texts {
            guard let text else { continue }
            writer.key(key)
            writer.text(text)
        }
        if let request {
            writer.key(6)
            writer.byteString(request.bytes)
        }
        return writer.bytes
    }

    package init(parsing buffer: UnsafeRawBufferPointer) throws(FormatError) {
        var reader = CBORReader(buffer)
        var kind: Kind?
        var share: ShareName?
        var request: RequestName?
        var texts: [Int64: String] = [:]
        try reader.map { (key, reader) throws(FormatError) in
            switch key {
            case 1: kind = Kind(rawValue: try reader.text())
            case 2: share = try reader.identifier(ShareName.self)
            case 6: request = try reader.identifier(RequestName.self)
            case 3, 4, 5:
                let text = try reader.text()
                // What a hostile server says is printed on terminals, and kept for good.
                guard text.utf8.count <= Self.maximumTextByteCount,
                    text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) })
                else { throw .outOfRange("text of an event") }
                texts[key] = text
            default: throw .unknown("member \(key) of what an event says")
            }
        }
        try reader.finish()
        guard let kind else { throw .unknown("kind of event") }
        self.init(
            kind, share: share, request: request, reason: texts[3], browser: texts[4],
            network: texts[5])
    }
}
