import Foundation
import Testing

@testable import FuzzTargets

/// `make fuzz` takes minutes and finds new bytes; what it found once is tried in every run of the tests.
@Suite("Seeds of the fuzzers")
struct FuzzSeedTests {
    /// Of so many seeds each parser keeps the bytes; the others it refuses. Another number says that a parser
    /// became stricter or laxer, or that seeds were added: then look which, and write the new one here.
    private static let kept: [FuzzTarget: Int] = [
        .base64: 8, .cbor: 18, .checkpoint: 4, .content: 3, .detail: 2, .header: 5, .keyFile: 5,
        .leaf: 11, .mediaType: 22, .memory: 3, .note: 15, .occurrence: 3, .record: 5,
        .recoveryCode: 5, .rows: 5, .session: 4, .sidecar: 1, .slot: 9, .strip: 7, .takeout: 1,
        .xmp: 1,
    ]

    private static let folder =
        (#filePath as NSString).deletingLastPathComponent + "/../Fuzz/seeds"

    @Test(
        "every seed is refused, or read and printed as the same bytes, as ever",
        arguments: FuzzTarget.allCases)
    func seeds(_ target: FuzzTarget) throws {
        let folder = Self.folder + "/" + target.rawValue
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
        try #require(!names.isEmpty)
        var kept = 0
        for name in names {
            let seed = try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name))
            let outcome = seed.withUnsafeBytes { target.read($0) }
            #expect(outcome != .lost, "\(target.rawValue)/\(name)")
            if outcome == .kept { kept += 1 }
        }
        #expect(kept == Self.kept[target])
    }

    @Test("every folder of seeds has its parser")
    func folders() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder)
        #expect(Set(names) == Set(FuzzTarget.allCases.map(\.rawValue)))
    }
}
