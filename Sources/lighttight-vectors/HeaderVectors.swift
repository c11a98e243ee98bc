import VaultFormat

/// Headers as bytes: the one encoding, and every bound. Spec 01 §6, 02 §3, §4.
struct HeaderVectors {
    let scene: Scene

    func all() throws -> [Vector] {
        try accepted() + encodings() + members() + costs() + keys() + chain() + retired()
    }

    var text: String { String(decoding: scene.header.encoded, as: UTF8.self) }

    /// The header with the first `old` replaced by `new`; a scenario that changes nothing is an error.
    func edit(_ old: String, _ new: String) -> [UInt8] {
        let parts = text.utf8.split(
            separator: old.utf8, maxSplits: 1, omittingEmptySubsequences: false)
        precondition(parts.count == 2, "\(old) is not in the header")
        return Array(parts[0]) + new.utf8 + parts[1]
    }

    func change(_ change: (inout Header) throws -> Void) rethrows -> [UInt8] {
        var header = scene.header
        try change(&header)
        return header.encoded
    }

    func bad(
        _ name: String, _ expect: Vector.Expect, _ comment: String, spec: String = "02 §3",
        _ header: [UInt8], spaces: UInt64 = 0
    ) -> Vector {
        .refused(
            "json-header", name, expect, comment, spec: spec,
            [("header", .hex(header))] + (spaces > 0 ? [("spaces", .number(spaces))] : []))
    }

    private func accepted() throws -> [Vector] {
        func good(_ name: String, _ comment: String, _ header: Header) -> Vector {
            .opens(
                "json-header", name, comment + " Opens to the bytes that are signed.",
                spec: "02 §7",
                [("header", .hex(header.encoded))], to: header.signedBytes)
        }
        var label = scene.header
        label.slots[0].label = "Ana's \"Ünïcode\" \\ / \u{7F} \u{2028} \u{1F4F7}"
        var long = scene.header
        // 100 characters in the specification's sense, and fewer to the eye.
        long.slots[0].label = String(repeating: "e\u{301}", count: 50)
        var epochs = scene.header
        epochs.keys.signing.append(
            .init(
                epoch: 9, public: Compose.bytes("newer", 32),
                signed: Compose.bytes("newer signed", 64), since: 1 << 53 - 1))
        epochs.generation = 1 << 53 - 1
        epochs.retired = [
            RetiredSlot(
                id: try SlotID(bytes: Compose.bytes("retired", 16)), label: "Ana", role: .desk,
                signing: Compose.bytes("retired signing", 32), until: 1 << 53 - 1)
        ]
        return [
            good("two-slots", "A passphrase and a recovery slot.", scene.header),
            good("label", "A label with all that could be escaped.", label),
            good("label-100", "A label of 100 code points.", long),
            good("team", "A slot of every kind and one of every role.", try scene.team()),
            good("rotated", "Three signing keys, each vouched for.", try scene.rotated()),
            good("epochs", "Two signing keys, a retired slot, the greatest generation.", epochs),
        ]
    }

