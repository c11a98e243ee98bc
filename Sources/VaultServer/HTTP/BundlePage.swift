import VaultCrypto
import VaultFormat
package import VaultSharing

/// The page of a bundle, put together from the page's files. Spec 11 §10.
package enum BundlePage {
    package static let template: BundleTemplate = {
        let style = PackageResources.link_css
        let script = scripts.flatMap(joined)
        let words: [String: [UInt8]] = [
            "style": style, "script": script, "style hash": hash(style),
            "script hash": hash(script),
        ]
        var parts: [[UInt8]] = [[]]
        var rest = PackageResources.bundle_html[...]
        // From front to back: in what was put in, nothing is looked for.
        while let brace = rest.firstIndex(of: UInt8(ascii: "{")) {
            parts[parts.count - 1] += rest[..<brace]
            let end = rest[brace...].firstIndex(of: UInt8(ascii: "}")) ?? rest.endIndex
            let word = String(decoding: rest[(brace + 1)..<end], as: UTF8.self)
            rest = rest[min(end + 1, rest.endIndex)...]
            if let bytes = words[word] {
                parts[parts.count - 1] += bytes
            } else {
                let known = ["bundle", "objects"]
                precondition(word == known[parts.count - 1], "the template's words")
                parts.append([])
            }
        }
        parts[parts.count - 1] += rest
        precondition(parts.count == 3, "the template has room for head and objects")
        return BundleTemplate(beforeHead: parts[0], beforeObjects: parts[1], end: parts[2])
    }()

    private static let scripts = [
        PackageResources.strings_js, PackageResources.bundle_strings_js, PackageResources.open_js,
        PackageResources.dom_js, PackageResources.gallery_js, PackageResources.bundle_js,
    ]

    /// A module as a part of one script: what it imports is there already, what it exports simply is.
    private static func joined(_ module: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        var isImport = false
        var rest = module[...]
        while !rest.isEmpty {
            let end = rest.firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? rest.endIndex
            let line = rest[..<end]
            rest = rest[end...]
            isImport = isImport || line.starts(with: "import ".utf8)
            if isImport {
                isImport = !line.contains(UInt8(ascii: ";"))
            } else {
                let export = Array("export ".utf8)
                text += line.starts(with: export) ? line.dropFirst(export.count) : line
            }
        }
        return text
    }

    private static func hash(_ bytes: [UInt8]) -> [UInt8] {
        Array("sha256-\(Base64.encode(Digest(hashing: bytes).bytes))".utf8)
    }
}
