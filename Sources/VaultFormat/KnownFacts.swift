/// What is known of a picture, whoever said it. Spec 04 §12.
package struct KnownFacts: Hashable, Sendable {
    package enum Source: Hashable, Sendable {
        case edit
        case sidecar(SidecarFacts.Kind)
        /// The picture itself.
        case picture(CaptureTime.Source)
    }

    /// When it was taken.
    package struct Taken: Hashable, Sendable {
        /// Seconds from 1970-01-01T00:00:00 on the clock where it was taken to what that clock showed.
        package var local: Int64
        package var milliseconds: UInt16
        /// How far that clock was ahead of UTC; `nil` when not known.
        package var minutesEast: Int16?
        package var source: Source

        /// Seconds since 1970 in UTC, when the zone is known.
        package var instant: Int64? { minutesEast.map { local - Int64($0) * 60 } }
    }

    package var taken: Taken?
    package var place: Place?
    package var caption: String?
    /// The picture's, then the sidecar's, each once.
    package var keywords: [String]
    /// −1 (rejected) to 5.
    package var rating: Int8?
    /// What the picture says of itself, when it was looked at: size, camera, lens, kind…
    package var own: PictureFacts?

    package init(look: PictureFacts?, sidecar: SidecarFacts?, edit: PictureEdit?) {
        own = look
        taken = Self.taken(look?.taken, sidecar, edit?.taken)
        place = edit?.place ?? sidecar?.place ?? look?.place
        caption = edit?.caption ?? sidecar?.caption ?? look?.caption
        rating = sidecar?.rating ?? look?.rating
        var seen: Set<[UInt8]> = []
        keywords = ((look?.keywords ?? []) + (sidecar?.keywords ?? []))
            .filter { seen.insert(Array($0.utf8)).inserted }
    }

    /// Maker and model in one, as people say it: "Canon EOS 80D", not "Canon Canon EOS 80D".
    package var camera: String? {
        guard let model = own?.model else { return own?.maker }
        guard let maker = own?.maker,
            !model.lowercased().hasPrefix(maker.lowercased().prefix { $0 != " " })
        else { return model }
        return maker + " " + model
    }

    private static func taken(
        _ own: CaptureTime?, _ sidecar: SidecarFacts?, _ edit: SaidTime?
    ) -> Taken? {
        let mine = own.map {
            Taken(
                local: $0.local, milliseconds: $0.milliseconds, minutesEast: $0.minutesEast,
                source: .picture($0.source))
        }
        if let edit { return Taken(edit, .edit) }
        guard let sidecar, let said = sidecar.taken else { return mine }
        if var mine, sidecar.kind == .takeout, let zone = zone(of: mine, at: said) {
            mine.minutesEast = zone
            return mine
        }
        return Taken(said, .sidecar(sidecar.kind))
    }

    /// The zone in which the picture's own clock showed the moment that Takeout tells; `nil` when it is
    /// another moment.
    private static func zone(of own: Taken, at said: SaidTime) -> Int16? {
        let difference = own.local - said.local
        guard abs(difference) <= 14 * 3600, difference.isMultiple(of: 900) else { return nil }
        let minutes = Int16(difference / 60)
        return own.minutesEast == nil || own.minutesEast == minutes ? minutes : nil
    }
}

extension KnownFacts.Taken {
    init(_ said: SaidTime, _ source: KnownFacts.Source) {
        self.init(
            local: said.local, milliseconds: said.milliseconds, minutesEast: said.minutesEast,
            source: source)
    }
}

extension RecordValue {
    /// What is known of the picture, whoever said it.
    package var facts: KnownFacts {
        KnownFacts(look: look?.facts, sidecar: sidecar, edit: edit)
    }
}
