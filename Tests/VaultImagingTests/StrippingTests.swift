import Foundation
import PictureSamples
import Testing
import VaultFormat
import VaultStripping

@testable import lighttight_samples

@Suite("Metadata taken out without touching the picture", .serialized)
struct StrippingTests {
    /// What exiftool may still say of a stripped file, by group: the file itself, how it is coded, its colours,
    /// which way up.
    private static let allowed: Set<String> = [
        "ExifTool", "System", "File", "JFIF", "PNG", "PNG-pHYs", "RIFF", "GIF", "QuickTime", "Meta",
        "Composite", "ICC_Profile", "ICC-header", "ICC-view", "ICC-meas", "ICC-chrm", "IFD0",
        "Adobe",
    ]
    private static let tagsOfIFD0: Set<String> = ["Orientation"]
    private static let canary = "canary-6f2d"

    private static let kinds: [(name: String, suffix: String)] = [
        ("jpeg", "jpg"), ("png", "png"), ("webp", "webp"), ("heic", "heic"), ("avif", "avif"),
    ]

    /// A picture of a kind with everything in it that exiftool can write there.
    private static func marked(
        _ name: String, _ suffix: String, in scratch: Scratch
    ) throws -> (path: String, bytes: [UInt8])? {
        guard let bytes = Pictures.all.first(where: { $0.name == name })?.bytes else { return nil }
        let path = try scratch.put("marked-\(name).\(suffix)", bytes)
        let thumbnail = try scratch.put("thumbnail.jpg", Pictures.jpeg())
        var command = [
            "exiftool", "-q", "-m", "-overwrite_original", "-Make=\(canary)", "-Artist=\(canary)",
            "-SerialNumber=\(canary)", "-Orientation#=6", "-DateTimeOriginal=2024:02:29 23:59:58",
            "-GPSLatitude=33.5", "-GPSLatitudeRef=S", "-XMP-dc:Description=\(canary)",
            "-XMP-dc:Subject=\(canary)", "-ThumbnailImage<=\(thumbnail)",
        ]
        if name == "jpeg" {
            command += ["-IPTC:Keywords=\(canary)", "-Comment=\(canary)", "-Photoshop:all="]
        }
        if name == "png" { command += ["-PNG:Comment=\(canary)", "-PNG:Title=\(canary)"] }
        guard let written = try Programs.run(command + [path]) else { return nil }
        #expect(written.status == 0, "\(name)")
        var marked = try scratch.get((path as NSString).lastPathComponent)
        #expect(count(of: canary, in: marked) > 0, "\(name): exiftool wrote what is to go")
        // What exiftool does not write: C2PA, further pictures, unknown boxes.
        let mark = Array(canary.utf8)
        switch name {
        case "jpeg":
            marked.insert(
                contentsOf: segment(0xEB, Array("JP\0\0".utf8) + mark)
                    + segment(0xE2, Array("MPF\0".utf8) + mark), at: 2)
        case "png": marked.insert(contentsOf: pngChunk("caBX", mark), at: 8 + 25)
        case "heic", "avif": marked += box("uuid", mark)
        default: break
        }
        // Behind the end, as some telephones do.
        if name != "heic", name != "avif" { marked += Array("trailer \(canary)".utf8) }
        return (try scratch.put("trailed-\(name).\(suffix)", marked), marked)
    }

    private static func count(of text: String, in bytes: [UInt8]) -> Int {
        var (count, rest) = (0, bytes[...])
        while let found = rest.firstRange(of: Array(text.utf8)) {
            count += 1
            rest = rest[found.upperBound...]
        }
        return count
    }

    private static func type(_ bytes: [UInt8]) -> MediaType {
        MediaType(content: Array(bytes.prefix(32)))
    }

