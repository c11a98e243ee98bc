import FoundationEssentials
import VaultCrypto
import VaultFormat

/// One scenario: what is given, and what a reader must make of it.
struct Vector {
    /// The folder; says which step of a reader the inputs are for.
    let group: String
    /// The file's name without `.json`.
    let name: String
    let comment: String
    /// The page and section of the specification, such as "01 §5".
    let spec: String
    let inputs: [(name: String, value: Input)]
    let expect: Expect
    /// What opens, for the scenarios that do.
    var opened: [UInt8]?

    enum Input {
        case hex([UInt8])
        case text(String)
        case number(UInt64)
        case slices([Range<Int>])
    }

    /// The failure classes of Tests/Vectors/README.md.
    enum Expect: String {
        case opens
        case truncated
        case wrongKey = "wrong key"
        case authentication
        case notCanonical = "not canonical"
        case outOfRange = "out of range"
        case unknown
        case checksum
    }

    static func opens(
        _ group: String, _ name: String, _ comment: String, spec: String,
        _ inputs: [(name: String, value: Input)], to opened: [UInt8]
    ) -> Vector {
        Vector(
            group: group, name: name, comment: comment, spec: spec, inputs: inputs, expect: .opens,
            opened: opened)
    }

    static func refused(
        _ group: String, _ name: String, _ expect: Expect, _ comment: String, spec: String,
        _ inputs: [(name: String, value: Input)]
    ) -> Vector {
        Vector(
            group: group, name: name, comment: comment, spec: spec, inputs: inputs, expect: expect)
    }

    /// The file's text: members in a fixed order, one a line, so that a change is easy to read.
    var json: String {
        var lines = [
            "{", "  \"comment\": \(quoted(comment)),", "  \"spec\": \(quoted(spec)),",
            "  \"inputs\": {",
        ]
        lines += inputs.enumerated().map { index, input in
            "    \(quoted(input.name)): \(input.value.json)"
                + (index + 1 < inputs.count ? "," : "")
        }
        lines.append("  },")
        lines.append("  \"expect\": \(quoted(expect.rawValue))" + (opened == nil ? "" : ","))
        if let opened {
            lines.append("  \"sha256\": \(quoted(Hex.encode(Digest(hashing: opened).bytes)))")
        }
        return (lines + ["}", ""]).joined(separator: "\n")
    }
}

extension Vector.Input {
    fileprivate var json: String {
        switch self {
        case .hex(let bytes): quoted(Hex.encode(bytes))
        case .text(let text): quoted(text)
        case .number(let number): String(number)
        case .slices(let slices):
            "[" + slices.map { "[\($0.lowerBound), \($0.upperBound)]" }.joined(separator: ", ")
                + "]"
        }
    }
}

private func quoted(_ text: String) -> String {
    String(decoding: CanonicalJSON.encode(text), as: UTF8.self)
}

extension Digest {
    var bytes: [UInt8] { withUnsafeBytes { Array($0) } }
}
