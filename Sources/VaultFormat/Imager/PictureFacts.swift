/// What a picture says of itself. Spec 10 §6.
package struct PictureFacts: Hashable, Sendable {
    package var kind: PictureKind
    /// As the picture is to be seen, its orientation applied; `nil` when it does not say.
    package var size: PixelSize?
    /// 1…8 as Exif counts them; `size` has it applied.
    package var orientation: UInt8 = 1
    /// More than 1 in a picture that moves or has pages.
    package var frameCount: UInt32 = 1
    package var milliseconds: UInt64?
    package var taken: CaptureTime?
    package var maker: String?
    package var model: String?
    package var lens: String?
    package var place: Place?
    package var caption: String?
    package var keywords: [String] = []
    /// −1 (rejected) to 5.
    package var rating: Int8?
    /// What joins a Live Photo to its film.
    package var pairing: String?
    /// Whether there are facts that could not be read.
    package var isIncomplete = false

    package init(kind: PictureKind) { self.kind = kind }

    package static let largestSide: UInt32 = 1 << 31 - 1
    package static let mostFrames: UInt32 = 1_000_000
    package static let longestFilm: UInt64 = 1 << 40
    /// Bytes of UTF-8.
    package static let longestName = 128
    package static let longestCaption = 4096
    package static let longestKeyword = 256
    package static let mostKeywords = 64
    package static let longestPairing = 64
    package static let ratings: ClosedRange<Int8> = -1...5
}

package struct PixelSize: Hashable, Sendable {
    package var width: UInt32
    package var height: UInt32

    package init(width: UInt32, height: UInt32) {
        self.width = width
        self.height = height
    }

    /// Never overflows.
    package var pixelCount: UInt64 { UInt64(width) * UInt64(height) }
    package var turned: PixelSize { PixelSize(width: height, height: width) }
}

/// When a picture was taken, as the clock showed it there. Spec 10 §6.
package struct CaptureTime: Hashable, Sendable {
    package enum Source: UInt8, Sendable, CaseIterable {
        case exif = 1
        case gps = 2
        case xmp = 3
        case film = 4
    }

    /// Seconds from 1970-01-01T00:00:00 on that clock to what it showed.
    package var local: Int64
    package var milliseconds: UInt16
    /// How far that clock was ahead of UTC; `nil` when not known.
    package var minutesEast: Int16?
    package var source: Source

    /// The years 1800 to 2199.
    package static let locals: ClosedRange<Int64> = -5_364_662_400...7_258_118_399
    package static let zones: ClosedRange<Int16> = -1080...1080

    package init(
        local: Int64, milliseconds: UInt16 = 0, minutesEast: Int16? = nil, source: Source
    ) {
        self.local = local
        self.milliseconds = milliseconds
        self.minutesEast = minutesEast
        self.source = source
    }

    /// Seconds since 1970 in UTC, when the zone is known.
    package var instant: Int64? { minutesEast.map { local - Int64($0) * 60 } }
}

/// Where a picture was taken. Spec 10 §6.
package struct Place: Hashable, Sendable {
    /// In 10⁻⁷ degrees, north positive.
    package var latitude: Int32
    /// In 10⁻⁷ degrees, east positive.
    package var longitude: Int32
    /// Centimetres above the sea.
    package var altitude: Int32?

    package static let latitudes: ClosedRange<Int32> = -900_000_000...900_000_000
    package static let longitudes: ClosedRange<Int32> = -1_800_000_000...1_800_000_000
    package static let altitudes: ClosedRange<Int32> = -10_000_000...10_000_000

    package init(latitude: Int32, longitude: Int32, altitude: Int32? = nil) {
        self.latitude = latitude
        self.longitude = longitude
        self.altitude = altitude
    }
}
