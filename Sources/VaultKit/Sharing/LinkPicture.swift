import VaultFiles
import VaultFormat

/// A picture out of a link. Spec 11 §3.
package struct LinkPicture: Sendable {
    /// From 1.
    package let number: Int
    package let byteCount: UInt64
    /// `picture-1.jpg`.
    package let name: String
    /// Why it was not written, in a sentence.
    package var problem: String?

    init(number: Int, _ item: LinkManifest.Item) {
        self.number = number
        byteCount = UInt64(item.size)
        name = "picture-\(number)." + (Self.endings[item.type] ?? "bin")
    }

    private static let endings = [
        "image/jpeg": "jpg", "image/png": "png", "image/gif": "gif", "image/webp": "webp",
        "image/avif": "avif", "image/heic": "heic", "image/heif": "heif", "image/tiff": "tif",
        "image/bmp": "bmp", "image/jxl": "jxl", "image/x-canon-cr2": "cr2",
        "image/x-canon-cr3": "cr3", "image/x-panasonic-rw2": "rw2", "image/x-olympus-orf": "orf",
        "image/x-fuji-raf": "raf", "video/mp4": "mp4", "video/quicktime": "mov",
        "video/x-msvideo": "avi", "video/x-matroska": "mkv", "application/pdf": "pdf",
        "application/zip": "zip", "image/vnd.adobe.photoshop": "psd",
    ]

    /// Nothing that is there is replaced; so that no view is spent for nothing, it is looked at before.
    static func requireFree(_ count: Int, in folder: borrowing Directory) throws(VaultError) {
        let starts = Set((1...count).map { Array("picture-\($0).".utf8) })
        let taken = try files("the folder") { () throws(FileError) -> FileName? in
            var entries = try folder.entries()
            while let entry = try entries.next() {
                guard let dot = entry.name.bytes.lastIndex(of: 0x2E) else { continue }
                if starts.contains(Array(entry.name.bytes[...dot])) { return entry.name }
            }
            return nil
        }
        if let taken {
            throw VaultError(
                .usage, "\"\(taken.printable)\" is there already, and nothing is replaced",
                hint: "name an empty folder with --to FOLDER; no view was spent")
        }
    }
}

extension Directory {
    /// A descriptor of its own.
    func reopenedForLink() throws(VaultError) -> Directory {
        try files("the folder") { () throws(FileError) in try reopened() }
    }
}
