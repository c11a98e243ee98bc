import Foundation
import VaultCrypto
import VaultFiles
import VaultFormat
import VaultSharing

/// A folder of its own, removed in the end.
final class Workbench {
    let path: String
    let folder: Directory

    init() throws {
        path = NSTemporaryDirectory() + "lighttight-sharing-" + Hex.encode(RandomBytes.make(6))
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        folder = try Directory.open(FilePath(path))
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }  // The system removes it too.

    func shares() throws -> SharesFolder { try SharesFolder.make(in: folder) }

    func names(_ folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "\(path)/\(folder)").sorted()
    }

    func read(_ file: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(filePath: "\(path)/\(file)")))
    }

    func write(_ bytes: [UInt8], _ file: String) throws {
        try Data(bytes).write(to: URL(filePath: "\(path)/\(file)"))
    }

    /// Lets a file or folder look as old as two days.
    func age(_ file: String) throws {
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -172_800)],
            ofItemAtPath: "\(path)/\(file)")
    }

    func exists(_ file: String) -> Bool {
        FileManager.default.fileExists(atPath: "\(path)/\(file)")
    }
}

func secret(_ bytes: [UInt8]) -> Secret {
    Secret(count: bytes.count) { $0.copyBytes(from: bytes) }
}

func bytes(_ secret: borrowing Secret) -> [UInt8] { secret.withUnsafeBytes { Array($0) } }

/// The same bytes on every run.
func sample(_ count: Int, _ seed: UInt8) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) ^ seed }
}

struct Stopped: Error {}

/// Everything of an opened package, from objects in memory.
func openAll(
    _ opener: borrowing PackageOpener, _ objects: [[UInt8]]
) throws -> (manifest: LinkManifest, pictures: [[UInt8]]) {
    let manifest = try opener.manifest(objects[0], sizes: objects.map { Int64($0.count) })
    var pictures: [[UInt8]] = []
    for (index, item) in manifest.items.enumerated() {
        var picture: [UInt8] = []
        let object = objects[index + 1]
        do {
            try opener.read(index + 1, item) { (range) throws(Stopped) in
                guard range.upperBound <= object.count else { return [] }
                return Array(object[Int(range.lowerBound)..<Int(range.upperBound)])
            } _: { (piece) throws(Stopped) in
                picture.append(contentsOf: piece)
            }
        } catch {
            guard case .sharing(let cause) = error else { throw error }
            throw cause
        }
        pictures.append(picture)
    }
    return (manifest, pictures)
}

enum Wall {
    static var now: Double { Date().timeIntervalSince1970 }
}

extension Workbench {
    func replaceByLink(_ file: String, to target: String) throws {
        try FileManager.default.removeItem(atPath: "\(path)/\(file)")
        try FileManager.default.createSymbolicLink(
            atPath: "\(path)/\(file)", withDestinationPath: target)
    }
}
