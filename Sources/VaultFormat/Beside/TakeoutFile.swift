import FoundationEssentials

/// A JSON file of Google Takeout: what it says of a picture, or of the folder it lies in. Spec 06 §4.
package struct TakeoutFile: Sendable {
    /// A longer file is not read.
    package static let maximumByteCount = 1 << 18

    /// What it calls the picture, or the album.
    package let title: String?
    /// Whether it says when a picture was taken; one without speaks of an album.
    package let isOfPicture: Bool
    package let facts: SidecarFacts

    package init(parsing bytes: [UInt8]) throws(FormatError) {
        guard bytes.count <= Self.maximumByteCount else { throw .outOfRange("size of a sidecar") }
        let content: Content
        do {
            content = try JSONDecoder().decode(Content.self, from: Data(bytes))
        } catch {
            throw .unexpected("JSON of another shape")
        }
        title = content.title.flatMap {
            FactText.clean(Array($0.utf8), longest: PictureFacts.longestKeyword)
        }
        isOfPicture = content.photoTakenTime != nil
        facts = content.facts
    }

    /// As it stands in the file; what is of another type counts for nothing said.
    private struct Content: Decodable {
        struct Moment: Decodable {
            let timestamp: String?
        }
        struct Spot: Decodable {
            let latitude: Double?
            let longitude: Double?
            let altitude: Double?
        }
        struct Person: Decodable {
            let name: String?
        }

        let title: String?
        let description: String?
        let photoTakenTime: Moment?
        let geoData: Spot?
        let geoDataExif: Spot?
        let people: [Person]?

        enum CodingKeys: CodingKey {
            case title, description, photoTakenTime, geoData, geoDataExif, people
        }

        init(from decoder: any Decoder) throws {
            let members = try decoder.container(keyedBy: CodingKeys.self)
            // One member of another shape must not cost the others.
            func get<Value: Decodable>(_ key: CodingKeys) -> Value? {
                // As said above.
                try? members.decodeIfPresent(Value.self, forKey: key)
            }
            title = get(.title)
            description = get(.description)
            photoTakenTime = get(.photoTakenTime)
            geoData = get(.geoData)
            geoDataExif = get(.geoDataExif)
            people = get(.people)
        }

        var facts: SidecarFacts {
            var facts = SidecarFacts(kind: .takeout)
            if let text = photoTakenTime?.timestamp, let seconds = Int64(text),
                CaptureTime.locals.contains(seconds)
            {
                facts.taken = SaidTime(local: seconds, minutesEast: 0)
            }
            facts.place = Self.place(geoData) ?? Self.place(geoDataExif)
            facts.caption = description.flatMap {
                FactText.clean(Array($0.utf8), longest: PictureFacts.longestCaption, lines: true)
            }
            facts.keywords = (people ?? []).prefix(PictureFacts.mostKeywords).compactMap {
                $0.name.flatMap {
                    FactText.clean(Array($0.utf8), longest: PictureFacts.longestKeyword)
                }
            }
            return facts
        }

        /// Where nothing is known, Takeout writes zeros.
        private static func place(_ spot: Spot?) -> Place? {
            guard let latitude = spot?.latitude, let longitude = spot?.longitude,
                abs(latitude) <= 90, abs(longitude) <= 180, latitude != 0 || longitude != 0
            else { return nil }
            let altitude = spot?.altitude.flatMap { height -> Int32? in
                guard height != 0, abs(height) <= 100_000 else { return nil }
                return Int32((height * 100).rounded())
            }
            return Place(
                latitude: Int32((latitude * 1e7).rounded()),
                longitude: Int32((longitude * 1e7).rounded()), altitude: altitude)
        }
    }
}

extension XMPPacket {
    /// As facts of a sidecar.
    package var sidecarFacts: SidecarFacts {
        var facts = SidecarFacts(kind: .xmp)
        facts.taken = taken.map {
            SaidTime(
                local: $0.local, milliseconds: $0.milliseconds, minutesEast: $0.minutesEast)
        }
        facts.place = place
        facts.caption = caption
        facts.keywords = keywords
        facts.rating = rating
        return facts
    }
}
