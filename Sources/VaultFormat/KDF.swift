/// How what the holder knows becomes a slot key. Spec 02 §4.
package struct KDF: Hashable, Sendable, Codable {
    package enum Name: String, Hashable, Sendable, Codable {
        case argon2id
        case hkdf = "hkdf-sha256"

        package init(from decoder: any Decoder) throws { self = try decoder.known("KDF") }
    }

    /// Bytes; a multiple of 1 MiB.
    package var memory: UInt64?
    package var name: Name
    package var passes: UInt32?
    package var salt: JSONBytes

    package static func argon2id(memory: UInt64, passes: UInt32, salt: [UInt8]) -> KDF {
        KDF(memory: memory, name: .argon2id, passes: passes, salt: JSONBytes(salt))
    }

    package static func hkdf(salt: [UInt8]) -> KDF {
        KDF(memory: nil, name: .hkdf, passes: nil, salt: JSONBytes(salt))
    }

    package static let memoryRange: ClosedRange<UInt64> = 64 << 20...1 << 30
    package static let passesRange: ClosedRange<UInt32> = 1...10

    /// Refuses a cost that would be weak, or that would spend the machine, before it is spent.
    package static func check(memory: UInt64, passes: UInt32) throws(FormatError) {
        guard memoryRange.contains(memory), memory.isMultiple(of: 1 << 20) else {
            throw .outOfRange("Argon2id memory")
        }
        guard passesRange.contains(passes) else { throw .outOfRange("Argon2id passes") }
    }

    /// A kind goes with its own KDF only.
    func check(for kind: SlotKind) throws(FormatError) {
        _ = try salt.exactly(16)
        switch (kind, name) {
        case (.passphrase, .argon2id), (.passphraseAndKeyFile, .argon2id):
            guard let memory, let passes else { throw .unexpected("Argon2id without its cost") }
            try Self.check(memory: memory, passes: passes)
        case (.recovery, .hkdf):
            guard memory == nil, passes == nil else { throw .notCanonical }
        default: throw .unexpected("slot kind and KDF that do not go together")
        }
    }
}
