import CCage
import ImagerReading
import VaultFormat

/// Answers looks until the parent has no more. Spec 10 §5.
enum Worker {
    static func run(_ mark: Mark?) {
        while let (kind, body) = Channel.next() {
            guard kind == .look else { Channel.refuse() }
            let look: ImagerLook
            do throws(FormatError) {
                look = try ImagerLook(parsing: body)
            } catch {
                Channel.refuse()
            }
            // The parent's own clock rules; this one is for a parent that is gone.
            _ = lt_cage_grant_seconds(UInt32(look.seconds))
            answer(look, mark)
        }
    }

    /// Pictures up to this size come whole at once: they will be needed whole.
    private static let takenWhole: UInt64 = 16 << 20

    private static func answer(_ look: ImagerLook, _ mark: Mark?) {
        let picture = PulledPicture(byteCount: look.byteCount)
        do throws(ImagerRefusal) {
            let reading = try read(picture, look)
            Channel.send(.facts, reading.facts.encoded)
            guard look.wishes.needsPixels else {
                return Channel.send(.previews, PicturePreviews().encoded)
            }
            let previewer = Previewer(
                look: look, reading: reading, picture: picture, mark: mark)
            Channel.send(.previews, try previewer.make().encoded)
        } catch {
            Channel.send(.unreadable, [error.rawValue])
        }
    }

    /// Reads the facts; where they cannot even be looked for, says so in their place.
    private static func read(
        _ picture: PulledPicture, _ look: ImagerLook
    ) throws(ImagerRefusal) -> Reading {
        do throws(ImagerRefusal) {
            if look.wishes.needsPixels, (1...takenWhole).contains(look.byteCount) {
                try picture.pullWhole()
            }
            do throws(ReadingError) { return try PictureReading.read(picture) } catch {
                // More pieces than are allowed.
                throw .damaged
            }
        } catch {
            Channel.send(.facts, PictureFacts(kind: .other).encoded)
            throw error
        }
    }
}
