import FoundationEssentials

/// What `export --sidecar` writes beside a picture as `NAME.lighttight.json`, and `import` reads
/// back: what the vault knows that the file itself does not say. Spec 06.
package struct Sidecar: Hashable, Sendable, Codable {
    package static let format = "lighttight-sidecar/1"
    package static let suffix = Array(".lighttight.json".utf8)
    /// A longer file is not read.
    package static let maximumByteCount = 1 << 18

    package var format = Self.format
    package var album: String?
    /// Beside `album`; absent when there are none.
    package var albums: [String]?
    package var bytes: UInt64
    /// What a person set right.
    package var edit: Said?
    package var id: String
    /// Seconds since 1970.
    package var imported: Int64
    /// Nanoseconds since 1970.
    package var modified: Int64
    /// Path below its root: text for people, when it is UTF-8.
    package var path: String?
    /// The same as bytes, base64url.
    package var pathBytes: JSONBytes
    /// To be kept until then, seconds since 1970.
    package var retainUntil: Int64?
    /// What a sidecar of another program said.
    package var said: Said?
    /// Lower-case hexadecimal.
    package var sha256: String
    package var subject: String?
    package var tags: [String]
    package var type: String

    package init(id: RecordID, value: RecordValue, occurrence: OccurrenceValue) {
        album = occurrence.album
        albums = value.albums.isEmpty ? nil : value.albums
        edit = value.edit.map(Said.init)
        retainUntil = occurrence.retainUntil
        said = value.sidecar.map(Said.init)
        bytes = value.byteCount
        self.id = id.hex
        imported = value.imported
        modified = occurrence.modified
        path = String(validating: occurrence.path, as: UTF8.self)
        pathBytes = JSONBytes(occurrence.path)
        sha256 = value.digest.hex
        subject = occurrence.subject
        tags = value.tags
        type = value.type.name
    }

    /// Indented, because people read it.
    package var encoded: [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        do {
            return [UInt8](try encoder.encode(self)) + [0x0A]
        } catch {
            preconditionFailure("plain values always encode: \(error)")
        }
    }

    package init(parsing bytes: [UInt8]) throws(FormatError) {
        guard bytes.count <= Self.maximumByteCount else { throw .outOfRange("sidecar size") }
        do {
            self = try JSONDecoder().decode(Self.self, from: Data(bytes))
        } catch {
            throw .unexpected("JSON of another shape")
        }
        guard format == Self.format else { throw .unknown("sidecar format") }
    }
}