    @Test(
        "exiftool finds nothing in what is left but how it is coded and which way up",
        arguments: kinds)
    func judged(_ name: String, _ suffix: String) throws {
        let scratch = try Scratch()
        guard let (path, marked) = try Self.marked(name, suffix, in: scratch) else {
            return print("skipped: no exiftool, or no tool that makes a \(name)")
        }
        let stripped = try Stripper.strip(marked, type: Self.type(marked))
        #expect(Self.count(of: Self.canary, in: stripped) == 0)
        let result = try scratch.put("stripped.\(suffix)", stripped)
        let output = try #require(
            try Programs.run(["exiftool", "-j", "-a", "-G1", "-u", "-ee", result])?.output)
        let all = try #require(
            try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [[String: Any]])
        for (tag, value) in all[0] where tag != "SourceFile" {
            let parts = tag.split(separator: ":", maxSplits: 1).map(String.init)
            #expect(Self.allowed.contains(parts[0]), "\(name): \(tag) = \(value)")
            if parts[0] == "IFD0" { #expect(Self.tagsOfIFD0.contains(parts[1]), "\(tag)") }
            #expect(!tag.hasSuffix("Warning"), "\(name): \(value)")
            #expect(!tag.hasSuffix("ThumbnailImage"))
        }
        if name == "jpeg" || name == "png" {
            #expect(all[0]["IFD0:Orientation"] as? String == "Rotate 90 CW")
        }
        // The same pixels, as libvips decodes them.
        let pixels = try [path, result].map { file in
            _ = try Programs.run(["vips", "rawsave", file, file + ".raw"])
            return try scratch.get((file as NSString).lastPathComponent + ".raw")
        }
        #expect(!pixels[0].isEmpty)
        #expect(pixels[0] == pixels[1], "\(name)")
        // Twice is once.
        #expect(try Stripper.strip(stripped, type: Self.type(stripped)) == stripped)
    }

    @Test("a GIF keeps its frames and how often it repeats, and loses its comments")
    func animation() throws {
        let plain = gif(Pictures.canvas)
        func block(_ label: UInt8, _ parts: [UInt8]...) -> [UInt8] {
            [0x21, label] + parts.flatMap { [UInt8($0.count)] + $0 } + [0]
        }
        let canary = Array("canary".utf8)
        let loop = block(0xFF, Array("NETSCAPE2.0".utf8), [1, 0, 0])
        let tableByteCount = 3 << (Int(plain[10] & 7) + 1)
        let start = plain[10] & 0x80 == 0 ? 13 : 13 + tableByteCount
        var marked = Array(plain[..<start])
        marked += block(0xFE, canary)
        marked += block(0xFF, Array("XMP DataXMP".utf8), canary)
        marked += loop
        marked += plain[start...]
        marked += canary
        let stripped = try Stripper.strip(marked, type: MediaType(name: "image/gif"))
        #expect(Self.count(of: "canary", in: stripped) == 0)
        #expect(Self.count(of: "NETSCAPE2.0", in: stripped) == 1)
        #expect(stripped.count == plain.count + loop.count)
    }

    @Test("what cannot be stripped is refused")
    func refused() {
        for name in ["image/tiff", "video/mp4", "image/x-canon-cr3", "application/octet-stream"] {
            #expect(!Stripper.takes(MediaType(name: name)))
            #expect(throws: StripError.unsupported) {
                try Stripper.strip([1, 2, 3], type: MediaType(name: name))
            }
        }
        #expect(throws: StripError.malformed) {
            try Stripper.strip([0xFF, 0xD8, 0xFF, 0xD9], type: MediaType(name: "image/jpeg"))
        }
    }

    @Test(
        "ATTACK 67: whatever is broken in a file, stripping ends, and what it gives back is free of what was to go"
    )
    func broken() throws {
        var mutator = Mutator(seed: 67)
        let rounds = isLong ? 4_000 : 150
        for (name, bytes) in Pictures.all where Stripper.takes(Self.type(bytes)) {
            for _ in 0..<rounds {
                let file = mutator.broken(bytes, other: bytes)
                do throws(StripError) {
                    let type = Self.type(file)
                    let stripped = try Stripper.strip(file, type: type)
                    #expect(stripped.count <= file.count + 64, "\(name)")
                    #expect(try Stripper.strip(stripped, type: type) == stripped, "\(name)")
                } catch {
                    continue
                }
            }
        }
    }
}
