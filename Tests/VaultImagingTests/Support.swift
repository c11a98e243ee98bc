import Foundation
import PictureSamples
import TestProcesses
import Testing
import VaultFormat

@testable import VaultImaging
@testable import lighttight_samples

/// The programs that this test bundle was built with.
enum Programs {
    static let folder: String = {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        let path = String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
        // The test runner may be another program; the bundle is then among its arguments.
        let folders = ([path] + CommandLine.arguments).map {
            ($0 as NSString).deletingLastPathComponent
        }
        return folders.first {
            FileManager.default.isExecutableFile(atPath: $0 + "/lighttight-imager")
        } ?? "."
    }()

    static var imager: ImagerProgram {
        ImagerProgram(path: Array((folder + "/lighttight-imager").utf8))
    }

    /// Runs a program to its end; `nil` when it is not there.
    static func run(_ arguments: [String]) throws -> (status: Int32, output: String)? {
        guard
            let path = ([""] + ["/usr/bin/", "/bin/", folder + "/"]).map({ $0 + arguments[0] })
                .first(where: {
                    $0.hasPrefix("/") && FileManager.default.isExecutableFile(atPath: $0)
                })
        else { return nil }
        let ended = try Spawned.run([path] + arguments.dropFirst())
        return (ended.status ?? -1, ended.outputText)
    }
}

/// A folder of a test's own.
final class Scratch: Sendable {
    let path: String

    init() throws {
        var template = Array((NSTemporaryDirectory() + "/lighttight-imaging-XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else { throw CocoaError(.fileWriteUnknown) }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        // A folder that stays behind in the temporary folder harms nobody.
        try? FileManager.default.removeItem(atPath: path)
    }

    func put(_ name: String, _ bytes: [UInt8]) throws -> String {
        try Data(bytes).write(to: URL(fileURLWithPath: path + "/" + name))
        return path + "/" + name
    }

    func get(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: path + "/" + name)))
    }
}

extension ImagingCrew {
    /// Looks at bytes in memory.
    func look(
        _ bytes: [UInt8], _ wishes: ImagerLook.Wishes = [.thumbnail, .hash], side: UInt16 = 0
    ) throws -> PictureLook {
        try look(byteCount: UInt64(bytes.count), wishes: wishes, side: side) { offset, buffer in
            buffer.copyBytes(from: bytes[Int(offset)..<Int(offset) + buffer.count])
        }
    }
}

/// Small honest pictures of every kind, each made once.
enum Pictures {
    static let canvas: Canvas = {
        var generator = SeededGenerator(seed: 3)
        return Scene.landscape.drawn(width: 384, height: 256, grain: 2, &generator)
    }()

    static func jpeg(orientation: Int = 1, canvas: Canvas = canvas) -> [UInt8] {
        let facts = ShotFacts(
            orientation: orientation, taken: Moment(seconds: 1_795_000_000),
            pixels: (canvas.width, canvas.height))
        return JPEGEncoder(quality: 85).encode(canvas).file(exif: facts.exif(), noise: nil)
    }

    /// What libvips' own tool and ours write; a format that the tool cannot write is left out.
    static let all: [(name: String, bytes: [UInt8])] = {
        var all: [(name: String, bytes: [UInt8])] = [
            ("jpeg", jpeg()), ("png", png(canvas)), ("gif", gif(canvas)),
            ("tiff", tiff(canvas, description: "a landscape")),
        ]
        // Without the tool the others are left out, and a test of its own says so.
        guard let scratch = try? Scratch(), let source = try? scratch.put("a.png", png(canvas))
        else {
            return all
        }
        for (name, target) in [
            ("webp", "a.webp"), ("heic", "a.heic"), ("avif", "a.avif[effort=0]"),
            ("small png", "b.png"), ("lzw tiff", "b.tif[compression=lzw]"),
            ("jpeg tiff", "c.tif[compression=jpeg]"),
        ] {
            let file = target.split(separator: "[")[0]
            let command = ["vips", "copy", source, scratch.path + "/" + target]
            // As above.
            guard let ended = try? Programs.run(command), ended.status == 0,
                // As above.
                let bytes = try? scratch.get(String(file))
            else { continue }
            all.append((name, bytes))
        }
        return all
    }()
}

let isLong = !(ProcessInfo.processInfo.environment["LIGHTTIGHT_LONG_TESTS"] ?? "").isEmpty

/// Runs something that takes long on a thread of its own: the few of the concurrency pool must stay
/// free.
func onThread<Value: Sendable>(
    _ body: @escaping @Sendable () throws -> Value
) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        DispatchQueue.global().async { continuation.resume(with: Result { try body() }) }
    }
}
