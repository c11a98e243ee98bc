import Foundation
import Glibc
import Testing

extension Stage {
    /// Looks for the canary, and for recovery codes that were handed out, in every file and every
    /// name under HOME and TMPDIR; the vault lies in HOME.
    func requireNoCanary(location: SourceLocation = #_sourceLocation) throws {
        let found = try canaries()
        #expect(found.isEmpty, "canaries: \(found)", sourceLocation: location)
    }

    func canaries() throws -> [String] {
        var needles = Self.forms(of: Self.canary)
        let code = FileManager.default.contents(atPath: work + "/code") ?? Data()
        let text = String(decoding: code, as: UTF8.self).trimmingCharacters(
            in: .whitespacesAndNewlines)
        if !text.isEmpty {
            needles += Self.forms(of: text)
            needles += Self.forms(of: text.replacingOccurrences(of: "-", with: ""))
        }
        return try [home, temporary].flatMap { try Self.search($0, for: needles) }
    }

    /// Which files, or names of files, below a folder hold one of these byte strings.
    static func search(_ folder: String, for needles: [[UInt8]]) throws -> [String] {
        guard let walk = FileManager.default.enumerator(atPath: folder) else {
            return ["\(folder) cannot be walked"]
        }
        var found: [String] = []
        for case let name as String in walk {
            let path = folder + "/" + name
            let type = try FileManager.default.attributesOfItem(atPath: path)[.type]
            var content = Data()
            if type as? FileAttributeType == .typeRegular {
                content = try Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped)
            }
            for needle in needles {
                if contains(Data(name.utf8), needle) { found.append("name \(path)") }
                if contains(content, needle) { found.append("content of \(path)") }
            }
        }
        return found
    }

    private static func contains(_ content: Data, _ needle: [UInt8]) -> Bool {
        content.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress else { return false }
            var place = 0
            while place + needle.count <= bytes.count {
                let rest = bytes.count - needle.count + 1 - place
                guard let hit = memchr(start + place, Int32(needle[0]), rest) else { return false }
                if memcmp(hit, needle, needle.count) == 0 { return true }
                place = UnsafeRawPointer(hit) - start + 1
            }
            return false
        }
    }

    /// As it is, as UTF-16, as hexadecimal, and in base64 at each of three alignments.
    static func forms(of canary: String) -> [[UInt8]] {
        let bytes = Array(canary.utf8)
        var forms: [[UInt8]] = [bytes, bytes.flatMap { (byte: UInt8) -> [UInt8] in [byte, 0] }]
        forms.append(Array(bytes.map { String(format: "%02x", $0) }.joined().utf8))
        for lead in 0..<3 {
            // Only whole groups that hold nothing but the canary.
            let inside = Data(bytes.dropFirst((3 - lead) % 3))
            let text = inside.prefix(inside.count / 3 * 3).base64EncodedString()
            forms.append(Array(text.utf8))
        }
        return forms
    }
}
