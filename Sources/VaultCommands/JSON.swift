/// A JSON value that prints on one line, members in the order given.
indirect enum JSON {
    case text(String)
    case integer(Int64)
    case unsigned(UInt64)
    /// Printed with three decimals.
    case number(Double)
    /// Ten-millionths of a degree.
    case degrees(Int32)
    case flag(Bool)
    case list([JSON])
    case object([(String, JSON)])
    case null

    static func count(_ value: Int) -> JSON { .integer(Int64(value)) }

    static func optional(_ text: String?) -> JSON { text.map { .text($0) } ?? .null }

    /// A file name or path under `name` when it is text, else in base64 under `name_base64`.
    static func path(_ name: String, _ bytes: [UInt8]) -> (String, JSON) {
        if let text = String(validating: bytes, as: UTF8.self) { return (name, .text(text)) }
        return (name + "_base64", .text(base64(bytes)))
    }

    var line: String {
        var text = ""
        print(into: &text)
        return text
    }

    private func print(into text: inout String) {
        switch self {
        case .text(let value): Self.quote(value, into: &text)
        case .integer(let value): text += String(value)
        case .unsigned(let value): text += String(value)
        case .number(let value): text += Self.decimal(value)
        case .degrees(let value): text += Self.degrees(value)
        case .flag(let value): text += value ? "true" : "false"
        case .null: text += "null"
        case .list(let values):
            text += "["
            for (index, value) in values.enumerated() {
                if index > 0 { text += "," }
                value.print(into: &text)
            }
            text += "]"
        case .object(let members):
            text += "{"
            for (index, member) in members.enumerated() {
                if index > 0 { text += "," }
                Self.quote(member.0, into: &text)
                text += ":"
                member.1.print(into: &text)
            }
            text += "}"
        }
    }

    /// Escapes more than JSON asks for: whatever could move a cursor or turn the reading
    /// direction, since JSON lines are read on terminals too.
    private static func quote(_ value: String, into text: inout String) {
        text += "\""
        for scalar in value.unicodeScalars {
            switch scalar.value {
            case 0x22: text += "\\\""
            case 0x5C: text += "\\\\"
            case 0x0A: text += "\\n"
            case 0x09: text += "\\t"
            case 0..<0x20, 0x7F..<0xA0, 0x061C, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F,
                0xFEFF:
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }

    /// Ten-millionths, exactly.
    static func degrees(_ value: Int32) -> String {
        let digits = String(value.magnitude % 10_000_000)
        return (value < 0 ? "-" : "") + String(value.magnitude / 10_000_000) + "."
            + String(repeating: "0", count: 7 - digits.count) + digits
    }

    private static func decimal(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 1e15 else { return "null" }
        let thousandths = Int64((abs(value) * 1000).rounded())
        let fraction = String(thousandths % 1000)
        return (value < 0 && thousandths > 0 ? "-" : "") + String(thousandths / 1000) + "."
            + String(repeating: "0", count: 3 - fraction.count) + fraction
    }

    /// RFC 4648 §4, padded.
    static func base64(_ bytes: [UInt8]) -> String {
        let alphabet = Array(
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var buffer: UInt32 = 0
            for index in 0..<3 {
                let byte = index < group.count ? group[start + index] : 0
                buffer = buffer << 8 | UInt32(byte)
            }
            for index in 0..<4 {
                let value = Int(buffer >> UInt32(18 - 6 * index) & 63)
                text.append(index <= group.count ? alphabet[value] : UInt8(ascii: "="))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
