extension Sidecar {
    /// What somebody said of a picture who did not look at it, in the units of records. Spec 06 §2.
    package struct Said: Hashable, Sendable, Codable {
        /// Ten-millionths of a degree, and centimetres above the sea.
        package var latitude: Int32?
        package var longitude: Int32?
        package var altitude: Int32?
        package var caption: String?
        package var keywords: [String]?
        /// Of a sidecar: `takeout` or `xmp`.
        package var kind: String?
        package var milliseconds: UInt16?
        package var minutesEast: Int16?
        package var rating: Int8?
        /// Seconds from 1970-01-01T00:00:00 on the clock where it was taken to what that clock showed.
        package var taken: Int64?

        private init(_ time: SaidTime?, _ place: Place?) {
            taken = time?.local
            minutesEast = time?.minutesEast
            milliseconds = time.flatMap { $0.milliseconds == 0 ? nil : $0.milliseconds }
            latitude = place?.latitude
            longitude = place?.longitude
            altitude = place?.altitude
        }

        init(_ edit: PictureEdit) {
            self.init(edit.taken, edit.place)
            caption = edit.caption
        }

        init(_ facts: SidecarFacts) {
            self.init(facts.taken, facts.place)
            kind = facts.kind.word
            caption = facts.caption
            keywords = facts.keywords.isEmpty ? nil : facts.keywords
            rating = facts.rating
        }

        private var time: SaidTime? {
            taken.map {
                SaidTime(local: $0, milliseconds: milliseconds ?? 0, minutesEast: minutesEast)
            }
        }

        private var place: Place? {
            guard let latitude, let longitude else { return nil }
            var place = Place(latitude: latitude, longitude: longitude)
            place.altitude = altitude
            return place
        }

        /// As what a person set right; `nil` when a record could not hold it.
        package var edit: PictureEdit? {
            let edit = PictureEdit(taken: time, place: place, caption: caption)
            guard !edit.isEmpty else { return nil }
            var writer = CBORWriter()
            edit.encode(into: &writer)
            return Self.sound(writer) { (reader) throws(FormatError) in try PictureEdit(&reader) }
        }

        /// As what a sidecar of another program said; `nil` likewise.
        package var facts: SidecarFacts? {
            guard let kind = SidecarFacts.Kind.allCases.first(where: { $0.word == self.kind })
            else { return nil }
            var facts = SidecarFacts(kind: kind)
            facts.taken = time
            facts.place = place
            facts.caption = caption
            facts.keywords = keywords ?? []
            facts.rating = rating
            guard !facts.isEmpty else { return nil }
            var writer = CBORWriter()
            facts.encode(into: &writer)
            return Self.sound(writer) { (reader) throws(FormatError) in try SidecarFacts(&reader) }
        }

        /// What the bytes of a record would be read as: there is one place that knows what is allowed.
        private static func sound<Value>(
            _ writer: CBORWriter, _ read: (inout CBORReader) throws(FormatError) -> Value
        ) -> Value? {
            writer.bytes.withUnsafeBytes { bytes in
                var reader = CBORReader(bytes)
                // A sidecar is a stranger's word: what cannot be stored says nothing.
                return try? read(&reader)
            }
        }
    }
}

extension SidecarFacts.Kind {
    fileprivate var word: String {
        switch self {
        case .takeout: "takeout"
        case .xmp: "xmp"
        }
    }
}
