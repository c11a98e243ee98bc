import VaultFormat
import VaultKit

/// What is known of a picture, for a person and for a program.
extension KnownFacts {
    /// The member `facts` of a `picture` message; `null` where nothing is known.
    func json(_ look: LookValue?) -> JSON {
        guard look != nil || self != KnownFacts(look: nil, sidecar: nil, edit: nil) else {
            return .null
        }
        return .object(shape + capture + words + preview(look))
    }

    private var shape: [(String, JSON)] {
        [
            ("kind", .optional(own?.kind.mediaType.name)),
            ("width", .optional(own?.size?.width)), ("height", .optional(own?.size?.height)),
            ("frames", .optional(own?.frameCount)),
            ("seconds", own?.milliseconds.map { .number(Double($0) / 1000) } ?? .null),
        ]
    }

    private var capture: [(String, JSON)] {
        let altitude: JSON = place?.altitude.map { .number(Double($0) / 100) } ?? .null
        return [
            ("taken", .optional(taken.map { FactWords.clock($0.local) })),
            ("taken_offset", .optional(taken?.minutesEast.map { FactWords.offset($0) })),
            ("taken_from", .optional(taken?.source.word)),
            ("maker", .optional(own?.maker)), ("model", .optional(own?.model)),
            ("lens", .optional(own?.lens)),
            ("latitude", place.map { .degrees($0.latitude) } ?? .null),
            ("longitude", place.map { .degrees($0.longitude) } ?? .null), ("altitude", altitude),
        ]
    }

    private var words: [(String, JSON)] {
        [
            ("caption", .optional(caption)), ("keywords", .list(keywords.map { .text($0) })),
            ("rating", rating.map { .integer(Int64($0)) } ?? .null),
        ]
    }

    private func preview(_ look: LookValue?) -> [(String, JSON)] {
        let thumbnail = look?.thumbnail
        return [
            ("pdq", .optional(look?.hash?.hex)),
            ("quality", .optional(look?.hash.map { UInt32($0.quality) })),
            ("thumbnail_width", .optional(thumbnail?.size.width)),
            ("thumbnail_height", .optional(thumbnail?.size.height)),
            ("thumbnail_bytes", .optional(thumbnail?.byteCount)),
            ("unreadable", .optional(look?.trouble?.describe)),
        ]
    }

    /// The lines of `show`.
    func lines(_ look: LookValue?) -> [String] {
        var lines: [String] = []
        func line(_ name: String, _ text: String?) {
            guard let text else { return }
            let padding = String(repeating: " ", count: max(1, 10 - name.count))
            // A caption may have several lines.
            for part in text.split(separator: "\n", omittingEmptySubsequences: true) {
                lines.append(name + padding + Printable.text(Array(part.utf8)))
            }
        }
        line(
            "pixels",
            own?.size.map { size in
                "\(size.width) × \(size.height)" + (own?.pages.map { ", " + $0 } ?? "")
            })
        line("length", own?.milliseconds.map { Wording.duration(Double($0) / 1000) })
        line(
            "taken",
            taken.map { taken in
                let clock = FactWords.clock(taken.local).replacing("T", with: " ")
                return clock + (taken.minutesEast.map { " " + FactWords.offset($0) } ?? "")
                    + taken.source.remark
            })
        line("camera", camera)
        line("lens", own?.lens)
        line(
            "place",
            place.map { place in
                JSON.degrees(place.latitude) + ", " + JSON.degrees(place.longitude)
                    + (place.altitude.map { ", \($0 / 100) m" } ?? "")
            })
        line("caption", caption)
        if !keywords.isEmpty { line("keywords", keywords.joined(separator: ", ")) }
        line("rating", rating.map { $0 < 0 ? "rejected" : "\($0) of 5" })
        line("pdq", look?.hash.map { "\($0.hex) (quality \($0.quality))" })
        line("preview", look?.trouble.map { "none: " + $0.describe })
        return lines
    }
}

extension PictureFacts {
    fileprivate var pages: String? {
        frameCount > 1 ? Wording.count(Int(frameCount), "frame") : nil
    }
}

extension KnownFacts.Source {
    /// `edit`, `takeout`, `xmp-sidecar`, or where in the picture it stood.
    fileprivate var word: String {
        switch self {
        case .edit: "edit"
        case .sidecar(.takeout): "takeout"
        case .sidecar(.xmp): "xmp-sidecar"
        case .picture(.exif): "exif"
        case .picture(.gps): "gps"
        case .picture(.xmp): "xmp"
        case .picture(.film): "film"
        }
    }

    fileprivate var remark: String {
        switch self {
        case .edit: " (set by a person)"
        case .sidecar: " (from a sidecar)"
        case .picture: ""
        }
    }
}

/// Words for facts.
enum FactWords {
    /// `2026-11-21T10:00:00`, what a clock showed.
    static func clock(_ local: Int64) -> String { String(Wording.utc(local).dropLast()) }

    /// `+02:00`.
    static func offset(_ minutes: Int16) -> String {
        func two(_ value: UInt16) -> String { value < 10 ? "0\(value)" : String(value) }
        let size = minutes.magnitude
        return (minutes < 0 ? "-" : "+") + two(size / 60) + ":" + two(size % 60)
    }
}

extension JSON {
    static func optional(_ number: UInt32?) -> JSON {
        number.map { .unsigned(UInt64($0)) } ?? .null
    }
}
