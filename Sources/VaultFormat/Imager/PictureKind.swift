/// What a picture is, told from its content. The numbers are those of spec 10 §6.
package enum PictureKind: UInt8, Sendable, CaseIterable {
    case other = 0
    case jpeg = 1
    case png = 2
    case gif = 3
    case webp = 4
    case tiff = 5
    case heic = 6
    case heif = 7
    case avif = 8
    case dng = 16
    case cr2 = 17
    case cr3 = 18
    case nef = 19
    case arw = 20
    case pef = 21
    case srw = 22
    case rw2 = 23
    case raf = 24
    case orf = 25
    /// Another raw format that is TIFF inside.
    case raw = 26
    case mp4 = 32
    case quickTime = 33

    package var isFilm: Bool { self == .mp4 || self == .quickTime }
    package var isRaw: Bool { (16...26).contains(rawValue) }

    package var mediaType: MediaType {
        let name =
            switch self {
            case .other: MediaType.unknown.name
            case .jpeg: "image/jpeg"
            case .png: "image/png"
            case .gif: "image/gif"
            case .webp: "image/webp"
            case .tiff: "image/tiff"
            case .heic: "image/heic"
            case .heif: "image/heif"
            case .avif: "image/avif"
            case .dng: "image/x-adobe-dng"
            case .cr2: "image/x-canon-cr2"
            case .cr3: "image/x-canon-cr3"
            case .nef: "image/x-nikon-nef"
            case .arw: "image/x-sony-arw"
            case .pef: "image/x-pentax-pef"
            case .srw: "image/x-samsung-srw"
            case .rw2: "image/x-panasonic-rw2"
            case .raf: "image/x-fuji-raf"
            case .orf: "image/x-olympus-orf"
            case .raw: "image/x-raw"
            case .mp4: "video/mp4"
            case .quickTime: "video/quicktime"
            }
        return MediaType(name: name)
    }
}
