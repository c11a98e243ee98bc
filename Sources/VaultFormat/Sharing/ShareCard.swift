/// What the vault keeps of a share that it gave out; the card's ID is the share's name. It has neither the
/// link's secret nor its ID. Spec 04 §13.
package struct ShareCard: Hashable, Sendable {
    /// Why a share was ended by the vault.
    package enum Ending: UInt64, Sendable, CaseIterable {
        /// Somebody took it back.
        case revoked = 1
        /// One of its pictures was destroyed.
        case purged = 2
        /// It could not be put where it is served.
        case failed = 3
    }

    /// In seconds since 1970, as all times here.
    package var made: Int64
    /// Who gave it out.
    package var slot: SlotID
    /// For whom.
    package var recipient: String?
    /// In the order of the package; at least one.
    package var pictures: [RecordID]
    package var expires: Int64
    /// How often it may be opened; `nil` for as often as one likes.
    package var views: Int?
    /// The longest side of the copies in pixels; `nil` for originals.
    package var side: UInt16?
    package var hasPassword: Bool
    /// Where it is served.
    package var base: String
    /// When and why the vault ended it; `nil` while it did not.
    package var ended: Ended?

    package struct Ended: Hashable, Sendable {
        package var time: Int64
        package var reason: Ending

        package init(time: Int64, reason: Ending) {
            self.time = time
            self.reason = reason
        }
    }

    package init(
        made: Int64, slot: SlotID, recipient: String?, pictures: [RecordID], expires: Int64,
        views: Int?, side: UInt16?, hasPassword: Bool, base: String
    ) {
        self.made = made
        self.slot = slot
        self.recipient = recipient
        self.pictures = pictures
        self.expires = expires
        self.views = views
        self.side = side
        self.hasPassword = hasPassword
        self.base = base
    }

    package var encoded: [UInt8] {
        var writer = CBORWriter()
        let optional = [recipient != nil, views != nil, side != nil, hasPassword]
        writer.map(count: 5 + optional.count { $0 } + (ended == nil ? 0 : 2))
        writer.key(1)
        writer.integer(made)
        writer.key(2)
        writer.byteString(slot.bytes)
        if let recipient {
            writer.key(3)
            writer.text(recipient)
        }
        writer.key(4)
        writer.byteString(pictures.flatMap(\.bytes))
        writer.key(5)
        writer.integer(expires)
        if let views {
            writer.key(6)
            writer.unsigned(UInt64(views))
        }
        if let side {
            writer.key(7)
            writer.unsigned(UInt64(side))
        }
        if hasPassword {
            writer.key(8)
            writer.unsigned(1)
        }
        writer.key(9)
        writer.text(base)
        if let ended {
            writer.key(10)
            writer.integer(ended.time)
            writer.key(11)
            writer.unsigned(ended.reason.rawValue)
        }
        return writer.bytes
    }
}

extension ShareCard {
    package init(parsing buffer: UnsafeRawBufferPointer) throws(FormatError) {
        var reader = CBORReader(buffer)
        var draft = Draft()
        try reader.map { (key, reader) throws(FormatError) in try draft.take(key, &reader) }
        try reader.finish()
        self = try draft.card()
    }

    private struct Draft {
        var made: Int64?
        var slot: SlotID?
        var recipient: String?
        var pictures: [RecordID] = []
        var expires: Int64?
        var views: Int?
        var side: UInt16?
        var hasPassword = false
        var base: String?
        var endedAt: Int64?
        var reason: Ending?

        mutating func take(_ key: Int64, _ reader: inout CBORReader) throws(FormatError) {
            switch key {
            case 1: made = try reader.integer()
            case 2: slot = try reader.identifier(SlotID.self)
            case 3: recipient = try reader.text()
            case 4: pictures = try Self.pictures(reader.byteString())
            case 5: expires = try reader.integer()
            case 6:
                views = Int(exactly: try reader.unsigned())
                guard let views, ShareOffer.views.contains(views) else {
                    throw .outOfRange("views")
                }
            case 7:
                side = UInt16(exactly: try reader.unsigned())
                guard side != nil else { throw .outOfRange("side") }
            case 8:
                guard try reader.unsigned() == 1 else { throw .outOfRange("password") }
                hasPassword = true
            case 9: base = try reader.text()
            case 10: endedAt = try reader.integer()
            case 11:
                reason = Ending(rawValue: try reader.unsigned())
                guard reason != nil else { throw .unknown("reason of an ending") }
            default: throw .unknown("member \(key) of a share")
            }
        }

        private static func pictures(_ bytes: [UInt8]) throws(FormatError) -> [RecordID] {
            let size = RecordID.byteCount
            guard !bytes.isEmpty, bytes.count.isMultiple(of: size) else { throw .notCanonical }
            return bytes.withUnsafeBytes { bytes in
                stride(from: 0, to: bytes.count, by: size).map { RecordID(at: $0, in: bytes) }
            }
        }

        func card() throws(FormatError) -> ShareCard {
            guard let made, let slot, let expires, let base, !pictures.isEmpty else {
                throw .unexpected("share without what it must say")
            }
            guard (endedAt == nil) == (reason == nil) else { throw .unexpected("half an ending") }
            var card = ShareCard(
                made: made, slot: slot, recipient: recipient, pictures: pictures,
                expires: expires, views: views, side: side, hasPassword: hasPassword, base: base)
            if let endedAt, let reason { card.ended = Ended(time: endedAt, reason: reason) }
            return card
        }
    }
}
