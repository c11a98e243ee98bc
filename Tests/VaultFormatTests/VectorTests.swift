import FoundationEssentials
import Testing
import VaultCrypto
import VaultFormat
import VaultKeys

@Suite("The vectors of Tests/Vectors")
struct VectorTests {
    @Test("there are vectors of every group")
    func groups() {
        let groups = Set(VectorFile.all.map(\.group))
        #expect(
            groups.subtracting(AuditVectors.groups) == [
                "bundle", "cbor", "filekey", "json-header", "keyring", "object", "occurrence",
                "open",
                "padme", "record", "recovery-code", "slot", "subkey", "tags",
            ])
        #expect(groups.isSuperset(of: AuditVectors.groups))
        #expect(VectorFile.all.count > 350)
    }

    @Test("each vector opens or is refused as it says", arguments: VectorFile.all)
    func vector(_ vector: VectorFile) throws {
        do {
            let opened = try AuditVectors.run(vector) ?? Self.run(vector)
            #expect(vector.expect == "opens")
            #expect(
                Digest(hashing: opened).withUnsafeBytes { Hex.encode(Array($0)) } == vector.sha256)
        } catch let error as VectorFile.Missing {
            throw error
        } catch {
            #expect(
                Self.failureClass(AuditVectors.cause(of: error)) == vector.expect, "\(error)")
        }
    }

    /// What the vector opens to.
    private static func run(_ vector: VectorFile) throws -> [UInt8] {
        switch vector.group {
        case "cbor": try cbor(vector)
        case "json-header": try header(vector).signedBytes
        case "slot": try bytes(of: slot(vector))
        case "open": try open(vector)
        case "bundle": try bundle(vector)
        case "subkey": try subkey(vector)
        case "keyring": try keyring(vector)
        case "filekey":
            try WrapKey(checking: secret(vector.hex("key"))).unwrap(
                vector.hex("wrapped"),
                associated: Associated.fileKey(vault: vault(vector), record: record(vector))
            ).withUnsafeBytes { Array($0) }
        case "record", "occurrence": try value(vector)
        case "object": try object(vector)
        case "padme": Array(String(Padme.paddedSize(of: try vector.number("bytes"))).utf8)
        case "recovery-code": try recoveryCode(Array(vector.text("code").utf8))
        case "tags": try tag(vector)
        default: throw VectorFile.Missing(input: vector.group)
        }
    }

    private static func cbor(_ vector: VectorFile) throws -> [UInt8] {
        let bytes = try vector.hex("bytes")
        switch try vector.text("schema") {
        case "record": return try parse(bytes) { try RecordValue(parsing: $0).encoded }
        case "occurrence": return try parse(bytes) { try OccurrenceValue(parsing: $0).encoded }
        case "private": return try parse(bytes) { try keys($0, count: 3) }
        case "owner": return try parse(bytes) { try keys($0, count: 1) }
        default: return try parse(bytes) { try Sample(parsing: $0).encoded }
        }
    }

    /// A map of keys 1 to `count`, of 32 bytes each.
    private static func keys(_ buffer: UnsafeRawBufferPointer, count: Int) throws -> [UInt8] {
        var reader = CBORReader(buffer)
        var keys: [[UInt8]] = []
        try reader.map { (key, reader) throws(FormatError) in
            guard (1...count).contains(Int(key)) else { throw .unknown("key") }
            keys.append(try reader.identifier(ContentDigest.self).bytes)
        }
        try reader.finish()
        guard keys.count == count else { throw FormatError.unexpected("map without a key") }
        var writer = CBORWriter()
        writer.map(count: count)
        for (index, key) in keys.enumerated() {
            writer.key(UInt8(index + 1))
            writer.byteString(key)
        }
        return writer.bytes
    }

    private static func header(_ vector: VectorFile) throws -> Header {
        let spaces = vector.has("spaces") ? Int(try vector.number("spaces")) : 0
        return try Header(
            parsing: try vector.hex("header") + [UInt8](repeating: 0x20, count: spaces))
    }

    private static func slot(_ vector: VectorFile) throws -> Secret {
        let slot = try CanonicalJSON.decode(Slot.self, from: try vector.hex("slot"))
        let vault = try vault(vector)
        let kdf = slot.private.kdf
        let candidate =
            switch kdf.name {
            case .argon2id:
                try PassphraseHash.stretch(
                    secret(vector.hex("passphrase")), salt: kdf.salt.bytes,
                    cost: PassphraseCost(
                        memoryByteCount: Int(kdf.memory ?? 0), passes: Int(kdf.passes ?? 0)))
            case .hkdf:
                try PassphraseHash.expand(
                    secret(vector.hex("secret")), salt: kdf.salt.bytes,
                    info: Associated.recovery(vault: vault, slot: slot.id))
            }
        return try Box.openSecret(
            slot.private.sealed.bytes,
            under: candidate.confirmed(by: slot.private.commitment.bytes),
            associated: Associated.slot(vault: vault, slot: slot.id, bound: slot.bound))
    }

    /// The whole way; the root key is recognised by what is derived from it.
    private static func open(_ vector: VectorFile) throws -> [UInt8] {
        let known = vector.has("passphrase") ? try vector.hex("passphrase") : try code(vector)
        let keys = try SlotOpener.open(header(vector), with: secret(known))
        let root = try VectorFile(group: "subkey", name: "wrap").hex("key")
        let expected = try RootKey(checking: secret(root)).wrapKey().withUnsafeBytes { Array($0) }
        #expect(keys.wrap.withUnsafeBytes { Array($0) } == expected)
        return root
    }

    private static func code(_ vector: VectorFile) throws -> [UInt8] {
        try vector.hex("secret").withUnsafeBytes { RecoveryCode.encode($0) }
    }

    private static func bundle(_ vector: VectorFile) throws -> [UInt8] {
        let key = try ReceivingKey(secret(vector.hex("private")))
        #expect(try key.publicKey == vector.hex("receiving"))
        let opened = try Envelope.open(
            vector.hex("bundle"), with: key,
            info: Associated.bundle(vault: vault(vector), slot: SlotID(bytes: vector.hex("slot"))),
            associated: Array(Role.owner.rawValue.utf8))
        // {1: 32 bytes} is three bytes and one of map.
        return Array(bytes(of: opened).dropFirst(4))
    }

    private static func subkey(_ vector: VectorFile) throws -> [UInt8] {
        let key = try secret(vector.hex("key"))
        return switch try vector.text("context") {
        case "lt.wrap.": try RootKey(checking: key).wrapKey().withUnsafeBytes { Array($0) }
        case "lt.dedup": try RootKey(checking: key).tagKey().withUnsafeBytes { Array($0) }
        case "lt.desk.": try RootKey(checking: key).deskKey().withUnsafeBytes { Array($0) }
        case "lt.ring.": try RootKey(checking: key).ringKey().withUnsafeBytes { Array($0) }
        case "lt.value": try FileKey(checking: key).valueKey().withUnsafeBytes { Array($0) }
        default: throw VectorFile.Missing(input: "context")
        }
    }

    private static func keyring(_ vector: VectorFile) throws -> [UInt8] {
        guard let purpose = KeyringPurpose(rawValue: try vector.text("purpose")) else {
            throw FormatError.unknown("purpose")
        }
        let opened = try RingKey(checking: secret(vector.hex("key"))).unwrap(
            vector.hex("wrapped"),
            associated: Associated.keyring(
                vault: vault(vector), purpose: purpose, epoch: UInt32(vector.number("epoch"))))
        return try IndexKey(checking: opened).withUnsafeBytes { Array($0) }
    }

    private static func value(_ vector: VectorFile) throws -> [UInt8] {
        let vault = try vault(vector)
        let record = try record(vector)
        let version = UInt32(try vector.number("version"))
        let isRecord = vector.group == "record"
        let plaintext = try Box.open(
            vector.hex("sealed"), under: FileKey(checking: secret(vector.hex("key"))).valueKey(),
            associated: isRecord
                ? Associated.record(vault: vault, record: record, version: version)
                : Associated.occurrence(
                    vault: vault, record: record, number: UInt32(vector.number("number")),
                    version: version))
        return isRecord
            ? try parse(plaintext) { try RecordValue(parsing: $0).encoded }
            : try parse(plaintext) { try OccurrenceValue(parsing: $0).encoded }
    }

    private static func object(_ vector: VectorFile) throws -> [UInt8] {
        let kinds: [String: Associated.ObjectKind] = [
            "original": .original, "thumbnail": .thumbnail, "rendition": .rendition,
        ]
        let kind = try #require(kinds[vector.text("kind")])
        let context = Associated.object(
            vault: try vault(vector), record: try record(vector), kind: kind)
        let object = try vector.object()
        var plaintext = [UInt8](repeating: 0, count: object.count)
        let count = try object.withUnsafeBytes { object in
            try plaintext.withUnsafeMutableBytes { plaintext in
                try ObjectOpener().open(
                    object, key: FileKey(checking: secret(vector.hex("key"))), context: context,
                    into: plaintext)
            }
        }
        return Array(plaintext[..<count])
    }

    private static func tag(_ vector: VectorFile) throws -> [UInt8] {
        let key = try secret(vector.hex("key"))
        switch try vector.text("kind") {
        case "duplicate":
            return Array(try TagKey(checking: key).tag(of: Digest(vector.hex("digest")))[..<8])
        case "erasure":
            return Array(try ErasureKey(checking: key).tag(of: Digest(vector.hex("digest")))[..<16])
        default:
            let place = Associated.place(root: try vector.hex("root"), path: try vector.hex("path"))
            return Array(try TagKey(checking: key).tag(ofPlace: place)[..<8])
        }
    }

    private static func vault(_ vector: VectorFile) throws -> VaultID {
        try VaultID(bytes: vector.hex("vault"))
    }

    private static func record(_ vector: VectorFile) throws -> RecordID {
        try RecordID(bytes: vector.hex("record"))
    }

    private static func secret(_ bytes: [UInt8]) -> Secret {
        Secret(count: bytes.count) { $0.copyBytes(from: bytes) }
    }

    private static func bytes(of secret: borrowing Secret) -> [UInt8] {
        secret.withUnsafeBytes { Array($0) }
    }

    /// The failure class of Tests/Vectors/README.md.
    private static func failureClass(_ error: any Error) -> String {
        switch error {
        case FormatError.truncated, CryptoError.truncated: "truncated"
        case FormatError.wrongLength, FormatError.trailingBytes, FormatError.notCanonical,
            FormatError.unexpected, CryptoError.malformed:
            "not canonical"
        case FormatError.outOfRange, CryptoError.costOutOfBounds: "out of range"
        case FormatError.unknown: "unknown"
        case FormatError.checksum: "checksum"
        case CryptoError.wrongKey, KeysError.refused: "wrong key"
        case CryptoError.authenticationFailed, KeysError.untrusted: "authentication"
        case KeysError.format(let error): failureClass(error)
        default: "\(error)"
        }
    }
}
