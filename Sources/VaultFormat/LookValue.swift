/// What a look at a picture told, in its record. Spec 04 §10.
package struct LookValue: Hashable, Sendable {
    /// What this program's looks are worth; a look of a lower version may be taken again.
    package static let currentVersion: UInt16 = 1

    package enum Result: Hashable, Sendable {
        case seen(Seen)
        /// There is no thumbnail, and why.
        case unseen(LookTrouble)
    }

    /// What there is of a picture that could be decoded.
    package struct Seen: Hashable, Sendable {
        package var thumbnail: StoredThumbnail
        /// `nil` for a picture with a side of less than 5 pixels.
        package var hash: PictureHash?
        /// Whether both come from a preview that lay in the file.
        package var isFromEmbedded: Bool

        package init(thumbnail: StoredThumbnail, hash: PictureHash?, isFromEmbedded: Bool) {
            self.thumbnail = thumbnail
            self.hash = hash
            self.isFromEmbedded = isFromEmbedded
        }
    }

    package var version: UInt16
    /// `nil` only where the imager did not come so far.
    package var facts: PictureFacts?
    package var result: Result

    /// - Precondition: there are facts, or a trouble that may have kept them.
    package init(
        version: UInt16 = Self.currentVersion, facts: PictureFacts?, result: Result
    ) {
        precondition(
            version > 0 && (facts != nil || Self.mayLackFacts(result)), "facts are missing")
        self.version = version
        self.facts = facts
        self.result = result
    }

    package var thumbnail: StoredThumbnail? {
        if case .seen(let seen) = result { seen.thumbnail } else { nil }
    }

    package var hash: PictureHash? {
        if case .seen(let seen) = result { seen.hash } else { nil }
    }

    package var trouble: LookTrouble? {
        if case .unseen(let trouble) = result { trouble } else { nil }
    }

    private static func mayLackFacts(_ result: Result) -> Bool {
        if case .unseen(let trouble) = result { trouble.isImagers } else { false }
    }
}

/// Where a picture's thumbnail lies, a JPEG sealed under the picture's file key. Spec 04 §10.
package struct StoredThumbnail: Hashable, Sendable {
    package var location: ObjectLocation
    /// In bytes, before it was sealed.
    package var byteCount: UInt32
    package var size: PixelSize

    package init(location: ObjectLocation, byteCount: UInt32, size: PixelSize) {
        self.location = location
        self.byteCount = byteCount
        self.size = size
    }
}

/// Why a picture has no thumbnail. Spec 04 §10.
package enum LookTrouble: UInt8, Hashable, Sendable, CaseIterable {
    case unsupported = 1
    case damaged = 2
    case tooManyPixels = 3
    case tooLarge = 4
    case noPicture = 5
    case crashed = 16
    case timedOut = 17
    case misbehaved = 18

    package init(_ refusal: ImagerRefusal) {
        switch refusal {
        case .unsupported: self = .unsupported
        case .damaged: self = .damaged
        case .tooManyPixels: self = .tooManyPixels
        case .tooLarge: self = .tooLarge
        case .noPicture: self = .noPicture
        }
    }

    /// Whether the imager failed at it, rather than saying so itself.
    package var isImagers: Bool { rawValue >= 16 }

    /// Whether there ought to be a thumbnail: a film or a text has none.
    package var isFailure: Bool { self != .unsupported && self != .noPicture }
}

