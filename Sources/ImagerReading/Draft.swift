package import VaultFormat

/// What was read of a picture, and what of it can be shown.
package struct Reading {
    /// Where the pixels for a preview come from.
    package enum Shown: Hashable, Sendable {
        case whole
        /// A JPEG inside the file, in bytes from the file's start.
        case embedded(offset: UInt64, count: UInt64)
        case nothing(ImagerRefusal)
    }

    package var facts: PictureFacts
    package var shown: Shown
    /// How the decoded pixels are to be turned: 1 where the decoder does that itself.
    package var turn: UInt8
}

/// Facts as they are gathered; what has several sources is settled at the end.
struct Draft {
    var facts: PictureFacts
    var shown: Reading.Shown = .whole
    /// Size as it is stored, before it is turned.
    var stored: PixelSize?
    /// Whether the decoder turns the picture itself, so that Exif's word does not count.
    var decoderTurns = false
    var exifTime: CaptureTime?
    var digitizedTime: CaptureTime?
    var gpsTime: CaptureTime?
    var xmpTime: CaptureTime?
    var filmTime: CaptureTime?
    var exifCaption: String?

    init(_ kind: PictureKind) { facts = PictureFacts(kind: kind) }

    /// Runs a reader of facts that the picture can be shown without.
    mutating func tolerate(
        _ read: (inout Draft) throws(ReadingError) -> Void
    ) throws(ReadingError) {
        do throws(ReadingError) {
            try read(&self)
        } catch .sourceFailed {
            throw .sourceFailed
        } catch {
            facts.isIncomplete = true
        }
    }

    mutating func setStored(_ width: UInt64, _ height: UInt64) {
        guard let width = UInt32(exactly: width), let height = UInt32(exactly: height),
            (1...PictureFacts.largestSide).contains(width),
            (1...PictureFacts.largestSide).contains(height)
        else { return facts.isIncomplete = true }
        stored = PixelSize(width: width, height: height)
    }

    var settled: Reading {
        var facts = facts
        if decoderTurns { facts.orientation = 1 }
        facts.size = facts.orientation >= 5 ? stored?.turned : stored
        facts.taken = exifTime ?? digitizedTime ?? gpsTime ?? xmpTime ?? filmTime
        facts.caption = facts.caption ?? exifCaption
        return Reading(facts: facts, shown: shown, turn: facts.orientation)
    }
}
