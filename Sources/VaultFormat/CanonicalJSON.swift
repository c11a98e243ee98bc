import FoundationEssentials

/// The one JSON encoding of the header and its parts (RFC 8785 for what we use: objects with ASCII
/// names sorted, no white space, integers, strings without escapes of the solidus). Spec 01 §6.
package enum CanonicalJSON {
    package static func encode(_ value: some Encodable) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return [UInt8](try encoder.encode(value))
        } catch {
            preconditionFailure("our own plain values always encode: \(error)")
        }
    }

    /// Parses, prints again and compares, so that nothing but the canonical form is accepted.
    package static func decode<Value: Codable>(
        _ type: Value.Type, from bytes: [UInt8]
    ) throws(FormatError) -> Value {
        let value: Value
        do {
            value = try JSONDecoder().decode(type, from: Data(bytes))
        } catch let error as FormatError {
            throw error
        } catch {
            throw .unexpected("JSON of another shape")
        }
        guard encode(value) == bytes else { throw .notCanonical }
        return value
    }

    /// Reads only the `format` member, so that another version is told from damage.
    static func format(of bytes: [UInt8]) throws(FormatError) -> String {
        struct Probe: Decodable { var format: String }
        do {
            return try JSONDecoder().decode(Probe.self, from: Data(bytes)).format
        } catch {
            throw .unexpected("JSON without a format")
        }
    }
}

extension Decoder {
    /// Reads a name out of a closed list; another one is `unknown`, so that it is told from damage.
    func known<Name: RawRepresentable<String>>(_ what: String) throws -> Name {
        guard let name = Name(rawValue: try singleValueContainer().decode(String.self)) else {
            throw FormatError.unknown(what)
        }
        return name
    }
}

/// Bytes that stand in JSON as base64url.
package struct JSONBytes: Hashable, Sendable, Codable {
    package var bytes: [UInt8]

    package init(_ bytes: [UInt8]) { self.bytes = bytes }

    package init(from decoder: any Decoder) throws {
        bytes = try Base64URL.decode(try decoder.singleValueContainer().decode(String.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(Base64URL.encode(bytes))
    }

    /// The bytes, when there are exactly `count` of them.
    package func exactly(_ count: Int) throws(FormatError) -> [UInt8] {
        guard bytes.count == count else {
            throw .wrongLength(expected: count, actual: bytes.count)
        }
        return bytes
    }
}

extension Identifier {
    package init(from decoder: any Decoder) throws {
        try self.init(hex: try decoder.singleValueContainer().decode(String.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(hex)
    }
}

extension VaultID: Codable {}
extension SlotID: Codable {}
extension CopyID: Codable {}
