import VaultCrypto
import VaultFormat

/// Sealed files of the index. Spec 09 §2.
struct IndexVectors {
    let scene: Scene

    private typealias Inputs = [(name: String, value: Vector.Input)]

    private func file(
        _ name: String, kind: UInt8, state: [UInt8], _ plaintext: [UInt8]
    ) throws -> [UInt8] {
        let key = try IndexKey(checking: Compose.secret(scene.indexKey)).blockKey()
            .withUnsafeBytes { Array($0) }
        let id = Compose.bytes("file \(name)", 16)
        func box(_ bytes: [UInt8], part: UInt8, number: Int) throws -> [UInt8] {
            var associated = Associated.index(vault: scene.vault)
            associated += [part, kind]
            associated += id
            associated += withUnsafeBytes(of: UInt64(number).bigEndian) { Array($0) }
            return try Compose.box(
                bytes, key: key, nonce: "\(name) \(part) \(number)", associated: associated)
        }
        var file: [UInt8] = Array("LTGINDX".utf8)
        file.append(1)
        file += id
        file += try box(state, part: 0, number: 0)
        for (number, start) in stride(from: 0, to: plaintext.count, by: 4096).enumerated() {
            let block = Array(plaintext[start..<min(start + 4096, plaintext.count)])
            file += try box(block, part: 1, number: number)
        }
        return file
    }

    private func inputs(
        _ file: [UInt8], kind: String, vault: VaultID? = nil, key: [UInt8]? = nil
    ) -> Inputs {
        [
            ("vault", .hex((vault ?? scene.vault).bytes)), ("key", .hex(key ?? scene.indexKey)),
            ("kind", .text(kind)), ("file", .hex(file)),
        ]
    }

    func all() throws -> [Vector] {
        let page = Compose.bytes("page", 4096)
        let state = Compose.bytes("epochs", 32) + [UInt8](repeating: 0, count: 16)
        let database = try file("database", kind: 1, state: state, page + page)
        let long = Compose.bytes("journal", 4097)
        let size = withUnsafeBytes(of: UInt64(4097).bigEndian) { Array($0) }
        let about = Compose.bytes("of a database", 32) + size + [UInt8](repeating: 0, count: 8)
        let journal = try file("journal", kind: 2, state: about, long)
        let empty = try file("empty", kind: 2, state: about, [])
        func bad(
            _ name: String, _ expect: Vector.Expect, _ comment: String, _ inputs: Inputs
        ) -> Vector { .refused("index", name, expect, comment, spec: "09 §2", inputs) }
        let (head, block) = (112, 4136)
        var version = database
        version[7] = 2
        var swapped: [UInt8] = Array(database[..<head])
        swapped += database[(head + block)...]
        swapped += database[head..<(head + block)]
        return [
            .opens(
                "index", "database", "Two equal pages, sealed differently.", spec: "09 §2",
                inputs(database, kind: "database"), to: state + page + page),
            .opens(
                "index", "journal", "A last block of one byte.", spec: "09 §2",
                inputs(journal, kind: "journal"), to: about + long),
            .opens(
                "index", "empty", "A head and nothing else.", spec: "09 §2",
                inputs(empty, kind: "journal"), to: about),
            bad(
                "other_vault", .authentication, "Of another vault with the same key.",
                inputs(
                    database, kind: "database",
                    vault: VaultID(words: SIMD16(repeating: 1)))),
            bad(
                "other_key", .authentication, "Under another index key.",
                inputs(database, kind: "database", key: Compose.bytes("another", 32))),
            bad(
                "other_kind", .authentication, "A journal in the place of the database.",
                inputs(journal, kind: "database")),
            bad(
                "blocks_swapped", .authentication, "Each block at the other's place.",
                inputs(swapped, kind: "database")),
            bad(
                "other_file", .authentication, "A block of another file with the same key.",
                inputs(
                    empty + Array(journal[head...]), kind: "journal")),
            bad(
                "block_cut", .authentication, "The last block has lost a byte.",
                inputs(Array(database.dropLast()), kind: "database")),
            bad(
                "block_short", .truncated, "A last block too short to hold anything.",
                inputs(Array(journal[..<(head + block + 39)]), kind: "journal")),
            bad(
                "head_short", .truncated, "The file ends in its head.",
                inputs(Array(database[..<(head - 1)]), kind: "database")),
            bad(
                "version", .unknown, "Of a later version.", inputs(version, kind: "database")),
        ]
    }
}
