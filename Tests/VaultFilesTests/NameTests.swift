import Testing

@testable import VaultFiles

@Suite struct NameTests {
    @Test(
        "ATTACK 69: a name that could lead elsewhere is no name",
        arguments: ["", ".", "..", "/", "a/b", "../x", "a\0b", "/etc", "a/"])
    func badNames(text: String) {
        #expect(throws: FileError.invalidName) { try FileName(text) }
    }

    @Test(
        "ATTACK 69: a path that could leave its folder is refused",
        arguments: ["/etc/passwd", "../x", "a/../../x", "a/..", ".."])
    func badPaths(text: String) throws {
        let path = try FilePath(text)
        #expect(throws: FileError.leavesFolder) { try path.names() }
    }

    @Test("ATTACK 74: names of any bytes come back as they were")
    func bytesRoundTrip() throws {
        let scratch = try Scratch()
        let folder = try scratch.open()
        let hostile: [[UInt8]] = [
            [0xFF, 0xFE, 0x80], Array("line\nbreak\r".utf8), Array("\u{1B}]52;c;\u{07}".utf8),
            Array(repeating: 0x78, count: 255), Array("trailing. ".utf8), Array("-rf *".utf8),
            [0xC0, 0xAF], Array("é".utf8), [0x65, 0xCC, 0x81], Array("\\".utf8), [0x01], [0x7F],
        ]
        for bytes in hostile { _ = try folder.createExclusive(FileName(bytes: bytes)) }
        #expect(
            try names(folder).map(\.bytes) == hostile.sorted { $0.lexicographicallyPrecedes($1) })
        #expect(throws: FileError.system(call: "open", errno: 36)) {
            try folder.createExclusive(FileName(bytes: Array(repeating: 0x78, count: 256))).close()
        }
    }

    @Test("paths come apart and together")
    func paths() throws {
        let path = try FilePath("/a//b/./c/")
        #expect(path.isAbsolute)
        #expect(
            path.components.map { String(decoding: $0, as: UTF8.self) } == ["a", "b", ".", "c"])
        #expect(path.lastComponent == Array("c".utf8))
        #expect(try FilePath("a/./b").names() == [FileName("a"), FileName("b")])
        #expect(try FilePath("a/b").parent == FilePath("a"))
        #expect(try FilePath("a").parent == FilePath("."))
        #expect(try FilePath("/a").parent == FilePath("/"))
        #expect(try FilePath("/").lastComponent == nil)
        #expect(try FilePath("/").appending("x") == FilePath("/x"))
        #expect(try FilePath("a").appending("x") == FilePath("a/x"))
        #expect(throws: FileError.invalidName) { try FilePath("") }
        #expect(throws: FileError.invalidName) { try FilePath("a\0") }
        #expect(throws: FileError.invalidName) { try FilePath(".").names() }
    }

    @Test(
        "ATTACK 72: what could move the cursor is escaped",
        arguments: [
            ("plain é 日本 👨\u{200D}👩", "plain é 日本 👨\u{200D}👩"),
            ("\u{1B}[2J", "\\x1b[2J"), ("\u{1B}]52;c;eA==\u{07}", "\\x1b]52;c;eA==\\x07"),
            ("a\nb\r\t", "a\\x0ab\\x0d\\x09"), ("x\u{202E}gpj.exe", "x\\xe2\\x80\\xaegpj.exe"),
            ("\u{9B}1m", "\\xc2\\x9b1m"), ("\u{7F}", "\\x7f"), ("\\x1b", "\\\\x1b"),
            ("\u{2028}\u{2066}", "\\xe2\\x80\\xa8\\xe2\\x81\\xa6"),
        ])
    func escapes(text: String, expected: String) {
        #expect(Printable.text(Array(text.utf8)) == expected)
    }

    @Test("ATTACK 74: invalid UTF-8 is printed byte by byte")
    func invalid() {
        #expect(Printable.text([0x61, 0xFF, 0xE2, 0x82, 0x62]) == "a\\xff\\xe2\\x82b")
        #expect(Printable.text([0xC0, 0xAF]) == "\\xc0\\xaf")
        #expect(Printable.text([0xED, 0xA0, 0x80]) == "\\xed\\xa0\\x80")
    }

    @Test(
        "ATTACK 72: nothing printable ever holds a control character, and no two names print alike")
    func property() {
        var seen: [String: [UInt8]] = [:]
        for _ in 0..<20_000 {
            // Half of the bytes from the dangerous corners, so that sequences come about.
            let corners: [UInt8] = [0x1B, 0xC2, 0x9B, 0xE2, 0x80, 0xAE, 0x5C, 0x78, 0x0A, 0xF3]
            let bytes = (0..<Int.random(in: 1...8)).map { _ in
                Bool.random() ? corners.randomElement()! : UInt8.random(in: 0...255)
            }
            let text = Printable.text(bytes)
            for scalar in text.unicodeScalars {
                let bad =
                    scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
                    || (0x202A...0x202E).contains(scalar.value)
                    || (0x2066...0x2069).contains(scalar.value)
                    || scalar.value == 0x200E || scalar.value == 0x200F || scalar.value == 0x061C
                #expect(!bad, "\(bytes)")
            }
            if let other = seen[String(text)], Array(text.utf8) == Array(Printable.text(other).utf8)
            {
                #expect(other == bytes)
            }
            seen[text] = bytes
        }
    }
}