extension LookValue {
    func encode(into writer: inout CBORWriter) {
        let factCount = facts == nil ? 0 : 1
        switch result {
        case .unseen(let trouble):
            writer.map(count: 2 + factCount)
            writer.key(1)
            writer.unsigned(UInt64(version))
            writer.key(2)
            writer.unsigned(UInt64(trouble.rawValue))
            encodeFacts(into: &writer)
        case .seen(let seen):
            writer.map(
                count: 6 + factCount + (seen.hash == nil ? 0 : 2) + (seen.isFromEmbedded ? 1 : 0))
            writer.key(1)
            writer.unsigned(UInt64(version))
            encodeFacts(into: &writer)
            if let hash = seen.hash {
                writer.key(4)
                writer.byteString(hash.bytes)
                writer.key(5)
                writer.unsigned(UInt64(hash.quality))
            }
            writer.key(6)
            writer.byteString(seen.thumbnail.location.pack.bytes)
            for (key, number) in [
                (7, seen.thumbnail.location.offset), (8, UInt64(seen.thumbnail.byteCount)),
                (9, UInt64(seen.thumbnail.size.width)), (10, UInt64(seen.thumbnail.size.height)),
            ] as [(UInt8, UInt64)] {
                writer.key(key)
                writer.unsigned(number)
            }
            if seen.isFromEmbedded {
                writer.key(11)
                writer.unsigned(1)
            }
        }
    }

    private func encodeFacts(into writer: inout CBORWriter) {
        guard let facts else { return }
        writer.key(3)
        facts.encode(into: &writer)
    }

    init(_ reader: inout CBORReader) throws(FormatError) {
        var seen = MemberSet()
        var version: UInt16 = 0
        var trouble: LookTrouble?
        var facts: PictureFacts?
        var hash: [UInt8] = []
        var quality: UInt8 = 0
        var pack: PackName?
        var offset: UInt64 = 0
        var byteCount: UInt32 = 0
        var size = PixelSize(width: 1, height: 1)
        try reader.map { (key, reader) throws(FormatError) in
            seen.insert(key)
            switch key {
            case 1: version = try reader.unsigned(in: 1...UInt16.max)
            case 2:
                trouble = LookTrouble(rawValue: try reader.unsigned(in: 1...UInt8.max))
                if trouble == nil { throw .unknown("reason of a look") }
            case 3: facts = try PictureFacts(&reader)
            case 4:
                hash = try reader.byteString()
                guard hash.count == PictureHash.byteCount else {
                    throw .wrongLength(expected: PictureHash.byteCount, actual: hash.count)
                }
            case 5: quality = try reader.unsigned(in: 0...100)
            case 6: pack = try reader.identifier(PackName.self)
            case 7: offset = try reader.unsigned()
            case 8:
                byteCount = try reader.unsigned(in: 1...UInt32(PicturePreviews.longestThumbnail))
            case 9: size.width = try reader.unsigned(in: 1...PicturePreviews.thumbnailSide)
            case 10: size.height = try reader.unsigned(in: 1...PicturePreviews.thumbnailSide)
            case 11: _ = try reader.unsigned(in: UInt8(1)...1)
            default: throw .unknown("member \(key) of a look")
            }
        }
        guard seen.contains(1), seen.contains(2) != seen.contains(6),
            [7, 8, 9, 10].allSatisfy({ seen.contains($0) == seen.contains(6) }),
            seen.contains(4) == seen.contains(5),
            seen.contains(6) || !(seen.contains(4) || seen.contains(11)),
            facts != nil || trouble?.isImagers == true
        else { throw .unexpected("members of a look that do not belong together") }
        self.version = version
        self.facts = facts
        if let pack {
            result = .seen(
                Seen(
                    thumbnail: StoredThumbnail(
                        location: ObjectLocation(pack: pack, offset: offset), byteCount: byteCount,
                        size: size),
                    hash: seen.contains(4) ? PictureHash(bytes: hash, quality: quality) : nil,
                    isFromEmbedded: seen.contains(11)))
        } else if let trouble {
            result = .unseen(trouble)
        } else {
            throw .unexpected("a look without a result")
        }
    }
}

/// Which members of a map with small keys were there.
struct MemberSet {
    private var bits: UInt64 = 0

    mutating func insert(_ key: Int64) { if (0..<64).contains(key) { bits |= 1 << UInt64(key) } }
    func contains(_ key: Int64) -> Bool { bits >> UInt64(key) & 1 == 1 }
}
