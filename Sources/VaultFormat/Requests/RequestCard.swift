/// What the vault keeps of a request that it sent; the card's ID is the request's name. Spec 04 §13.
package struct RequestCard: Hashable, Sendable {
    /// Why a request was ended by the vault.
    package enum Ending: UInt64, Sendable, CaseIterable {
        /// Somebody took it back.
        case revoked = 1
        /// The person whose pictures it asked for was erased.
        case erased = 2
        /// It could not be put where it is served.
        case failed = 3
    }

    package struct Ended: Hashable, Sendable {
        /// In seconds since 1970, as all times here.
        package var time: Int64
        package var reason: Ending

        package init(time: Int64, reason: Ending) {
            self.time = time
            self.reason = reason
        }
    }

    package var made: Int64
    /// Who made it.
    package var slot: SlotID
    package var id: RequestID
    /// By which answers are known, 16 bytes. It opens nothing.
    package var token: [UInt8]
    /// Whom it was sent to.
    package var recipient: String?
    /// Whose pictures these will be, and where they go.
    package var subject: String?
    package var album: String?
    package var expires: Int64
    package var files: Int
    /// Where it is served.
    package var base: String
    /// When and why the vault ended it; `nil` while it did not.
    package var ended: Ended?

    package init(
        made: Int64, slot: SlotID, id: RequestID, token: [UInt8], recipient: String?,
        subject: String?, album: String?, expires: Int64, files: Int, base: String
    ) {
        self.made = made
        self.slot = slot
        self.id = id
        self.token = token
        self.recipient = recipient
        self.subject = subject
        self.album = album
        self.expires = expires
        self.files = files
        self.base = base
    }

    package var encoded: [UInt8] {
        var writer = CBORWriter()
        let texts: [(UInt8, String?)] = [(5, recipient), (6, subject), (7, album)]
        writer.map(count: 7 + texts.count { $0.1 != nil } + (ended == nil ? 0 : 2))
        writer.key(1)
        writer.integer(made)
        writer.key(2)
        writer.byteString(slot.bytes)
        writer.key(3)
        writer.byteString(id.bytes)
        writer.key(4)
        writer.byteString(token)
        for (key, text) in texts {
            guard let text else { continue }
            writer.key(key)
            writer.text(text)
        }
        writer.key(8)
        writer.integer(expires)
        writer.key(9)
        writer.unsigned(UInt64(files))
        writer.key(10)
        writer.text(base)
        if let ended {
            writer.key(11)
            writer.integer(ended.time)
            writer.key(12)
            writer.unsigned(ended.reason.rawValue)
        }
        return writer.bytes
    }
}

extension RequestCard {
    package init(parsing buffer: UnsafeRawBufferPointer) throws(FormatError) {
        var reader = CBORReader(buffer)
        var draft = Draft()
        try reader.map { (key, reader) throws(FormatError) in try draft.take(key, &reader) }
        try reader.finish()
        self = try draft.card()
    }

    private struct Draft {
        var made, expires, endedAt: Int64?
        var slot: SlotID?
        var id: RequestID?
        var token: [UInt8]?
        var texts: [Int64: String] = [:]
        var files: Int?
        var reason: Ending?

        mutating func take(_ key: Int64, _ reader: inout CBORReader) throws(FormatError) {
            switch key {
            case 1: made = try reader.integer()
            case 2: slot = try reader.identifier(SlotID.self)
            case 3: id = try reader.identifier(RequestID.self)
            case 4: token = try reader.byteString()
            case 5, 6, 7, 10:
                let text = try reader.text()
                guard !text.isEmpty else { throw .outOfRange("text of a request") }
                texts[key] = text
            case 8: expires = try reader.integer()
            case 9:
                files = Int(exactly: try reader.unsigned())
                guard let files, RequestOffer.fileCounts.contains(files) else {
                    throw .outOfRange("files")
                }
            case 11: endedAt = try reader.integer()
            case 12:
                reason = Ending(rawValue: try reader.unsigned())
                guard reason != nil else { throw .unknown("reason of an ending") }
            default: throw .unknown("member \(key) of a request")
            }
        }

        func card() throws(FormatError) -> RequestCard {
            guard let made, let slot, let id, let token, let expires, let files,
                let base = texts[10]
            else { throw .unexpected("request without what it must say") }
            guard token.count == RequestLink.tokenByteCount else {
                throw .wrongLength(expected: RequestLink.tokenByteCount, actual: token.count)
            }
            guard (endedAt == nil) == (reason == nil) else { throw .unexpected("half an ending") }
            var card = RequestCard(
                made: made, slot: slot, id: id, token: token, recipient: texts[5],
                subject: texts[6], album: texts[7], expires: expires, files: files, base: base)
            if let endedAt, let reason { card.ended = Ended(time: endedAt, reason: reason) }
            return card
        }
    }
}
