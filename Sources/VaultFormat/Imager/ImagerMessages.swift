/// What an imager says first. Spec 10 §4.
package struct ImagerHello: Hashable, Sendable {
    package static let version: UInt8 = 1

    package struct Protections: OptionSet, Hashable, Sendable {
        package let rawValue: UInt8
        package init(rawValue: UInt8) { self.rawValue = rawValue }

        package static let landlock = Protections(rawValue: 1)
        package static let seccomp = Protections(rawValue: 2)
        package static let noNewPrivileges = Protections(rawValue: 4)
        static let all: Protections = [.landlock, .seccomp, .noNewPrivileges]
    }

    package var protections: Protections
    /// Landlock's ABI; 0 without it.
    package var landlockABI: UInt8

    package init(protections: Protections, landlockABI: UInt8) {
        self.protections = protections
        self.landlockABI = landlockABI
    }

    package var encoded: [UInt8] { [Self.version, protections.rawValue, landlockABI] }

    package init(parsing body: [UInt8]) throws(FormatError) {
        guard body.count == 3 else { throw .wrongLength(expected: 3, actual: body.count) }
        guard body[0] == Self.version else { throw .unknown("imager version \(body[0])") }
        protections = Protections(rawValue: body[1])
        landlockABI = body[2]
        guard protections.isSubset(of: .all) else { throw .unknown("protection") }
        guard protections.contains(.landlock) == (landlockABI > 0) else {
            throw .unexpected("Landlock's ABI")
        }
    }
}

/// What a parent asks of one picture. Spec 10 §5.
package struct ImagerLook: Hashable, Sendable {
    package struct Wishes: OptionSet, Hashable, Sendable {
        package let rawValue: UInt8
        package init(rawValue: UInt8) { self.rawValue = rawValue }

        package static let thumbnail = Wishes(rawValue: 1)
        package static let rendition = Wishes(rawValue: 2)
        package static let hash = Wishes(rawValue: 4)
        /// The hashes of the picture's eight turns; only with `hash`.
        package static let turns = Wishes(rawValue: 8)
        /// A small preview in the file may stand in where decoding is slow (HEIC).
        package static let embedded = Wishes(rawValue: 16)
        /// The thumbnail as pixels.
        package static let pixels = Wishes(rawValue: 32)
        static let all: Wishes = [.thumbnail, .rendition, .hash, .turns, .embedded, .pixels]

        /// Whether a pixel has to be decoded for it.
        package var needsPixels: Bool {
            !isDisjoint(with: [.thumbnail, .rendition, .hash, .pixels])
        }
    }

    package static let sides: ClosedRange<UInt16> = 64...8192
    package static let secondsAllowed: ClosedRange<UInt16> = 1...3600

    /// The picture's size in bytes.
    package var byteCount: UInt64
    package var wishes: Wishes
    /// The longest side of the rendition in pixels; 0 without one.
    package var side: UInt16
    /// Processor time that the picture may cost.
    package var seconds: UInt16

    package init(byteCount: UInt64, wishes: Wishes, side: UInt16, seconds: UInt16) {
        self.byteCount = byteCount
        self.wishes = wishes
        self.side = side
        self.seconds = seconds
    }

    package var encoded: [UInt8] {
        BigEndian.bytes(byteCount) + [wishes.rawValue] + BigEndian.bytes(side)
            + BigEndian.bytes(seconds) + [0]
    }

    package init(parsing body: [UInt8]) throws(FormatError) {
        guard body.count == 14 else { throw .wrongLength(expected: 14, actual: body.count) }
        byteCount = BigEndian.number(body[0..<8])
        wishes = Wishes(rawValue: body[8])
        side = UInt16(BigEndian.number(body[9..<11]))
        seconds = UInt16(BigEndian.number(body[11..<13]))
        guard body[13] == 0 else { throw .notCanonical }
        guard wishes.isSubset(of: .all) else { throw .unknown("wish") }
        guard !wishes.contains(.turns) || wishes.contains(.hash) else {
            throw .unexpected("turns without a hash")
        }
        guard wishes.contains(.rendition) ? Self.sides.contains(side) : side == 0 else {
            throw .outOfRange("side of the rendition")
        }
        guard Self.secondsAllowed.contains(seconds) else { throw .outOfRange("seconds") }
    }
}

/// A range of a picture that the imager wants to see. Spec 10 §5.
package struct ImagerNeed: Hashable, Sendable {
    /// The most needs in one look.
    package static let mostNeeds = 1024
    /// The most bytes in one look, all needs together.
    package static let mostBytes: UInt64 = 600 << 20
    /// The largest picture that is asked for as a whole.
    package static let largestWhole: UInt64 = 512 << 20

    package var offset: UInt64
    package var count: UInt32

    package init(offset: UInt64, count: UInt32) {
        self.offset = offset
        self.count = count
    }

    package var encoded: [UInt8] { BigEndian.bytes(offset) + BigEndian.bytes(count) }

    /// Refuses a range that does not lie in a picture of `byteCount` bytes.
    package init(parsing body: [UInt8], byteCount: UInt64) throws(FormatError) {
        guard body.count == 12 else { throw .wrongLength(expected: 12, actual: body.count) }
        offset = BigEndian.number(body[0..<8])
        count = UInt32(BigEndian.number(body[8..<12]))
        guard count > 0, offset <= byteCount, UInt64(count) <= byteCount - offset else {
            throw .outOfRange("range of a picture")
        }
    }
}

/// Why there are no previews of a picture. Spec 10 §8.
package enum ImagerRefusal: UInt8, Error, Sendable, CaseIterable {
    case unsupported = 1
    case damaged = 2
    case tooManyPixels = 3
    case tooLarge = 4
    case noPicture = 5

    package init(parsing body: [UInt8]) throws(FormatError) {
        guard body.count == 1 else { throw .wrongLength(expected: 1, actual: body.count) }
        guard let reason = Self(rawValue: body[0]) else { throw .unknown("reason \(body[0])") }
        self = reason
    }
}
