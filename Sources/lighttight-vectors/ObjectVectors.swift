import VaultFormat

/// Objects of every interesting size, and the ways to spoil one. Spec 03 §2.
struct ObjectVectors {
    let scene: Scene

    func all() throws -> [Vector] {
        let key = Compose.bytes("file key", 32)
        let context = Associated.object(vault: scene.vault, record: scene.record, kind: .original)
        var vectors: [Vector] = []
        for size in [0, 1, 16383, 16384, 16385, 40000] {
            let plaintext = Compose.bytes("picture \(size)", size)
            let object = try Compose.object(
                plaintext, key: key, salt: Compose.bytes("salt \(size)", 24), context: context)
            precondition(object.count == 56 + size + 16 * (size / 16384 + 1), "the page's sum")
            vectors.append(
                .opens(
                    "object", "size-\(size)", "A picture of \(size) bytes: \(object.count) sealed.",
                    spec: "03 §1",
                    [
                        ("vault", .hex(scene.vault.bytes)), ("record", .hex(scene.record.bytes)),
                        ("kind", .text("original")), ("key", .hex(key)), ("object", .hex(object)),
                    ], to: plaintext))
        }
        return vectors + spoilt()
    }

    /// Each is made of slices of another object: header 56, chunks of 16,400 bytes.
    private func spoilt() -> [Vector] {
        let header = 0..<56
        let first = 56..<16456
        let second = 16456..<32856
        let last = 32856..<40104
        func cut(
            _ name: String, _ expect: Vector.Expect, _ comment: String, of: String = "size-40000",
            _ slices: [Range<Int>], _ more: [(name: String, value: Vector.Input)] = []
        ) -> Vector {
            .refused(
                "object", name, expect, comment, spec: "03 §2",
                [("of", .text(of)), ("slices", .slices(slices))] + more)
        }
        let whole = [0..<40104]
        return [
            cut("final-chunk-missing", .truncated, "Ends after a full chunk.", [0..<32856]),
            cut(
                "final-chunk-cut", .authentication, "A byte of the last chunk is missing.",
                [0..<40103]),
            cut("final-tag-cut", .truncated, "15 bytes of the last chunk are left.", [0..<32871]),
            cut(
                "empty-final-chunk-missing", .truncated, "16,384 bytes and no last chunk.",
                of: "size-16384", [0..<16456]),
            cut(
                "middle-chunk-missing", .authentication, "The second chunk is gone.",
                [header, first, last]),
            cut(
                "chunks-swapped", .authentication, "First and second swapped.",
                [header, second, first, last]),
            cut(
                "chunk-twice", .authentication, "The first chunk twice.",
                [header, first, first, second, last]),
            cut(
                "chunk-replaced", .authentication, "The first chunk in place of the second.",
                [header, first, first, last]),
            cut("final-chunk-first", .authentication, "The last chunk alone.", [header, last]),
            cut(
                "trailing-byte", .authentication, "A byte after the end.", whole,
                [("append", .hex([0]))]),
            cut("trailing-chunk", .authentication, "The last chunk twice.", whole + [last]),
            cut("header-only", .truncated, "56 bytes.", [header]),
            cut("header-cut", .truncated, "55 bytes.", [0..<55]),
            cut("nothing", .truncated, "No bytes.", [0..<0]),
            cut("salt-flipped", .wrongKey, "A bit of the salt.", whole, [("flip", .number(0))]),
            cut(
                "commitment-flipped", .wrongKey, "A bit of the commitment.", whole,
                [("flip", .number(55))]),
            cut(
                "chunk-flipped", .authentication, "A bit of the second chunk.", whole,
                [("flip", .number(20000))]),
            cut(
                "tag-flipped", .authentication, "A bit of the last tag.", whole,
                [("flip", .number(40103))]),
            cut(
                "vault-other", .wrongKey, "Another vault.", whole,
                [("vault", .hex(scene.other.bytes))]),
            cut(
                "record-other", .wrongKey, "Another record.", whole,
                [("record", .hex(Compose.bytes("another record", 16)))]),
            cut(
                "kind-other", .wrongKey, "A thumbnail served as the original.", whole,
                [("kind", .text("thumbnail"))]),
            cut(
                "key-other", .wrongKey, "Another file key.", whole,
                [("key", .hex(Compose.bytes("another file key", 32)))]),
        ]
    }
}