    private func encodings() -> [Vector] {
        let whole = Array(text.utf8)
        func bad(_ name: String, _ comment: String, _ header: [UInt8]) -> Vector {
            self.bad(name, .notCanonical, comment, spec: "01 §6", header)
        }
        let vault = scene.vault.hex
        return [
            bad("space", "A space.", edit("{\"format\"", "{ \"format\"")),
            bad("line-end", "A line end after it.", whole + [10]),
            bad("byte-order-mark", "A byte order mark before it.", [0xEF, 0xBB, 0xBF] + whole),
            bad(
                "members-swapped", "Members out of order.",
                edit(
                    "\"format\":\"lighttight/1\",\"generation\":1",
                    "\"generation\":1,\"format\":\"lighttight/1\"")),
            bad(
                "member-twice", "A member twice.",
                edit("\"generation\":1", "\"generation\":1,\"generation\":1")),
            bad(
                "member-unknown", "A member nobody knows.",
                edit("\"generation\":1", "\"generation\":1,\"goal\":1")),
            bad("member-missing", "No generation.", edit("\"generation\":1,", "")),
            bad(
                "member-null", "A member that is null.",
                edit("\"generation\":1", "\"generation\":null")),
            bad(
                "slot-member-null", "An absent member is left out.",
                edit("\"name\":\"hkdf-sha256\"", "\"memory\":null,\"name\":\"hkdf-sha256\"")),
            bad(
                "integer-text", "A number as text.",
                edit("\"generation\":1", "\"generation\":\"1\"")),
            bad(
                "integer-sign", "A number with a sign.",
                edit("\"generation\":1", "\"generation\":+1")),
            bad(
                "integer-zero", "A number with a leading zero.",
                edit("\"generation\":1", "\"generation\":01")),
            bad(
                "integer-fraction", "A number with a fraction.",
                edit("\"generation\":1", "\"generation\":1.0")),
            bad(
                "integer-exponent", "A number with an exponent.",
                edit("\"generation\":1", "\"generation\":1e0")),
            bad(
                "integer-negative", "A number below zero.",
                edit("\"generation\":1", "\"generation\":-1")),
            bad("integer-true", "A truth value.", edit("\"generation\":1", "\"generation\":true")),
            bad(
                "escape-solidus", "A solidus needs no escape.",
                edit("lighttight/1", "lighttight\\/1")),
            bad("escape-letter", "A letter needs no escape.", edit("\"our ", "\"\\u006fur ")),
            bad("text-not-utf8", "A label that is not UTF-8.", bytes("\"our ", [0xFF])),
            bad(
                "id-capitals", "An ID in capitals.",
                edit("\"vault\":\"\(vault)\"", "\"vault\":\"\(vault.uppercased())\"")),
            bad("id-short", "An ID of 15 bytes.", edit(vault, String(vault.dropLast(2)))),
            bad("id-long", "An ID of 17 bytes.", edit(vault, vault + "00")),
            bad("id-odd", "An ID of 31 digits.", edit(vault, String(vault.dropLast()))),
            bad("base64-padded", "Padding.", edit(signature, signature + "==")),
            bad(
                "base64-alphabet", "The other alphabet.",
                edit(signature, "+/" + signature.dropFirst(2))),
            bad(
                "base64-bits", "Bits that carry nothing are not zero.",
                edit(signature, signature.dropLast() + oddLast)),
            bad(
                "base64-space", "A space inside.",
                edit(signature, signature.prefix(10) + " " + signature.dropFirst(10))),
            bad("cut", "The last byte is missing.", whole.dropLast()),
            bad("nothing", "No bytes.", []),
            bad("array", "An array.", Array("[]".utf8)),
            bad(
                "deep", "Arrays 100,000 deep.",
                [UInt8](repeating: UInt8(ascii: "["), count: 100_000)),
            self.bad("too-long", .outOfRange, "More than 1 MiB.", whole, spaces: 1 << 20),
        ]
    }

    private var signature: String { Base64URL.encode(scene.header.signature.bytes) }

