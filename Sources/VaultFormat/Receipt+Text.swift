// The lines of a receipt. Spec 12 §1.
extension Receipt {
    private static let title = "lighttight/1 receipt"

    /// The note's text.
    package var text: String {
        var lines = [
            Self.title, "vault \(vault.hex)", "slot \(slot.hex)", "time \(UTCText.text(time))",
        ]
        if let reference { lines.append("reference " + reference) }
        lines += [
            "destroyed \(count(.destroyed))", "shared \(count(.shared))",
            "marks " + (keepsMarks ? "kept" : "none"), "revision \(revision)",
            "log \(size) \(Base64.encode(root.bytes))",
        ]
        lines += entries.map { "entry \($0.sequence) \(Base64.encode($0.leaf.bytes))" }
        lines += copies.map { "copy \($0.id.hex) \($0.revision) \(UTCText.text($0.time))" }
        lines += pictures.map { "picture \($0.id.hex) \($0.row) \($0.fate.rawValue)" }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Parses a note's text.
    package init(parsing text: String) throws(FormatError) {
        guard text.utf8.last == UInt8(ascii: "\n") else { throw .truncated }
        var lines = Lines(
            rest: text.utf8.dropLast().split(
                separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)[...])
        guard lines.rest.popFirst()?.elementsEqual(Self.title.utf8) == true else {
            throw .unknown("receipt")
        }
        vault = try VaultID(hex: lines.only("vault"))
        slot = try SlotID(hex: lines.only("slot"))
        time = try UTCText.parse(lines.only("time"))
        reference = lines.next("reference")
        guard reference.map(Self.isReference) ?? true else { throw .notCanonical }
        let counts = (try lines.only("destroyed"), try lines.only("shared"))
        keepsMarks = try lines.only("marks") == "kept"
        revision = try Self.number(lines.only("revision"))
        let log = try Self.words(lines.only("log"), 2)
        size = try Self.number(log[0])
        root = try Self.hash(log[1])
        (entries, copies, pictures) = ([], [], [])
        while let line = lines.next("entry") {
            let words = try Self.words(line, 2)
            entries.append(
                Entry(sequence: try Self.number(words[0]), leaf: try Self.hash(words[1])))
        }
        while let line = lines.next("copy") {
            let words = try Self.words(line, 3)
            copies.append(
                Copy(
                    id: try CopyID(hex: words[0]), revision: try Self.number(words[1]),
                    time: try UTCText.parse(words[2])))
        }
        while let line = lines.next("picture") {
            let words = try Self.words(line, 3)
            guard let fate = Fate(rawValue: words[2]) else { throw .unknown("fate") }
            pictures.append(
                Picture(
                    id: try RecordID(hex: words[0]), row: try Self.number(words[1]), fate: fate))
        }
        guard lines.rest.isEmpty else { throw .trailingBytes }
        try requireOrder()
        guard counts == (String(count(.destroyed)), String(count(.shared))) else {
            throw .unexpected("the count of its pictures")
        }
        // What is left to be said in another way, such as a number with a zero before it.
        guard self.text.utf8.elementsEqual(text.utf8) else { throw .notCanonical }
    }

    private func requireOrder() throws(FormatError) {
        func ascends<T>(_ items: [T], _ precedes: (T, T) -> Bool) -> Bool {
            zip(items, items.dropFirst()).allSatisfy(precedes)
        }
        guard let last = entries.last, !pictures.isEmpty else {
            throw .unexpected("an entry and a picture")
        }
        guard ascends(entries, { $0.sequence < $1.sequence }), last.sequence < size,
            ascends(copies, { $0.id < $1.id }), ascends(pictures, { $0.row < $1.row })
        else { throw .notCanonical }
        guard copies.allSatisfy({ $0.revision < revision }) else { throw .outOfRange("copy") }
    }

    private static func words(_ line: String, _ count: Int) throws(FormatError) -> [String] {
        let words = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        guard words.count == count else { throw .unexpected("a line of \(count) words") }
        return words
    }

    private static func number(_ digits: String) throws(FormatError) -> UInt64 {
        guard let number = UInt64(digits), number <= UInt64(Int64.max) else {
            throw .outOfRange("a number of a receipt")
        }
        return number
    }

    private static func hash(_ text: String) throws(FormatError) -> LogHash {
        try LogHash(bytes: Base64.decode(text))
    }

    /// Lines that begin with a word and a space, one after the other.
    private struct Lines {
        var rest: ArraySlice<Substring.UTF8View>

        /// What follows the word, when the next line begins with it.
        mutating func next(_ word: String) -> String? {
            guard let line = rest.first, line.starts(with: word.utf8 + [UInt8(ascii: " ")]) else {
                return nil
            }
            rest.removeFirst()
            return String(decoding: line.dropFirst(word.utf8.count + 1), as: UTF8.self)
        }

        mutating func only(_ word: String) throws(FormatError) -> String {
            guard let text = next(word) else { throw .unexpected("the line \"\(word)\"") }
            return text
        }
    }
}
