import Glibc
import VaultFiles
import VaultFormat

/// Where a picture goes below the target. Never leads out of it.
struct ExportNaming: Sendable {
    let layout: ExportRequest.Layout
    /// Bytes; file systems take no longer name.
    private static let longest = 255

    /// The places for one picture: each occurrence's for the original layout, else one.
    func places(for picture: Picture) -> [(path: [FileName], occurrence: OccurrenceValue)] {
        let occurrences =
            layout == .original ? picture.occurrences : Array(picture.occurrences.prefix(1))
        return occurrences.map { (names(picture, $0), $0) }
    }

    /// A second name for a picture whose first one is taken by another picture:
    /// `name~3f9a1c20.jpg`.
    static func alternative(_ name: FileName, for id: RecordID) -> FileName {
        let mark = Array("~\(id.hex.prefix(8))".utf8)
        let dot = name.bytes.lastIndex(of: UInt8(ascii: ".")).flatMap { $0 > 0 ? $0 : nil }
        let end = dot.map { Array(name.bytes[$0...]) } ?? []
        let stem = name.bytes.dropLast(end.count).prefix(max(0, longest - mark.count - end.count))
        return safe(Array(stem) + mark + end, else: id)
    }

    private func names(_ picture: Picture, _ occurrence: OccurrenceValue) -> [FileName] {
        let components = occurrence.path.split(separator: UInt8(ascii: "/"))
            .filter { !$0.elementsEqual(".".utf8) && !$0.elementsEqual("..".utf8) }
            .map { Self.safe(Array($0), else: picture.id) }
        let last = components.last ?? Self.safe([], else: picture.id)
        switch layout {
        case .original: return components.isEmpty ? [last] : components
        case .flat: return [last]
        case .date:
            let (year, day) = Self.date(occurrence.modified)
            return [
                Self.safe(Array(year.utf8), else: picture.id),
                Self.safe(Array(day.utf8), else: picture.id), last,
            ]
        }
    }

    private static func safe(_ bytes: [UInt8], else id: RecordID) -> FileName {
        do {
            if bytes.count <= longest { return try FileName(bytes: bytes) }
            return try FileName(id.hex)
        } catch {
            // What no file system could have given us (a forged record): the ID always is a name.
            do {
                return try FileName(id.hex)
            } catch {
                preconditionFailure("32 hexadecimal digits are a file name")
            }
        }
    }

    /// Year and day in local time, from nanoseconds since 1970.
    private static func date(_ nanoseconds: Int64) -> (year: String, day: String) {
        var seconds = time_t(FileTime(nanosecondsSince1970: nanoseconds).seconds)
        var parts = tm()
        localtime_r(&seconds, &parts)
        func padded(_ value: Int32) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let year = "\(parts.tm_year + 1900)"
        return (year, "\(year)-\(padded(parts.tm_mon + 1))-\(padded(parts.tm_mday))")
    }
}
