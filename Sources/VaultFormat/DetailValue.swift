/// What the auditor may know of a picture, sealed under the key of one transaction. Spec 07 §6.
package struct DetailValue: Hashable, Sendable {
    /// The last components of the paths of its occurrences, as bytes, each once, in their order.
    package let names: [[UInt8]]
    /// The subjects of its occurrences, ascending by their UTF-8 bytes, each once.
    package let subjects: [String]

    /// - Precondition: there is an occurrence; a picture always has one.
    package init(of occurrences: some Collection<OccurrenceValue>) {
        self.init(
            names: occurrences.map { Self.lastComponent(of: $0.path) },
            subjects: occurrences.compactMap(\.subject))
    }

    /// Puts them in order and takes each once.
    ///
    /// - Precondition: there is a name.
    package init(names: [[UInt8]], subjects: [String] = []) {
        precondition(!names.isEmpty, "a picture has a name, since it has an occurrence")
        // Nearly every picture has one name, and half a million of them are imported.
        if names.count == 1 {
            self.names = names
        } else {
            var seen: Set<[UInt8]> = []
            self.names = names.filter { seen.insert($0).inserted }
        }
        self.subjects = subjects.count < 2 ? subjects : Self.sorted(subjects)
    }

    private init(checked names: [[UInt8]], _ subjects: [String]) {
        self.names = names
        self.subjects = subjects
    }

    package var encoded: [UInt8] {
        var writer = CBORWriter()
        writer.map(count: subjects.isEmpty ? 1 : 2)
        writer.key(1)
        writer.array(count: names.count)
        for name in names { writer.byteString(name) }
        if !subjects.isEmpty {
            writer.key(2)
            writer.array(count: subjects.count)
            for subject in subjects { writer.text(subject) }
        }
        return writer.bytes
    }

    package init(parsing buffer: UnsafeRawBufferPointer) throws(FormatError) {
        var reader = CBORReader(buffer)
        var names: [[UInt8]]?
        var subjects: [String] = []
        try reader.map { (key, reader) throws(FormatError) in
            switch key {
            case 1: names = try Self.names(&reader)
            case 2: subjects = try Self.subjects(&reader)
            default: throw .unknown("detail member \(key)")
            }
        }
        try reader.finish()
        guard let names else { throw .unexpected("detail without names") }
        self.init(checked: names, subjects)
    }

    private static func names(_ reader: inout CBORReader) throws(FormatError) -> [[UInt8]] {
        var names: [[UInt8]] = []
        var seen: Set<[UInt8]> = []
        for _ in 0..<(try reader.array()) {
            let name = try reader.byteString()
            guard seen.insert(name).inserted else { throw .notCanonical }
            names.append(name)
        }
        guard !names.isEmpty else { throw .notCanonical }
        return names
    }

    private static func subjects(_ reader: inout CBORReader) throws(FormatError) -> [String] {
        var subjects: [String] = []
        for _ in 0..<(try reader.array()) {
            let subject = try reader.text()
            if let last = subjects.last, !last.utf8.lexicographicallyPrecedes(subject.utf8) {
                throw .notCanonical
            }
            subjects.append(subject)
        }
        guard !subjects.isEmpty else { throw .notCanonical }
        return subjects
    }

    /// By bytes: Swift's own order and equality take different bytes that look the same for one.
    private static func sorted(_ subjects: [String]) -> [String] {
        let sorted = subjects.map { Array($0.utf8) }.sorted { $0.lexicographicallyPrecedes($1) }
        return sorted.indices.filter { $0 == 0 || sorted[$0] != sorted[$0 - 1] }
            .map { String(decoding: sorted[$0], as: UTF8.self) }
    }

    private static func lastComponent(of path: [UInt8]) -> [UInt8] {
        guard let slash = path.lastIndex(of: UInt8(ascii: "/")) else { return path }
        return Array(path[(slash + 1)...])
    }
}
