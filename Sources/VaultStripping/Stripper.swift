package import VaultFormat

/// Takes out of a picture's file what is not the picture: Exif, GPS, serial numbers, XMP, IPTC, C2PA, comments,
/// embedded thumbnails and further pictures, and whatever lies behind its end. What is decoded stays byte for
/// byte; so do colour profiles, and which way up it is shown.
package enum Stripper {
    /// The largest file that is taken, in bytes.
    package static let maximumByteCount = 512 << 20

    /// Whether files of this type can be stripped at all.
    package static func takes(_ type: MediaType) -> Bool { walker(type) != nil }

    /// - Parameter type: from the content, Spec 04 §6.
    /// - Throws: `.unsupported` for other types and for what such a file holds beside a still picture,
    ///   `.malformed` when it does not follow its own format: then nothing can be promised.
    package static func strip(
        _ picture: [UInt8], type: MediaType
    ) throws(StripError) -> [UInt8] {
        guard let walk = walker(type) else { throw .unsupported }
        guard picture.count <= maximumByteCount else { throw .tooLarge }
        return try walk(Bytes(picture))
    }

    private static func walker(
        _ type: MediaType
    ) -> ((Bytes) throws(StripError) -> [UInt8])? {
        switch type.name {
        case "image/jpeg": JPEGStripper.strip
        case "image/png": PNGStripper.strip
        case "image/webp": WebPStripper.strip
        case "image/gif": GIFStripper.strip
        case "image/heic", "image/heif", "image/avif": HEIFStripper.strip
        default: nil
        }
    }
}

/// Why a picture cannot be stripped.
package enum StripError: Error, Equatable, Sendable {
    /// This kind of file is not known well enough.
    case unsupported
    /// Its parts do not fit together.
    case malformed
    /// More than 512 MiB.
    case tooLarge
}
