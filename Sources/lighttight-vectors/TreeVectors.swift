import VaultCrypto
import VaultFormat

/// The log's tree, its proofs, and the state of a row. Spec 07 §2, §4, §9. Put together from the
/// pages, apart from VaultAudit and from the hasher of rows.
enum TreeVectors {
    static func all() -> [Vector] { trees() + inclusions() + consistencies() + states() }

    private static func leaf(_ number: Int) -> [UInt8] {
        Compose.bytes("leaf \(number)", number * 9)
    }

    private static func hash(_ bytes: [UInt8]) -> [UInt8] { Digest(hashing: bytes).bytes }

    /// The root of leaves `range`, RFC 6962 §2.1.
    private static func root(_ range: Range<Int>) -> [UInt8] {
        switch range.count {
        case 0: hash([])
        case 1: hash([0] + leaf(range.lowerBound))
        default:
            hash(
                [1] + root(range.lowerBound..<middle(range))
                    + root(middle(range)..<range.upperBound))
        }
    }

    private static func middle(_ range: Range<Int>) -> Int {
        var split = 1
        while split * 2 < range.count { split *= 2 }
        return range.lowerBound + split
    }

    private static func trees() -> [Vector] {
        (0...9).map { size in
            var edge: [UInt8] = []
            var start = 0
            for bit in (0..<4).reversed() where size >> bit & 1 == 1 {
                edge += root(start..<start + 1 << bit)
                start += 1 << bit
            }
            return .opens(
                "tree", "\(size)", "A tree of \(size) leaves: its root, then its edge.",
                spec: "07 §2",
                (0..<size).map { ("leaf\($0)", .hex(leaf($0))) } + [
                    ("size", .number(UInt64(size)))
                ],
                to: root(0..<size) + edge)
        }
    }

    // MARK: - Proofs

    /// RFC 6962 §2.1.1.
    private static func path(_ index: Int, _ range: Range<Int>) -> [UInt8] {
        guard range.count > 1 else { return [] }
        let (left, right) = (
            range.lowerBound..<middle(range), middle(range)..<range.upperBound
        )
        return left.contains(index)
            ? path(index, left) + root(right) : path(index, right) + root(left)
    }

    /// RFC 6962 §2.1.2.
    private static func subproof(_ end: Int, _ range: Range<Int>, _ isWhole: Bool) -> [UInt8] {
        if end == range.upperBound { return isWhole ? [] : root(range) }
        let (left, right) = (
            range.lowerBound..<middle(range), middle(range)..<range.upperBound
        )
        return end <= middle(range)
            ? subproof(end, left, isWhole) + root(right) : subproof(end, right, false) + root(left)
    }

    private static func inclusions() -> [Vector] {
        func inputs(
            _ index: Int, _ size: Int, leaf: [UInt8]? = nil, root: [UInt8]? = nil,
            proof: [UInt8]? = nil
        ) -> [(name: String, value: Vector.Input)] {
            [
                ("kind", .text("inclusion")), ("index", .number(UInt64(index))),
                ("size", .number(UInt64(size))), ("leaf", .hex(leaf ?? Self.leaf(index))),
                ("root", .hex(root ?? Self.root(0..<size))),
                ("proof", .hex(proof ?? path(index, 0..<size))),
            ]
        }
        func bad(_ name: String, _ inputs: [(name: String, value: Vector.Input)], _ comment: String)
            -> Vector
        {
            .refused(
                "proof", "inclusion-\(name)", .authentication, comment, spec: "07 §9", inputs)
        }
        let proof = path(4, 0..<7)
        return [(0, 1), (0, 2), (1, 2), (2, 3), (4, 7), (6, 7), (0, 8), (8, 9)].map { index, size in
            .opens(
                "proof", "inclusion-\(index)-of-\(size)", "Leaf \(index) of \(size).",
                spec: "07 §9", inputs(index, size), to: root(0..<size))
        } + [
            bad("another-leaf", inputs(4, 7, leaf: leaf(5)), "Another leaf."),
            bad("another-index", inputs(5, 7, leaf: leaf(4), proof: proof), "Another place."),
            bad("another-size", inputs(4, 5, root: root(0..<7), proof: proof), "Another size."),
            bad("another-root", inputs(4, 7, root: root(0..<8)), "Another root."),
            bad("beyond", inputs(7, 7, proof: proof), "A leaf beyond the last."),
            bad("shorter", inputs(4, 7, proof: proof.dropLast(32)), "A hash is missing."),
            bad("longer", inputs(4, 7, proof: proof + root(0..<1)), "A hash too many."),
            bad("part", inputs(4, 7, proof: proof.dropLast()), "A hash that is not whole."),
        ]
    }

