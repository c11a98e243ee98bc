import Foundation
import Testing
import VaultCrypto
import VaultFiles
import VaultFormat
import VaultSharing

@Suite("Bundles")
struct BundleTests {
    static let password = secret(Array("correct horse".utf8))
    static let template = BundleTemplate(
        beforeHead: Array("<a>".utf8), beforeObjects: Array("<b>\n".utf8), end: Array("\n<c>".utf8))

    private static func make(_ pictures: [[UInt8]], in bench: Workbench) throws -> BundleMaker {
        let maker = try BundleMaker(in: bench.folder.reopened(), password: password)
        for picture in pictures {
            try maker.begin(Int64(picture.count))
            for start in stride(from: 0, to: picture.count, by: 700_001) {
                try picture[start..<min(start + 700_001, picture.count)]
                    .withUnsafeBytes { try maker.write($0) }
            }
            try maker.end(LinkManifest.Item(type: "image/jpeg", size: Int64(picture.count)))
        }
        try maker.finish(note: "for you", isOriginal: true, template)
        return maker
    }

    /// What stands in a file of the template above.
    private static func parts(
        _ file: [UInt8]
    ) throws -> (head: BundleHead, objects: [[UInt8]]) {
        let text = String(decoding: file, as: UTF8.self)
        let cut = try #require(text.firstRange(of: "<b>\n"))
        #expect(text.hasPrefix("<a>"))
        #expect(text.hasSuffix("</script>\n<c>"))
        let lines = text[cut.upperBound...].split(separator: "\n").dropLast()
        let objects = try lines.enumerated().map { number, line in
            let start =
                "<script type=\"application/octet-stream;base64\" id=\"object-\(number)\">"
            #expect(line.hasPrefix(start))
            return try Base64.decode(String(line.dropFirst(start.count).dropLast(9)))
        }
        let head = text[text.index(text.startIndex, offsetBy: 3)..<cut.lowerBound]
        return (try BundleHead(parsing: Array(head.utf8)), objects)
    }

    @Test("pictures of any size come back out of one file, which is its owner's alone")
    func roundTrip() throws {
        let bench = try Workbench()
        let pictures = [0, 1, 16_384, 100_000, 2_400_000].enumerated()
            .map { sample($1, UInt8($0)) }
        let maker = try Self.make(pictures, in: bench)
        #expect(try bench.names("") == [])
        let size = try maker.byteCount
        try maker.publish(as: "out.html")
        #expect(try bench.names("") == ["out.html"])
        let file = try bench.read("out.html")
        #expect(Int64(file.count) == size)
        let status = try bench.folder.status(of: "out.html")
        #expect(status.mode == 0o600)
        let (head, objects) = try Self.parts(file)
        #expect(head.rounds == 2_000_000)
        #expect(head.objects == objects.map { Int64($0.count) })
        let opened = try openAll(PackageOpener(head, password: Self.password), objects)
        #expect(opened.pictures == pictures)
        #expect(opened.manifest.note == "for you")
        #expect(opened.manifest.isOriginal)
        #expect(throws: SharingError.crypto(.wrongKey)) {
            let other = secret(Array("correct hors".utf8))
            _ = try openAll(PackageOpener(head, password: other), objects)
        }
    }

    @Test("nothing is replaced, and what gets no name leaves nothing")
    func taken() throws {
        let bench = try Workbench()
        try bench.write([1], "out.html")
        let maker = try Self.make([sample(10, 1)], in: bench)
        #expect(throws: SharingError.file(.exists)) { try maker.publish(as: "out.html") }
        #expect(try bench.read("out.html") == [1])
        #expect(try bench.names("") == ["out.html"])
    }

    @Test("a bundle has 256 MiB at most, judged before a picture is read")
    func tooLarge() throws {
        let bench = try Workbench()
        let maker = try BundleMaker(in: bench.folder.reopened(), password: Self.password)
        #expect(throws: SharingError.tooLarge) { try maker.begin(256 << 20) }
        try maker.begin(10)
        #expect(throws: SharingError.format(.truncated)) {
            try maker.end(LinkManifest.Item(type: "image/jpeg", size: 10))
        }
    }

    @Test("a head that no bundle has is refused")
    func heads() throws {
        let id = BundleID(words: .init(repeating: 7))
        let salt = sample(16, 1)
        let good = BundleHead(id: id, objects: [100, 200], rounds: 2_000_000, salt: salt)
        #expect(try BundleHead(parsing: good.encoded) == good)
        var bad = [good, good, good, good, good, good]
        bad[0].rounds = 1_999_999
        bad[1].rounds = 10_000_001
        bad[2].objects = [100]
        bad[3].objects = [100, (256 << 20) - 99]
        bad[4].salt = JSONBytes(sample(15, 1))
        bad[5].format = "lighttight/1 offer"
        for head in bad {
            #expect(throws: FormatError.self) { _ = try BundleHead(parsing: head.encoded) }
        }
    }
}
