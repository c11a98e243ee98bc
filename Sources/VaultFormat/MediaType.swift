/// What a file is, told from its first bytes and never from its name. Spec 04 §6.
package struct MediaType: Hashable, Sendable {
    /// A media type such as `image/jpeg`.
    package let name: String

    package init(name: String) { self.name = name }

    /// How many leading bytes `init(content:)` looks at, at most.
    package static let sniffedByteCount = 32

    package static let unknown = MediaType(name: "application/octet-stream")
    package static let empty = MediaType(name: "application/x-empty")

    /// Judges a file by its first bytes; fewer than `sniffedByteCount` when the file is shorter.
    package init(content start: [UInt8]) {
        self = Self.signatures.first { $0.matches(start) }?.type ?? Self.isoMedia(start)
    }

    private struct Signature {
        var offset = 0
        var bytes: [UInt8]
        var also: (offset: Int, bytes: [UInt8])?
        var type: MediaType

        func matches(_ start: [UInt8]) -> Bool {
            start.dropFirst(offset).starts(with: bytes)
                && (also.map { start.dropFirst($0.offset).starts(with: $0.bytes) } ?? true)
        }
    }

    private static func text(_ value: String) -> [UInt8] { Array(value.utf8) }

    /// Raw formats that are TIFF inside come before TIFF.
    private static let signatures: [Signature] = [
        Signature(bytes: [0xFF, 0xD8, 0xFF], type: MediaType(name: "image/jpeg")),
        Signature(
            bytes: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A],
            type: MediaType(name: "image/png")),
        Signature(bytes: text("GIF87a"), type: MediaType(name: "image/gif")),
        Signature(bytes: text("GIF89a"), type: MediaType(name: "image/gif")),
        Signature(
            bytes: text("RIFF"), also: (8, text("WEBP")), type: MediaType(name: "image/webp")),
        Signature(
            bytes: text("RIFF"), also: (8, text("AVI ")), type: MediaType(name: "video/x-msvideo")),
        Signature(
            bytes: [0x49, 0x49, 0x2A, 0x00], also: (8, text("CR")),
            type: MediaType(name: "image/x-canon-cr2")),
        Signature(bytes: [0x49, 0x49, 0x2A, 0x00], type: MediaType(name: "image/tiff")),
        Signature(bytes: [0x4D, 0x4D, 0x00, 0x2A], type: MediaType(name: "image/tiff")),
        Signature(bytes: text("IIU\0"), type: MediaType(name: "image/x-panasonic-rw2")),
        Signature(bytes: text("IIRO"), type: MediaType(name: "image/x-olympus-orf")),
        Signature(bytes: text("FUJIFILMCCD-RAW"), type: MediaType(name: "image/x-fuji-raf")),
        Signature(bytes: text("BM"), also: (6, [0, 0, 0, 0]), type: MediaType(name: "image/bmp")),
        Signature(bytes: [0xFF, 0x0A], type: MediaType(name: "image/jxl")),
        Signature(
            bytes: [0, 0, 0, 0x0C] + text("JXL ") + [0x0D, 0x0A, 0x87, 0x0A],
            type: MediaType(name: "image/jxl")),
        Signature(bytes: text("8BPS"), type: MediaType(name: "image/vnd.adobe.photoshop")),
        Signature(bytes: text("%PDF-"), type: MediaType(name: "application/pdf")),
        Signature(bytes: [0x1A, 0x45, 0xDF, 0xA3], type: MediaType(name: "video/x-matroska")),
        Signature(bytes: [0x50, 0x4B, 0x03, 0x04], type: MediaType(name: "application/zip")),
        Signature(bytes: text("<svg"), type: MediaType(name: "image/svg+xml")),
    ]

    /// ISO base media files: `ftyp` at 4, the major brand at 8.
    private static func isoMedia(_ start: [UInt8]) -> MediaType {
        guard !start.isEmpty else { return .empty }
        guard start.count >= 12, start[4..<8].elementsEqual("ftyp".utf8) else { return .unknown }
        switch String(decoding: start[8..<12], as: UTF8.self) {
        case "heic", "heix", "heim", "heis", "hevc": return MediaType(name: "image/heic")
        case "mif1", "msf1": return MediaType(name: "image/heif")
        case "avif", "avis": return MediaType(name: "image/avif")
        case "crx ": return MediaType(name: "image/x-canon-cr3")
        case "qt  ": return MediaType(name: "video/quicktime")
        default: return MediaType(name: "video/mp4")
        }
    }
}
