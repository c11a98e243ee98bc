import Foundation
import Glibc
import Testing

@testable import VaultCommands

@Suite("QR codes")
struct QRCodeTests {
    /// The modules as text, a line for each row.
    private static func drawing(_ code: borrowing QRCode) -> [[Bool]] {
        (0..<code.side).map { row in
            (0..<code.side).map { code.isDark(row: row, column: $0) }
        }
    }

    private static func code(_ text: String) throws -> QRCode {
        let bytes = Array(text.utf8)
        return try QRCode(bytes.span.bytes)
    }

    @Test(
        "the size is the smallest for error correction M, and the patterns of every code are there",
        arguments: [
            ("LTR1V5-3TNUPR-YHHQEZ-AXZH5Y-4W3D95-0AC6LQ-JTWSKS", 29), ("a", 21),
            ("https://vault.example.com/s/" + String(repeating: "a", count: 59), 41),
        ])
    func structure(_ text: String, _ side: Int) throws {
        let code = try Self.code(text)
        #expect(code.side == side)
        let finder: [String] = [
            "1111111", "1000001", "1011101", "1011101", "1011101", "1000001", "1111111",
        ]
        for (row, line) in finder.enumerated() {
            for (column, dark) in line.enumerated() {
                for (top, left) in [(0, 0), (0, side - 7), (side - 7, 0)] {
                    #expect(code.isDark(row: top + row, column: left + column) == (dark == "1"))
                }
            }
        }
        for place in 8..<(side - 8) {
            #expect(code.isDark(row: 6, column: place) == (place % 2 == 0))
            #expect(code.isDark(row: place, column: 6) == (place % 2 == 0))
        }
        // The first two of the format's bits, with the mask that the standard lays over them: M is 00.
        #expect(code.isDark(row: 8, column: 0) && !code.isDark(row: 8, column: 1))
        #expect(!code.isDark(row: -1, column: 0) && !code.isDark(row: 0, column: side))
    }

    @Test("the drawing for a terminal says the same modules, in its own colours, with a quiet zone")
    func terminal() throws {
        let code = try Self.code("LTR1V5-3TNUPR")
        let text = code.terminal().withBytes { String(decoding: $0, as: UTF8.self) }
        let lines = text.split(separator: "\n")
        #expect(lines.count == (code.side + 5) / 2)
        for (number, line) in lines.enumerated() {
            let begins = "\u{1B}[38;5;16;48;5;231m"
            let ends = "\u{1B}[0m"
            #expect(line.hasPrefix(begins) && line.hasSuffix(ends))
            let blocks = line.dropFirst(begins.count).dropLast(ends.count)
            #expect(blocks.count == code.side + 4)
            for (column, block) in blocks.enumerated() {
                let upper = code.isDark(row: 2 * number - 2, column: column - 2)
                let lower = code.isDark(row: 2 * number - 1, column: column - 2)
                #expect(String(block) == (upper ? (lower ? "█" : "▀") : (lower ? "▄" : " ")))
            }
        }
    }

    @Test("the SVG paints every dark module once and no other")
    func svg() throws {
        let code = try Self.code("https://vault.example.com/")
        let text = code.svg(title: "a \"code\" <b>").withBytes {
            String(decoding: $0, as: UTF8.self)
        }
        #expect(text.contains("aria-label=\"a &quot;code&quot; &lt;b&gt;\""))
        #expect(text.contains("viewBox=\"0 0 \(code.side + 8) \(code.side + 8)\""))
        var painted = Self.drawing(code).map { $0.map { _ in false } }
        for run in text.matches(of: /M([0-9]+) ([0-9]+)h([0-9]+)v1H([0-9]+)z/) {
            let (left, row, length) = (Int(run.1)! - 4, Int(run.2)! - 4, Int(run.3)!)
            #expect(run.1 == run.4)
            for column in left..<(left + length) { painted[row][column].toggle() }
        }
        #expect(painted == Self.drawing(code))
    }

