import VaultFormat

/// A picture of the vault that a found file may come from.
package struct TraceMatch: Sendable {
    /// What the found file looks like, as far as that is known.
    package enum Likeness: Hashable, Sendable {
        case sameBytes
        /// In how many of 256 bits the PDQ hashes differ, in which of the eight turns of the found file (Spec 10 §7),
        /// and the lower quality of the two.
        case alike(distance: Int, turn: Int, quality: UInt8)
    }

    package let picture: Picture
    package let likeness: Likeness

    package var confidence: TraceConfidence { TraceConfidence(likeness) }
}

/// How far a match is to be believed.
package enum TraceConfidence: String, Hashable, Sendable, CaseIterable {
    /// The very bytes.
    case certain
    /// At most `closeDistance` bits differ.
    case high
    /// At most as many bits differ as PDQ's authors take for the same picture.
    case likely
    /// More bits differ than that.
    case doubtful
    /// One of the two holds too little to be told by.
    case weak

    package static let closeDistance = 15
    /// What may be asked for at most: two pictures that have nothing in common differ in about 128 bits.
    package static let largestDistance = 64

    init(_ likeness: TraceMatch.Likeness) {
        switch likeness {
        case .sameBytes: self = .certain
        case .alike(_, _, let quality) where quality <= PictureHash.poorQuality: self = .weak
        case .alike(let distance, _, _):
            self =
                distance <= Self.closeDistance
                ? .high : distance <= PictureHash.matchingDistance ? .likely : .doubtful
        }
    }
}

/// Compares the eight turns of a found picture with hashes.
struct TurnedHash {
    private let turns: [SIMD4<UInt64>]
    private let quality: UInt8

    init(turns: [[UInt8]], quality: UInt8) {
        self.turns = turns.map(Self.words)
        self.quality = quality
    }

    /// The nearest turn, the first of equals; `nil` when none is near enough.
    func likeness(to hash: PictureHash, within limit: Int) -> TraceMatch.Likeness? {
        let other = Self.words(hash.bytes)
        var best = (distance: limit + 1, turn: 0)
        for (turn, words) in turns.enumerated() {
            let distance = Self.bits(words ^ other)
            if distance < best.distance { best = (distance, turn) }
        }
        guard best.distance <= limit else { return nil }
        return .alike(
            distance: best.distance, turn: best.turn, quality: min(quality, hash.quality))
    }

    private static func bits(_ words: SIMD4<UInt64>) -> Int {
        words.x.nonzeroBitCount + words.y.nonzeroBitCount + words.z.nonzeroBitCount
            + words.w.nonzeroBitCount
    }

    private static func words(_ bytes: [UInt8]) -> SIMD4<UInt64> {
        bytes.withUnsafeBytes { $0.loadUnaligned(as: SIMD4<UInt64>.self) }
    }
}

extension TraceMatch.Likeness {
    /// The better first: the same bytes, then those that can be believed, then by distance.
    var rank: Int {
        switch self {
        case .sameBytes: -1
        case .alike(let distance, _, let quality):
            distance + (quality <= PictureHash.poorQuality ? 1_000 : 0)
        }
    }
}
