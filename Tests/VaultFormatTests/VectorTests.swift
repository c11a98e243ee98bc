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
                "bundle", "cbor", "deposit", "deposit-key", "desk", "filekey", "index",
                "json-header",
                "key-file", "keyring",
                "object", "occurrence", "open", "padme", "record", "recovery-code", "request",
                "session", "slot", "subkey", "tags",
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
        case "recovery-code": try decoded(Array(vector.text("code").utf8), .recovery)
        case "key-file": try decoded(Array(vector.text("code").utf8), .keyFile)
        case "session": try session(vector)
        case "desk": try desk(vector)
        case "index": try IndexVector.open(vector)
        case "deposit": try DepositVector.open(vector)
        case "deposit-key": try DepositVector.key(vector)
        case "request": try DepositVector.request(vector)
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
        let candidate: SlotKeyCandidate
        switch slot.kind {
        case .recovery:
            candidate = try PassphraseHash.expand(
                secret(vector.hex("secret")), salt: kdf.salt.bytes,
                info: Associated.recovery(vault: vault, slot: slot.id))
        case .passphrase, .passphraseAndKeyFile:
            let passphrase = try secret(vector.hex("passphrase"))
            let cost = try PassphraseCost(
                memoryByteCount: Int(kdf.memory ?? 0), passes: Int(kdf.passes ?? 0))
            candidate =
                slot.kind == .passphrase
                ? try PassphraseHash.stretch(passphrase, salt: kdf.salt.bytes, cost: cost)
                : try PassphraseHash.stretch(
                    passphrase, keyFile: secret(vector.hex("keyfile")), salt: kdf.salt.bytes,
                    cost: cost, info: Associated.keyFile(vault: vault, slot: slot.id))
        }
        return try Box.openSecret(
            slot.private.sealed.bytes,
            under: candidate.confirmed(by: slot.private.commitment.bytes),
            associated: Associated.slot(vault: vault, slot: slot.id, bound: slot.bound))
    }

    private static func session(_ vector: VectorFile) throws -> [UInt8] {
        let spaces = vector.has("spaces") ? Int(try vector.number("spaces")) : 0
        let session = try SessionFile(
            parsing: try vector.hex("session") + [UInt8](repeating: 0x20, count: spaces))
        let key = try SessionKey(checking: secret(vector.hex("key")))
        let opened = try Box.openSecret(
            session.sealed.bytes, under: key,
            associated: Associated.session(vault: session.vault, slot: session.slot))
        let half = try OpenHalf(session, with: key)
        #expect(half.slot == session.slot && half.vault == session.vault)
        return bytes(of: opened)
    }

    /// The whole way, to what each role holds.
    private static func open(_ vector: VectorFile) throws -> [UInt8] {
        let header = try header(vector)
        let typed = try secret(
            vector.has("passphrase")
                ? vector.hex("passphrase")
                : vector.hex("secret").withUnsafeBytes { SecretCode.recovery.encode($0) })
        let keys =
            vector.has("keyfile")
            ? try SlotOpener.open(header, with: typed, keyFile: secret(vector.hex("keyfile")))
            : try SlotOpener.open(header, with: typed)
        switch keys.role {
        case .owner:
            // The root key is recognised by what is derived from it.
            let root = try VectorFile(group: "subkey", name: "wrap").hex("key")
            let expected = try RootKey(checking: secret(root)).wrapKey()
            #expect(try bytes(of: keys.wrapKey()) == bytes(of: expected))
            return root
        case .manager:
            return try bytes(of: keys.wrapKey()) + bytes(of: keys.tagKey())
                + bytes(of: keys.deskKey()) + bytes(of: keys.indexKey([]))
                + bytes(of: keys.erasureKey([]))
                + newest(keys.depositKeys([]))
        case .desk: return try bytes(of: keys.deskKey())
        case .auditor: return try newest(keys.auditKeys([]))
        case .depositor, .keeper: return []
        }
    }

    private static func newest(_ keys: ReceivingKeys) throws -> [UInt8] {
        guard let key = keys.newest else { throw KeysError.refused }
        return bytes(of: key.privateHalf())
    }

    private static func bundle(_ vector: VectorFile) throws -> [UInt8] {
        let key = try ReceivingKey(secret(vector.hex("private")))
        #expect(try key.publicKey == vector.hex("receiving"))
        let role = try #require(Role(rawValue: vector.text("role")))
        let opened = try Envelope.open(
            vector.hex("bundle"), with: key,
            info: Associated.bundle(vault: vault(vector), slot: SlotID(bytes: vector.hex("slot"))),
            associated: Array(role.rawValue.utf8))
        var reader = bytes(of: opened)[...]
        guard reader.popFirst() == 0xA0 | UInt8(role.bundle.count) else {
            throw FormatError.unexpected("map of another size")
        }
        return try role.bundle.flatMap { key in
            guard reader.starts(with: [key.rawValue, 0x58, 32]), reader.count >= 35 else {
                throw FormatError.unexpected("another key")
            }
            defer { reader = reader.dropFirst(35) }
            return reader.dropFirst(3).prefix(32)
        }
    }

    private static func desk(_ vector: VectorFile) throws -> [UInt8] {
        let subject = String(decoding: try vector.hex("subject"), as: UTF8.self)
        let key = try DeskKey(checking: secret(vector.hex("key"))).subjectKey(subject)
        return try bytes(
            of: key.unwrap(
                vector.hex("wrapped"),
                associated: Associated.desk(
                    vault: vault(vector), record: record(vector),
                    number: UInt32(vector.number("number")))))
    }

    private static func subkey(_ vector: VectorFile) throws -> [UInt8] {
        let key = try secret(vector.hex("key"))
        return switch try vector.text("context") {
        case "lt.wrap.": try RootKey(checking: key).wrapKey().withUnsafeBytes { Array($0) }
        case "lt.dedup": try RootKey(checking: key).tagKey().withUnsafeBytes { Array($0) }
        case "lt.desk.": try RootKey(checking: key).deskKey().withUnsafeBytes { Array($0) }
        case "lt.ring.": try RootKey(checking: key).ringKey().withUnsafeBytes { Array($0) }
        case "lt.block": try IndexKey(checking: key).blockKey().withUnsafeBytes { Array($0) }
        case "lt.card.": try IndexKey(checking: key).cardKey().withUnsafeBytes { Array($0) }
        case "lt.chain": try ReceivingKey(key).chainKey().withUnsafeBytes { Array($0) }
        case "lt.value": try FileKey(checking: key).valueKey().withUnsafeBytes { Array($0) }
        default: throw VectorFile.Missing(input: "context")
        }
    }

    private static func keyring(_ vector: VectorFile) throws -> [UInt8] {
        guard let purpose = KeyringPurpose(rawValue: try vector.text("purpose")) else {
            throw FormatError.unknown("purpose")
        }
        let about = Associated.keyring(
            vault: try vault(vector), purpose: purpose, epoch: UInt32(try vector.number("epoch")))
        let key = try secret(vector.hex("key"))
        let wrapped = try vector.hex("wrapped")
        let opened: Secret
        switch purpose {
        case .auditBefore, .depositBefore:
            opened = try Box.openSecret(
                wrapped, under: ReceivingKey(key).chainKey(), associated: about)
        default: opened = try RingKey(checking: key).unwrap(wrapped, associated: about)
        }
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
        case "subject":
            let subject = String(decoding: try vector.hex("subject"), as: UTF8.self)
            return Array(try DeskKey(checking: key).subjectTag(subject)[..<8])
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

    private static func bytes(of key: borrowing some Key & ~Copyable) -> [UInt8] {
        key.withUnsafeBytes { Array($0) }
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
        case CryptoError.wrongKey, KeysError.refused, KeysError.refusedKeyFileMissing: "wrong key"
        case CryptoError.authenticationFailed, KeysError.untrusted: "authentication"
        case KeysError.format(let error): failureClass(error)
        default: "\(error)"
        }
    }
}
