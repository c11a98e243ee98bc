import Foundation
import Testing
import VaultFormat

@testable import VaultImaging

@Suite("PDQ's published hashes", .serialized)
struct PDQVectorTests {
    /// Published vectors, which are not part of the repository: `LIGHTTIGHT_VECTORS`, else beside the
    /// checkout.
    private static let folder: URL? = {
        let named = ProcessInfo.processInfo.environment["LIGHTTIGHT_VECTORS"]
        let checkout = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let folder =
            (named.map { URL(fileURLWithPath: $0) }
            ?? checkout.deletingLastPathComponent().appendingPathComponent("shared/vectors"))
            .appendingPathComponent("pdq")
        guard FileManager.default.fileExists(atPath: folder.path) else {
            print("skipped: no published vectors \"pdq\"")
            return nil
        }
        return folder
    }()

    private static let crew = ImagingCrew(Programs.imager, workers: 1)

    private static func previews(
        _ file: URL, _ wishes: ImagerLook.Wishes
    ) throws -> PicturePreviews {
        try #require(try crew.look([UInt8](try Data(contentsOf: file)), wishes).previews)
    }

    @Test("hashes lie within 10 bits of the published ones, as PDQ asks of other implementations")
    func hashes() throws {
        guard let folder = Self.folder else { return }
        let list = try String(
            contentsOf: folder.appendingPathComponent("hashes.csv"), encoding: .utf8)
        let lines = list.split(whereSeparator: \.isNewline).dropFirst()
        try #require(lines.count >= 12)
        for line in lines {
            let parts = line.split(separator: ",").map(String.init)
            let hash = try #require(
                Self.previews(folder.appendingPathComponent(parts[0]), [.hash]).hash)
            let distance = hash.distance(to: try Hex.decode(parts[1]))
            #expect(hash.quality >= 80)
            #expect(distance <= 10, "\(parts[0]) lies \(distance) away")
        }
    }

    /// A picture that is turned in truth is not sampled at quite the same points; the reference
    /// implementation's own hashes of these files lie 0 to 26 bits from those it predicts.
    @Test("each of the eight turns is predicted from the picture, and no other fits")
    func turns() throws {
        guard let folder = Self.folder?.appendingPathComponent("dih") else { return }
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        try #require(names.count == 8)
        let turns = try Self.previews(folder.appendingPathComponent(names[0]), [.hash, .turns])
            .turns
        try #require(turns.count == 8)
        for (index, name) in names.enumerated() {
            let hash = try #require(
                Self.previews(folder.appendingPathComponent(name), [.hash]).hash)
            let distances = turns.map { hash.distance(to: $0) }
            for (turn, distance) in distances.enumerated() {
                #expect(
                    (distance <= PictureHash.matchingDistance) == (turn == index),
                    "\(name), turn \(turn): \(distance)")
            }
        }
    }
}
