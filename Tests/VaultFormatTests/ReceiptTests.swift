import Testing
import VaultFormat

@Suite("Receipts, Spec 12 §1")
struct ReceiptTests {
    private static let hash = LogHash(words: .init(repeating: 7))

    private func sample(pictures: Int = 2, reference: String? = "2026-014") -> Receipt {
        Receipt(
            vault: VaultID(words: .init(repeating: 1)), slot: SlotID(words: .init(repeating: 2)),
            time: 1_795_255_200, reference: reference, keepsMarks: true, revision: 17, size: 13,
            root: Self.hash, entries: [.init(sequence: 11, leaf: Self.hash)],
            copies: [.init(id: CopyID(words: .init(repeating: 3)), revision: 16, time: 0)],
            pictures: (0..<pictures).map(Self.picture))
    }

    private static func picture(_ index: Int) -> Receipt.Picture {
        Receipt.Picture(
            id: RecordID(words: .init(repeating: UInt8(index))), row: UInt64(index * 3 + 1),
            fate: index % 2 == 0 ? .destroyed : .shared)
    }

    private func isRefused(_ text: String) -> Bool {
        do {
            _ = try Receipt(parsing: text)
            return false
        } catch {
            return true
        }
    }

    @Test("a receipt is printed and parsed again", arguments: [nil, "2026-014", "für Ada, №1"])
    func roundTrip(_ reference: String?) throws {
        for pictures in 1...5 {
            let receipt = sample(pictures: pictures, reference: reference)
            #expect(try Receipt(parsing: receipt.text) == receipt)
        }
    }

    @Test("the lines of the specification are those that are printed")
    func lines() {
        let hash = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc="
        #expect(
            sample().text == """
                lighttight/1 receipt
                vault 01010101010101010101010101010101
                slot 02020202020202020202020202020202
                time 2026-11-21T10:00:00Z
                reference 2026-014
                destroyed 1
                shared 1
                marks kept
                revision 17
                log 13 \(hash)
                entry 11 \(hash)
                copy 03030303030303030303030303030303 16 1970-01-01T00:00:00Z
                picture 00000000000000000000000000000000 1 destroyed
                picture 01010101010101010101010101010101 4 shared

                """)
    }

    @Test("every other text is refused")
    func others() {
        let text = sample().text
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        lines.removeLast()
        func joined(_ lines: [String]) -> String { lines.joined(separator: "\n") + "\n" }
        #expect(!isRefused(joined(lines)))
        for index in lines.indices {
            // Without a line that is not optional, with a line twice, and with a space too many.
            var fewer = lines
            fewer.remove(at: index)
            #expect(
                isRefused(joined(fewer))
                    != ["reference", "copy"].contains { lines[index].hasPrefix($0) },
                "without \(lines[index])")
            #expect(
                isRefused(joined(Array(lines[...index]) + Array(lines[index...]))),
                "twice \(lines[index])")
            var spaced = lines
            spaced[index] += " "
            #expect(isRefused(joined(spaced)), "a space after \(lines[index])")
        }
        for (part, other) in [
            ("destroyed 1\n", "destroyed 2\n"), ("revision 17", "revision 017"),
            ("revision 17", "revision 16"), ("log 13", "log 11"), ("marks kept", "marks all"),
            ("time 2026", "time 2226"), ("10:00:00Z", "10:00:60Z"), (" 4 shared", " 1 shared"),
            ("4 shared", "4 kept"), ("2026-014", "2026\u{7F}014"), ("BwcHBwc=", "BwcHBwd="),
            ("vault 01", "vault 0G"),
        ] { #expect(isRefused(text.replacing(part, with: other)), "\(part) \(other)") }
        #expect(isRefused(text + "\n") && isRefused(String(text.dropLast())) && isRefused(""))
        let checkpoint = Checkpoint(
            vault: sample().vault, size: 1, root: Self.hash)
        #expect(isRefused(checkpoint.text), "no note of one kind is one of another")
    }

    @Test(
        "days are those of the calendar",
        arguments: [
            (0, "1970-01-01T00:00:00Z"), (951_782_400, "2000-02-29T00:00:00Z"),
            (4_107_542_399, "2100-02-28T23:59:59Z"), (7_258_118_399, "2199-12-31T23:59:59Z"),
        ] as [(Int64, String)])
    func days(_ moment: Int64, _ text: String) throws {
        #expect(UTCText.text(moment) == text)
        #expect(try UTCText.parse(text) == moment)
        #expect(throws: FormatError.self) { try UTCText.parse(text.replacing("Z", with: "+00:00")) }
    }
}