    @Test("what is too long for a QR code is refused")
    func tooLong() throws {
        #expect(throws: (any Error).self) {
            _ = try Self.code(String(repeating: "a", count: 2332)).side
        }
        #expect(try Self.code(String(repeating: "a", count: 2331)).side == 177)
    }

    @Test(
        "a reader reads what was written, from the modules and from the terminal's lines",
        arguments: [
            "LTR1V5-3TNUPR-YHHQEZ-AXZH5Y-4W3D95-0AC6LQ-JTWSKS", "https://a.example/s/x#aB3_-",
        ])
    func decoded(_ text: String) async throws {
        guard FileManager.default.isExecutableFile(atPath: "/usr/bin/zbarimg") else {
            return print("QR codes are not read back: zbarimg (zbar-tools) is not installed")
        }
        let place = try Workplace()
        let code = try Self.code(text)
        let rows = Self.drawing(code)
        try place.put("modules.pgm", Self.picture(rows, quiet: 4))
        let lines = code.terminal().withBytes { String(decoding: $0, as: UTF8.self) }
        let shown = lines.split(separator: "\n").flatMap { line -> [[Bool]] in
            let blocks = line.dropFirst(21).dropLast(4)
            return [blocks.map { "▀█".contains($0) }, blocks.map { "▄█".contains($0) }]
        }
        try place.put("terminal.pgm", Self.picture(shown, quiet: 0))
        let ended = try await place.shell("zbarimg -q --raw modules.pgm terminal.pgm")
        #expect(ended.outputText == "\(text)\n\(text)\n", "\(ended.errorText)")
    }

    /// A grey picture of ten pixels a module.
    private static func picture(_ rows: [[Bool]], quiet: Int) -> [UInt8] {
        let width = (rows[0].count + 2 * quiet) * 10
        let height = (rows.count + 2 * quiet) * 10
        var pixels = [UInt8](repeating: 255, count: width * height)
        for (row, line) in rows.enumerated() {
            for (column, dark) in line.enumerated() where dark {
                for pixel in 0..<100 {
                    let y = (row + quiet) * 10 + pixel / 10
                    pixels[y * width + (column + quiet) * 10 + pixel % 10] = 0
                }
            }
        }
        return Array("P5\n\(width) \(height)\n255\n".utf8) + pixels
    }

    @Test("ATTACK 97: nothing of the content stays in memory when code and page are gone")
    func wiped() async throws {
        await #expect(processExitsWith: .success) {
            // Never whole in memory but in the one array, which is overwritten below.
            func letter(_ index: Int) -> UInt8 { UInt8(97 + (index * 7 + index * index) % 26) }
            var content = (0..<40).map(letter)
            guard try Self.find({ letter($0 + 8) }) > 0 else { exit(3) }
            do {
                let code = try QRCode(content.span.bytes)
                _ = (code.svg(title: "x").count, code.terminal().count)
                // Many times, for some of what is freed is soon in use again.
                let page = WipedBytes(capacity: 4000)
                for index in 0..<4000 { page.append(content[index % 40]) }
            }
            for index in content.indices { content[index] = 0 }
            // As it is, and as a code in bytes holds it: half a byte further.
            if try Self.find({ letter($0 + 8) }) > 0 { exit(1) }
            if try Self.find({ letter($0 + 8) << 4 | letter($0 + 9) >> 4 }) > 0 { exit(2) }
            _ = content
        }
    }

    /// How often sixteen bytes stand anywhere in what this process may write to.
    private static func find(_ byte: (Int) -> UInt8) throws -> Int {
        let maps = try String(contentsOfFile: "/proc/self/maps", encoding: .utf8)
        let memory = open("/proc/self/mem", O_RDONLY)
        defer { close(memory) }
        var found = 0
        for line in maps.split(separator: "\n") where line.contains(" rw") {
            let ends = line.prefix { $0 != " " }.split(separator: "-")
            guard let start = Int(ends[0], radix: 16), let end = Int(ends[1], radix: 16) else {
                continue
            }
            // Behind a file, so that the copy in which we look is not looked at itself.
            let copy = mmap(
                nil, end - start, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
            guard let copy, copy != MAP_FAILED else { continue }
            defer { munmap(copy, end - start) }
            let count = pread(memory, copy, end - start, off_t(start))
            let bytes = UnsafeRawBufferPointer(start: copy, count: max(0, count))
            var place = 0
            while place + 16 <= bytes.count,
                let next = memchr(copy + place, Int32(byte(0)), bytes.count - place - 15)
            {
                place = copy.distance(to: next)
                if (1..<16).allSatisfy({ bytes[place + $0] == byte($0) }) { found += 1 }
                place += 1
            }
        }
        return found
    }
}
