/// A setting of the vault: a name and a text. Spec 04 §13.
package struct SettingCard: Hashable, Sendable {
    /// Where shares are served: the base of their links.
    package static let shareAddress = "share address"

    package let name: String
    package let value: String

    package init(name: String, value: String) {
        self.name = name
        self.value = value
    }

    /// What its card's ID is hashed from.
    package static func namedBytes(_ name: String) -> [UInt8] {
        Array("lighttight/1 setting\n\(name)".utf8)
    }

    package var encoded: [UInt8] {
        var writer = CBORWriter()
        writer.map(count: 2)
        writer.key(1)
        writer.text(name)
        writer.key(2)
        writer.text(value)
        return writer.bytes
    }

    package init(parsing buffer: UnsafeRawBufferPointer) throws(FormatError) {
        var reader = CBORReader(buffer)
        var name: String?
        var value: String?
        try reader.map { (key, reader) throws(FormatError) in
            switch key {
            case 1: name = try reader.text()
            case 2: value = try reader.text()
            default: throw .unknown("member \(key) of a setting")
            }
        }
        try reader.finish()
        guard let name, let value else { throw .unexpected("setting without name or value") }
        self.init(name: name, value: value)
    }
}
