import FoundationEssentials
import Testing
import VaultFormat

/// One file of Tests/Vectors, as its README describes them.
struct VectorFile: CustomTestStringConvertible, Sendable {
    let group: String
    let name: String
    let expect: String
    let sha256: String?
    let inputs: [String: Value]

    var testDescription: String { "\(group)/\(name)" }

    enum Value: Decodable, Sendable {
        case text(String)
        case number(UInt64)
        case slices([[Int]])

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let text = try? container.decode(String.self) {  // Not text: the next kind is tried.
                self = .text(text)
            } else if let number = try? container.decode(UInt64.self) {  // Likewise.
                self = .number(number)
            } else {
                self = .slices(try container.decode([[Int]].self))
            }
        }
    }

    /// Tests/Vectors beside this folder of the checkout.
    static let folder =
        #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(2)
        .joined(separator: "/") + "/Vectors"

    /// Every file; empty when there is none, which the tests take for a failure.
    static let all: [VectorFile] = {
        do {
            let groups = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
            return try groups.filter { !$0.contains(".") }.flatMap { group in
                try FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(group)").sorted()
                    .filter { $0.hasSuffix(".json") }
                    .map { try VectorFile(group: group, name: String($0.dropLast(5))) }
            }
        } catch {
            Issue.record("Tests/Vectors cannot be read: \(error)")
            return []
        }
    }()

    init(group: String, name: String) throws {
        struct File: Decodable {
            var expect: String
            var sha256: String?
            var inputs: [String: Value]
        }
        let data = try Data(contentsOf: URL(filePath: "\(Self.folder)/\(group)/\(name).json"))
        let file = try JSONDecoder().decode(File.self, from: data)
        self.group = group
        self.name = name
        expect = file.expect
        sha256 = file.sha256
        var inputs = file.inputs
        if case .text(let of) = inputs["of"] {
            inputs.merge(try VectorFile(group: group, name: of).inputs) { own, _ in own }
        }
        self.inputs = inputs
    }

    func has(_ input: String) -> Bool { inputs[input] != nil }

    func text(_ input: String) throws -> String {
        guard case .text(let text) = inputs[input] else { throw Missing(input: input) }
        return text
    }

    func number(_ input: String) throws -> UInt64 {
        guard case .number(let number) = inputs[input] else { throw Missing(input: input) }
        return number
    }

    func hex(_ input: String) throws -> [UInt8] { try Hex.decode(try text(input)) }

    /// An object, put together from another one's slices when it says so.
    func object() throws -> [UInt8] {
        var object = try hex("object")
        if case .slices(let slices) = inputs["slices"] {
            object = slices.flatMap { object[$0[0]..<$0[1]] }
        }
        if has("append") { object += try hex("append") }
        if has("flip") { object[Int(try number("flip"))] ^= 1 }
        return object
    }

    struct Missing: Error { var input: String }
}
