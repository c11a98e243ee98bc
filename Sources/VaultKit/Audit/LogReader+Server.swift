import VaultAudit
package import VaultFormat

/// One thing that a share server said, as the log tells it. Spec 11 §9.
package struct ServerSaid: Sendable, Equatable {
    /// What the server's clock said, in seconds since 1970.
    package var time: Int64
    /// `nil` for what does not open: the server sealed nothing that is an event's.
    package var content: ServerEventContent?
}

extension LogReader {
    /// The events of an entry, opened. Their signatures were verified when they were taken in.
    func said(_ bytes: [UInt8]) -> [ServerSaid] {
        guard !bytes.isEmpty else { return [] }
        return ServerEventFile.pieces(bytes).pieces.map { piece in
            guard let event = Self.event(bytes[piece]) else { return ServerSaid(time: 0) }
            return ServerSaid(time: event.time, content: content(event))
        }
    }

    private static func event(_ bytes: ArraySlice<UInt8>) -> ServerEvent? {
        bytes.withUnsafeBytes { bytes in
            do { return try ServerEvent(parsing: bytes) } catch { return nil }
        }
    }
}
