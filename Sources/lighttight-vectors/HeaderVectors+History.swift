import VaultFormat

/// What a header tells of its past: signing keys before the last, slots that were removed. Spec 02 §3, §7.
extension HeaderVectors {
    func chain() throws -> [Vector] {
        let rotated = try scene.rotated()
        func bad(
            _ name: String, _ expect: Vector.Expect, _ comment: String,
            _ change: (inout [SigningEpoch]) -> Void
        ) -> Vector {
            var header = rotated
            change(&header.keys.signing)
            return self.bad("chain-" + name, expect, comment, header.encoded)
        }
        let signature = Base64URL.encode(rotated.keys.signing[1].signed?.bytes ?? [])
        let text = String(decoding: rotated.encoded, as: UTF8.self)
        return [
            bad("first-signed", .notCanonical, "A first key with a predecessor.") {
                $0[0].signed = $0[1].signed
            },
            bad("first-since", .notCanonical, "A first key that came later.") { $0[0].since = 1 },
            bad("unsigned", .notCanonical, "A later key that none vouches for.") {
                $0[1].signed = nil
            },
            bad("signature-63", .notCanonical, "A signature of 63 bytes.") {
                $0[1].signed?.bytes.removeLast()
            },
            bad("signature-65", .notCanonical, "A signature of 65 bytes.") {
                $0[1].signed?.bytes.append(0)
            },
            bad("since-same", .notCanonical, "Two keys of one entry.") { $0[2].since = 40 },
            bad("since-falling", .notCanonical, "A key that came before the one before it.") {
                $0[2].since = 39
            },
            bad("since-too-great", .outOfRange, "2^53.") { $0[2].since = 1 << 53 },
            self.bad(
                "chain-null", .notCanonical, "An absent member is left out.",
                Array(text.replacing("\"\(signature)\"", with: "null").utf8)),
            self.bad(
                "chain-since-missing", .notCanonical, "No since.",
                edit(",\"since\":0", "")),
        ]
    }

    func retired() throws -> [Vector] {
        func slot(_ name: String, until: UInt64 = 1) throws -> RetiredSlot {
            RetiredSlot(
                id: try SlotID(bytes: Compose.bytes(name, 16)), label: "Ana", role: .desk,
                signing: Compose.bytes("\(name) signing", 32), until: until)
        }
        func bad(
            _ name: String, _ expect: Vector.Expect, _ comment: String, _ slots: [RetiredSlot],
            _ change: (inout [RetiredSlot]) -> Void = { _ in }
        ) -> Vector {
            var slots = slots
            change(&slots)
            return self.bad("retired-" + name, expect, comment, self.change { $0.retired = slots })
        }
        let one = try slot("retired")
        return [
            bad("31", .notCanonical, "A key of 31 bytes.", [one]) {
                $0[0].signing.bytes.removeLast()
            },
            bad("present", .notCanonical, "A slot that is retired and is not.", [one]) {
                $0[0].id = scene.header.slots[1].id
            },
            bad("twice", .notCanonical, "A slot retired twice.", [one, one]),
            bad(
                "order", .notCanonical, "One removed before the one before it.",
                [try slot("retired", until: 7), try slot("retired too", until: 6)]),
            bad("until-too-great", .outOfRange, "2^53.", [try slot("retired", until: 1 << 53)]),
            bad("label-empty", .outOfRange, "No label.", [one]) { $0[0].label = "" },
            bad("label-control", .outOfRange, "A line end in a label.", [one]) {
                $0[0].label = "one\ntwo"
            },
            self.bad(
                "retired-role-unknown", .unknown, "A role nobody knows.",
                edit(
                    "\"retired\":[]",
                    "\"retired\":[{\"id\":\"\(one.id)\",\"label\":\"Ana\",\"role\":\"guest\","
                        + "\"signing\":\"\(Base64URL.encode(one.signing.bytes))\",\"until\":1}]")),
        ]
    }
}
