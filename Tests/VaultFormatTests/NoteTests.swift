import Testing
import VaultFormat

@Suite("Notes and checkpoints, Spec 07 §7")
struct NoteTests {
    private func refusal(_ bytes: [UInt8]) -> FormatError? {
        do {
            _ = try SignedNote(parsing: bytes)
            return nil
        } catch {
            return error
        }
    }

    private func refusal(text: String) -> FormatError? {
        do {
            _ = try Checkpoint(parsing: text)
            return nil
        } catch {
            return error
        }
    }

    /// The example of C2SP's own page.
    private let example = """
        Ognuno sta solo sul cuor della terra
        trafitto da un raggio di sole:

        ed è subito sera.

        — quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=

        """

    @Test("C2SP's example is parsed, and printed as it was")
    func published() throws {
        let note = try SignedNote(parsing: Array(example.utf8))
        #expect(note.text.hasSuffix("\n\ned è subito sera.\n"))
        #expect(note.signatures.map(\.name) == ["quasimodo.example/salvatore"])
        #expect(note.signatures[0].keyID == [0x36, 0x7b, 0xa0, 0x4b])
        #expect(note.signatures[0].bytes.count == 64)
        #expect(note.encoded == Array(example.utf8))
    }

    @Test("several signatures, of strangers and of any length, stand below a note")
    func several() throws {
        let signatures = (1...20).map { number in
            SignedNote.Signature(
                name: "witness-\(number).example", keyID: [1, 2, 3, UInt8(number)],
                bytes: [UInt8](repeating: UInt8(number), count: number))
        }
        let note = SignedNote(text: "one\n\n\ntwo\n", signatures: signatures)
        #expect(try SignedNote(parsing: note.encoded) == note)
    }

    @Test("a note that is not in its one form is refused")
    func strict() {
        let line = "\u{2014} name AAAAAAA=\n"
        #expect(refusal(Array("text\n\n\(line)".utf8)) == nil)
        for wrong in [
            "text\n\(line)", "text\n\n", "text\n", "", line, "\(line)\n",
        ] where !wrong.isEmpty {
            #expect(
                refusal(Array(wrong.utf8)) == .unexpected("note without signatures"), "\(wrong)")
        }
        for wrong in [
            "", "text\n\n\u{2014} name AAAAAAA=",  // No line end.
            "text\r\n\n\(line)", "te\0xt\n\n\(line)", "te\txt\n\n\(line)",
            "text\n\n- name AAAAAAA=\n", "text\n\n\u{2014}name AAAAAAA=\n",
            "text\n\n\u{2014}  AAAAAAA=\n", "text\n\n\u{2014} a b AAAAAAA=\n",
            "text\n\n\u{2014} na+me AAAAAAA=\n", "text\n\n\u{2014} na\u{a0}me AAAAAAA=\n",
            "text\n\n\u{2014} na\u{2003}me AAAAAAA=\n", "text\n\n\u{2014} name AAAAAAA\n",
            "text\n\n\u{2014} name AAAAAA==\n ", "text\n\n\u{2014} name AAAAAAB=\n",
            "text\n\n\u{2014} name AAAA_AA=\n", "text\n\n\u{2014} name AAAAAAA= \n",
            "text\n\n\u{2014} name AA==AAAA\n", "text\n\n\u{2014} name ====\n",
            "text\n\n\(line)text\n",
        ] {
            #expect(refusal(Array(wrong.utf8)) == .notCanonical, "\(wrong)")
        }
        #expect(refusal(Array("text\n\n\u{2014} name AAAAAA==\n".utf8)) == .truncated)
        #expect(refusal([0xFF, 0x0A]) == .unexpected("UTF-8 text"))
        let long = String(repeating: "x", count: SignedNote.maximumByteCount)
        #expect(refusal(Array("\(long)\n\n\(line)".utf8)) == .outOfRange("note size"))
    }

    @Test("ATTACK 11: changed notes are refused, or are the one form of others")
    func mutations() throws {
        var numbers = Numbers(seed: 70)
        for _ in 0..<20 {
            for changed in Mutations.all(of: Array(example.utf8), using: &numbers, flips: 300) {
                do {
                    #expect(try SignedNote(parsing: changed).encoded == changed)
                } catch {}  // Only errors of the format can come here.
            }
        }
    }

    @Test("a checkpoint has three lines, and one form")
    func checkpoint() throws {
        var numbers = Numbers(seed: 71)
        let vault = try VaultID(bytes: numbers.bytes(16))
        for size in [0, 1, 4711, UInt64.max] {
            let checkpoint = Checkpoint(
                vault: vault, size: size, root: try LogHash(bytes: numbers.bytes(32)))
            #expect(try Checkpoint(parsing: checkpoint.text) == checkpoint)
            let lines = checkpoint.text.split(separator: "\n")
            #expect(lines[0] == "lighttight/1/\(vault.hex)" && lines[1] == "\(size)")
        }
        let origin = Checkpoint.origin(vault: vault)
        let root = Base64.encode([UInt8](repeating: 7, count: 32))
        #expect(refusal(text: "\(origin)\n5\n\(root)\n") == nil)
        for wrong in [
            "\(origin)\n05\n\(root)\n", "\(origin)\n+5\n\(root)\n", "\(origin)\n\n\(root)\n",
            "\(origin)\n-5\n\(root)\n", "\(origin)\n5 \n\(root)\n", "\(origin.uppercased())x\n",
            "\(origin)0\n5\n\(root)\n", "lighttight/1/\(vault.hex.uppercased())\n5\n\(root)\n",
            "\(origin)\n5\n\(root)=\n", "\(origin)\n5\n\(root)", "\(origin)\n5\n\(root)\nmore\n",
            "\(origin)\n5\n\(root)\n\n", "\(origin)\n\u{665}\n\(root)\n",
        ] {
            #expect(refusal(text: wrong) != nil, "\(wrong)")
        }
        #expect(refusal(text: "example.com/log\n5\n\(root)\n") == .unknown("checkpoint origin"))
        #expect(
            refusal(text: "\(origin)\n18446744073709551616\n\(root)\n")
                == .outOfRange("checkpoint size"))
        #expect(
            refusal(text: "\(origin)\n5\n\(Base64.encode([1]))\n")
                == .wrongLength(expected: 32, actual: 1))
    }

    @Test("base64 has one encoding of each string, RFC 4648 §10")
    func base64() throws {
        for (plain, text) in [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
        ] {
            #expect(Base64.encode(Array(plain.utf8)) == text)
            #expect(try Base64.decode(text) == Array(plain.utf8))
        }
        #expect(Base64.encode([0xFB, 0xFF]) == "+/8=")
        for wrong in [
            "Zg", "Zg=", "Zh==", "Zg===", "=Zg=", "Z===", "====", "Zm9-", "Zm9v\n", "é===",
        ] {
            #expect(throws: FormatError.notCanonical) { try Base64.decode(wrong) }
        }
    }

    @Test("a line of an exported log is one JSON object")
    func exported() {
        let entry = ExportedEntry(
            sequence: 7, leaf: [0xFB, 0xFF], rows: [],
            proof: [LogHash(words: .zero), .destroyed])
        let zeros = String(repeating: "A", count: 43) + "="
        #expect(
            String(decoding: entry.line, as: UTF8.self)
                == #"{"sequence":7,"leaf":"+/8=","rows":"","proof":[""# + zeros + #"",""# + zeros
                + "\"]}\n")
    }
}
