package import VaultFormat
import VaultImaging

/// A small copy of a picture as plain pixels, to be shown at once.
package struct PicturePixels: Hashable, Sendable {
    /// Red, green and blue, row by row: width × height × 3 bytes.
    package let bytes: [UInt8]
    /// At most 320 × 320 pixels.
    package let size: PixelSize
}

extension UnlockedVault {
    /// The pixels of a picture's thumbnail, or of a small copy made now where there is none. In the log before they are handed
    /// out.
    ///
    /// - Parameter imager: the path of `lighttight-imager`, which decodes both: a thumbnail was made of bytes that may have been
    ///   hostile.
    /// - Throws: `failed` for a picture that cannot be shown.
    package func pixels(of id: RecordID, imager: [UInt8]) throws(VaultError) -> PicturePixels {
        try slot.tell(Telling(.viewed, pictures: [id], remark: "picture"))
        let reader = try PictureReader(self)
        let sealed = try reader.find(id)
        return try LookJob.pixels(sealed, imager: imager, reader)
    }
}
