import Testing
import VaultFormat

@Suite("Media types, Spec 04 §6")
struct MediaTypeTests {
    @Test(
        "a file is told by its first bytes",
        arguments: [
            ("ffd8ffe0", "image/jpeg"), ("89504e470d0a1a0a", "image/png"),
            ("474946383761", "image/gif"), ("474946383961", "image/gif"),
            ("524946460000000057454250", "image/webp"),
            ("524946460000000041564920", "video/x-msvideo"),
            ("49492a00", "image/tiff"), ("49492a00100000004352", "image/x-canon-cr2"),
            ("4d4d002a", "image/tiff"), ("49495500", "image/x-panasonic-rw2"),
            ("4949524f", "image/x-olympus-orf"),
            ("46554a4946494c4d4343442d524157", "image/x-fuji-raf"),
            ("424d0102030400000000", "image/bmp"), ("ff0a", "image/jxl"),
            ("0000000c4a584c200d0a870a", "image/jxl"), ("38425053", "image/vnd.adobe.photoshop"),
            ("255044462d", "application/pdf"), ("1a45dfa3", "video/x-matroska"),
            ("504b0304", "application/zip"), ("3c737667", "image/svg+xml"),
            ("000000186674797068656963", "image/heic"), ("00000018667479706d696631", "image/heif"),
            ("000000186674797061766966", "image/avif"),
            ("000000186674797063727820", "image/x-canon-cr3"),
            ("000000186674797071742020", "video/quicktime"),
            ("000000186674797069736f6d", "video/mp4"),
            ("", "application/x-empty"), ("00", "application/octet-stream"),
            ("ffd8", "application/octet-stream"), ("5249464600000000", "application/octet-stream"),
            ("0000001866747970686569", "application/octet-stream"),
            ("424d", "application/octet-stream"),
        ])
    func signatures(hex: String, name: String) throws {
        let start = try Hex.decode(hex)
        #expect(MediaType(content: start).name == name)
        // What follows changes nothing.
        if start.count > 14 || name.hasPrefix("image/j") {
            #expect(MediaType(content: start + [1, 2, 3]).name == name)
        }
    }

    @Test("any first bytes have a type, and no type needs more of them than it says")
    func anything() {
        var numbers = Numbers(seed: 8)
        for _ in 0..<5000 {
            let start = numbers.bytes(Int.random(in: 0...48, using: &numbers))
            let judged = MediaType(content: start)
            #expect(judged == MediaType(content: Array(start.prefix(MediaType.sniffedByteCount))))
            #expect(!judged.name.isEmpty)
        }
    }
}