    /// 64 bytes leave four bits of the last character that must be zero.
    private var oddLast: String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        return String(alphabet[alphabet.firstIndex(of: signature.last!)! + 1])
    }

    private func bytes(_ old: String, _ more: [UInt8]) -> [UInt8] {
        let edited = edit(old, old + "#")
        let place = edited.firstIndex(of: UInt8(ascii: "#"))!
        return edited[..<place] + more + edited[(place + 1)...]
    }

    private func members() throws -> [Vector] {
        var vectors = [
            bad(
                "version-2", .unknown, "Another version of the format.",
                edit("lighttight/1", "lighttight/2")),
            bad(
                "version-only", .unknown, "Another version may have another shape.",
                Array("{\"format\":\"lighttight/2\"}".utf8)),
            bad(
                "version-missing", .notCanonical, "No format.",
                edit("\"format\":\"lighttight/1\",", "")),
            bad(
                "kind-unknown", .unknown, "A kind nobody knows.",
                edit("\"kind\":\"recovery\"", "\"kind\":\"pigeon\"")),
            bad(
                "role-unknown", .unknown, "A role nobody knows.",
                edit("\"role\":\"owner\"", "\"role\":\"guest\"")),
            bad(
                "kdf-unknown", .unknown, "A KDF nobody knows.", spec: "02 §4",
                edit("\"name\":\"argon2id\"", "\"name\":\"argon2i\"")),
            bad("generation-too-great", .outOfRange, "2^53.", change { $0.generation = 1 << 53 }),
            bad(
                "signature-63", .notCanonical, "A signature of 63 bytes.",
                change { $0.signature.bytes.removeLast() }),
            bad(
                "signature-65", .notCanonical, "A signature of 65 bytes.",
                change { $0.signature.bytes.append(0) }),
            bad("slots-none", .outOfRange, "No slots.", change { $0.slots = [] }),
            bad(
                "slots-257", .outOfRange, "257 slots.",
                try change { header in
                    header.slots = try (0..<257).map { number in
                        var slot = header.slots[0]
                        slot.id = try SlotID(
                            bytes: [UInt8](repeating: 0, count: 14) + [
                                UInt8(number >> 8), UInt8(number & 255),
                            ])
                        slot.bundle = JSONBytes([])
                        return slot
                    }
                }),
            bad("slot-twice", .notCanonical, "A slot twice.", change { $0.slots[1] = $0.slots[0] }),
            bad(
                "slots-descending", .notCanonical, "Slots out of order.",
                change { $0.slots.reverse() }),
            bad("label-empty", .outOfRange, "No label.", change { $0.slots[0].label = "" }),
            bad(
                "label-101", .outOfRange, "A label of 101 characters.",
                change { $0.slots[0].label = String(repeating: "x", count: 101) }),
            bad(
                "label-101-marks", .outOfRange, "Characters are code points: 101 of them.",
                change { $0.slots[0].label = "x" + String(repeating: "e\u{301}", count: 50) }),
            bad(
                "label-control", .outOfRange, "A line end in a label.",
                change { $0.slots[0].label = "one\ntwo" }),
            bad(
                "bundle-1025", .outOfRange, "A bundle of 1,025 bytes.",
                change { $0.slots[0].bundle = JSONBytes([UInt8](repeating: 0, count: 1025)) }),
            bad(
                "no-owner", .notCanonical, "No owner's slot.",
                change { header in
                    for index in header.slots.indices { header.slots[index].role = .manager }
                }),
            bad(
                "kind-case", .unknown, "Another spelling of a kind.",
                edit("\"kind\":\"recovery\"", "\"kind\":\"Recovery\"")),
            bad(
                "role-case", .unknown, "Another spelling of a role.",
                edit("\"role\":\"owner\"", "\"role\":\"Owner\"")),
        ]
        for count in [31, 33] {
            let key = JSONBytes(Compose.bytes("key", count))
            vectors += [
                bad(
                    "receiving-\(count)", .notCanonical, "A key of \(count) bytes.",
                    change { $0.slots[0].receiving = key }),
                bad(
                    "signing-\(count)", .notCanonical, "A key of \(count) bytes.",
                    change { $0.slots[0].signing = key }),
                bad(
                    "commitment-\(count)", .notCanonical, "A commitment of \(count) bytes.",
                    change { $0.slots[0].private.commitment = key }),
            ]
        }
        for count in [145, 147] {
            vectors.append(
                bad(
                    "sealed-\(count)", .notCanonical, "A private half of \(count) bytes.",
                    change { $0.slots[0].private.sealed = JSONBytes(Compose.bytes("half", count)) })
            )
        }
        return vectors
    }

    private func costs() -> [Vector] {
        let own = scene.header.slots.firstIndex { $0.kind == .passphrase }!
        let recovery = scene.header.slots.firstIndex { $0.kind == .recovery }!
        func bad(
            _ name: String, _ expect: Vector.Expect, _ comment: String,
            _ edit: (inout KDF) -> Void
        ) -> Vector {
            self.bad(
                name, expect, comment, spec: "02 §4", change { edit(&$0.slots[own].private.kdf) })
        }
        return [
            bad("memory-63-mib", .outOfRange, "Less than the least.") { $0.memory = 63 << 20 },
            bad("memory-0", .outOfRange, "None.") { $0.memory = 0 },
            bad("memory-uneven", .outOfRange, "No multiple of 1 MiB.") {
                $0.memory = 64 << 20 + 1024
            },
            bad("memory-1025-mib", .outOfRange, "More than the most.") { $0.memory = 1025 << 20 },
            bad("memory-4-tib", .outOfRange, "What libsodium would allow.") { $0.memory = 1 << 42 },
            bad("passes-0", .outOfRange, "None.") { $0.passes = 0 },
            bad("passes-11", .outOfRange, "More than the most.") { $0.passes = 11 },
            bad("passes-4294967295", .outOfRange, "What libsodium would allow.") {
                $0.passes = .max
            },
            bad("salt-15", .notCanonical, "A salt of 15 bytes.") { $0.salt.bytes.removeLast() },
            bad("salt-17", .notCanonical, "A salt of 17 bytes.") { $0.salt.bytes.append(0) },
            bad("memory-missing", .notCanonical, "Argon2id without its memory.") {
                $0.memory = nil
            },
            bad("passes-missing", .notCanonical, "Argon2id without its passes.") {
                $0.passes = nil
            },
            bad("kdf-cheap", .notCanonical, "A passphrase with the KDF of a recovery code.") {
                $0 = .hkdf(salt: $0.salt.bytes)
            },
            self.bad(
                "key-file-kdf", .notCanonical, "A key file with the KDF of a recovery code.",
                spec: "02 §4",
                change { $0.slots[recovery].kind = .passphraseAndKeyFile }),
            self.bad(
                "hkdf-memory", .notCanonical, "HKDF with memory.", spec: "02 §4",
                change { $0.slots[recovery].private.kdf.memory = 64 << 20 }),
            self.bad(
                "hkdf-passphrase-kdf", .notCanonical, "A recovery code with Argon2id.",
                spec: "02 §4",
                change {
                    $0.slots[recovery].private.kdf = .argon2id(
                        memory: 64 << 20, passes: 1, salt: Compose.bytes("s", 16))
                }),
        ]
    }

    private func keys() -> [Vector] {
        func epoch(_ number: UInt32, _ count: Int = 32) -> PublicKeys.Epoch {
            .init(epoch: number, public: Compose.bytes("epoch \(number)", count))
        }
        return [
            bad("keys-none", .outOfRange, "No signing key.", change { $0.keys.signing = [] }),
            bad(
                "keys-4097", .outOfRange, "4,097 keys.",
                change { $0.keys.deposit = (1...4097).map { epoch($0) } }),
            bad(
                "epoch-0", .outOfRange, "Epochs begin with 1.",
                change { $0.keys.audit = [epoch(0)] }),
            bad(
                "epoch-twice", .notCanonical, "An epoch twice.",
                change { $0.keys.audit = [epoch(1), epoch(1)] }),
            bad(
                "epochs-descending", .notCanonical, "Epochs out of order.",
                change { $0.keys.deposit = [epoch(2), epoch(1)] }),
            bad(
                "public-31", .notCanonical, "A public key of 31 bytes.",
                change { $0.keys.audit = [epoch(1, 31)] }),
        ]
    }
}