    private static func consistencies() -> [Vector] {
        func inputs(
            _ first: Int, _ size: Int, firstRoot: [UInt8]? = nil, root: [UInt8]? = nil,
            proof: [UInt8]? = nil
        ) -> [(name: String, value: Vector.Input)] {
            [
                ("kind", .text("consistency")), ("first", .number(UInt64(first))),
                ("firstroot", .hex(firstRoot ?? Self.root(0..<first))),
                ("size", .number(UInt64(size))), ("root", .hex(root ?? Self.root(0..<size))),
                ("proof", .hex(proof ?? subproof(first, 0..<size, true))),
            ]
        }
        func bad(_ name: String, _ inputs: [(name: String, value: Vector.Input)], _ comment: String)
            -> Vector
        {
            .refused(
                "proof", "consistency-\(name)", .authentication, comment, spec: "07 §9", inputs)
        }
        let proof = subproof(3, 0..<7, true)
        return [(1, 1), (1, 2), (3, 7), (4, 7), (6, 8), (8, 9), (7, 7)].map { first, size in
            .opens(
                "proof", "consistency-\(first)-of-\(size)",
                "The first \(first) leaves are those of the \(size).", spec: "07 §9",
                inputs(first, size), to: root(0..<size))
        } + [
            bad("another-first", inputs(3, 7, firstRoot: root(1..<4)), "Another history."),
            bad("another-root", inputs(3, 7, root: root(0..<8)), "Another root."),
            bad("backwards", inputs(7, 3, proof: proof), "A tree that shrank."),
            bad("empty", inputs(0, 3, proof: []), "From the empty tree, which proves nothing."),
            bad("same-size", inputs(7, 7, proof: proof), "A proof where none is needed."),
            bad("shorter", inputs(3, 7, proof: proof.dropLast(32)), "A hash is missing."),
            bad("longer", inputs(3, 7, proof: proof + root(0..<1)), "A hash too many."),
        ]
    }

    // MARK: - States

    private static func states() -> [Vector] {
        func big(_ value: some FixedWidthInteger) -> [UInt8] {
            withUnsafeBytes(of: value.bigEndian) { Array($0) }
        }
        func lp(_ bytes: [UInt8]) -> [UInt8] { big(UInt32(bytes.count)) + bytes }
        func bytes(_ name: String, _ count: Int) -> [UInt8] {
            Compose.bytes("state \(name)", count)
        }
        let id = AuditVectors.record.bytes
        func vector(_ name: String, detail: [UInt8], occurrences: [Bool], _ comment: String)
            -> Vector
        {
            var state: [UInt8] = Array("lighttight/1 row".utf8) + [0] + id
            state += big(Int64(17)) + big(UInt32(3)) + lp(bytes("sealed", 190))
            state += big(Int64(41)) + lp(detail) + bytes("tag", 8) + lp(bytes("wrapped", 72))
            state += big(UInt32(occurrences.count))
            var inputs: [(name: String, value: Vector.Input)] = [
                ("record", .hex(id)), ("revision", .number(17)), ("version", .number(3)),
                ("sealed", .hex(bytes("sealed", 190))), ("entry", .number(41)),
                ("detail", .hex(detail)), ("tag", .hex(bytes("tag", 8))),
                ("wrapped", .hex(bytes("wrapped", 72))),
                ("occurrences", .number(UInt64(occurrences.count))),
            ]
            for (index, hasSubject) in occurrences.enumerated() {
                let number = UInt32(index * 2 + 1)
                let (sealed, place) = (bytes("sealed \(index)", 90), bytes("place \(index)", 8))
                state += big(number) + big(UInt32(5)) + lp(sealed) + place
                inputs += [
                    ("number\(index)", .number(UInt64(number))), ("version\(index)", .number(5)),
                    ("sealed\(index)", .hex(sealed)), ("place\(index)", .hex(place)),
                ]
                state.append(hasSubject ? 1 : 0)
                guard hasSubject else { continue }
                let (tag, wrapped) = (bytes("subject \(index)", 8), bytes("wrapped \(index)", 72))
                state += tag + lp(wrapped)
                inputs += [("subject\(index)", .hex(tag)), ("wrapped\(index)", .hex(wrapped))]
            }
            return .opens("state", name, comment, spec: "07 §4", inputs, to: hash(state))
        }
        return [
            vector(
                "one", detail: bytes("detail", 70), occurrences: [true],
                "A picture with one place and a subject."),
            vector(
                "many", detail: bytes("detail", 70), occurrences: [false, true, false],
                "Three places, one of them with a subject."),
            vector("no-detail", detail: [], occurrences: [false], "A record without a detail."),
        ]
    }
}
