import VaultFormat

/// A parser of bytes that somebody else may have written, and what holds of it whatever they are: it
/// refuses them, or prints the same bytes again. `make fuzz` looks for bytes for which that is not so;
/// what it found is kept as a seed, with which every run begins.
enum FuzzTarget: String, CaseIterable, Sendable {
    case base64, cbor, checkpoint, content, detail, header
    case keyFile = "key-file"
    case leaf
    case mediaType = "media-type"
    case memory, note, occurrence, record
    case recoveryCode = "recovery-code"
    case rows, session, sidecar, slot, takeout, xmp

    enum Outcome: Equatable {
        case refused
        case kept
        /// It was read as something that prints otherwise.
        case lost
    }

    func read(_ bytes: UnsafeRawBufferPointer) -> Outcome {
        do throws(FormatError) {
            return try keeps(bytes) ? .kept : .lost
        } catch {
            return .refused
        }
    }

    private func keeps(_ bytes: UnsafeRawBufferPointer) throws(FormatError) -> Bool {
        switch self {
        case .base64: return try Self.base64(bytes)
        case .cbor: return try FuzzedCBOR.keeps(bytes)
        case .checkpoint:
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw .unexpected("UTF-8 text")
            }
            return try Checkpoint(parsing: text).text.utf8.elementsEqual(bytes)
        case .content: return try EntryContent(parsing: bytes).encoded.elementsEqual(bytes)
        case .detail: return try DetailValue(parsing: bytes).encoded.elementsEqual(bytes)
        case .header: return try Self.header(Array(bytes)).elementsEqual(bytes)
        case .keyFile: return try Self.code(.keyFile, bytes)
        case .leaf: return try Self.leaf(bytes)
        case .mediaType: return Self.mediaType(Array(bytes))
        case .memory:
            let memory = try MachineMemory(parsing: Array(bytes))
            return memory.rootHash.bytes.count == 32 && memory.encoded.elementsEqual(bytes)
        case .note: return try SignedNote(parsing: Array(bytes)).encoded.elementsEqual(bytes)
        case .occurrence: return try OccurrenceValue(parsing: bytes).encoded.elementsEqual(bytes)
        case .record: return try RecordValue(parsing: bytes).encoded.elementsEqual(bytes)
        case .recoveryCode: return try Self.code(.recovery, bytes)
        case .rows: return try Self.rows(bytes).elementsEqual(bytes)
        case .session: return try SessionFile(parsing: Array(bytes)).encoded.elementsEqual(bytes)
        case .sidecar:
            // Read leniently, for people write it too: what was read is kept.
            let sidecar = try Sidecar(parsing: Array(bytes))
            return try Sidecar(parsing: sidecar.encoded) == sidecar
        case .takeout:
            // What was read of foreign files can be stored, and comes back.
            return try Self.stored(TakeoutFile(parsing: Array(bytes)).facts)
        case .xmp: return try Self.stored(XMPPacket(parsing: Array(bytes)).sidecarFacts)
        case .slot:
            let (before, after) = (Array(Self.frame.0.utf8), Array(Self.frame.1.utf8))
            return try Self.header(before + bytes + after).elementsEqual(before + bytes + after)
        }
    }

    /// A header but for its slots.
    private static let frame = (
        #"{"format":"lighttight/1","generation":1,"keys":{"audit":[{"epoch":1,"public":""#
            + key + #""}],"deposit":[{"epoch":1,"public":""# + key
            + #""}],"signing":[{"epoch":1,"public":""# + key
            + #"","since":0}]},"retired":[],"signature":""# + String(repeating: "A", count: 86)
            + #"","slots":["#, #"],"vault":"000102030405060708090a0b0c0d0e0f"}"#
    )
    private static let key = String(repeating: "A", count: 43)

    private static func stored(_ facts: SidecarFacts) throws(FormatError) -> Bool {
        guard !facts.isEmpty else { return true }
        var value = RecordValue(
            digest: ContentDigest(words: .init(repeating: 7)), byteCount: 1, type: .unknown,
            location: ObjectLocation(pack: PackName(words: .init(repeating: 7)), offset: 0),
            imported: 0)
        value.sidecar = facts
        let bytes = value.encoded
        let result = bytes.withUnsafeBytes { bytes in
            Result { () throws(FormatError) in try RecordValue(parsing: bytes) }
        }
        return try result.get() == value
    }

    /// With all that is made of a header before anything in it is believed.
    private static func header(_ bytes: [UInt8]) throws(FormatError) -> [UInt8] {
        let header = try Header(parsing: bytes)
        precondition(!header.signedBytes.isEmpty, "what is signed has a beginning")
        for slot in header.slots { precondition(!slot.bound.isEmpty, "it is a JSON object") }
        return header.encoded
    }

    private static func leaf(_ bytes: UnsafeRawBufferPointer) throws(FormatError) -> Bool {
        let leaf = try EntryLeaf(parsing: bytes)
        let signed = leaf.signedBytes(vault: VaultID(words: .init(repeating: 7)))
        return leaf.encoded.elementsEqual(bytes) && signed.count > leaf.content.count
    }

    private static func rows(_ bytes: UnsafeRawBufferPointer) throws(FormatError) -> [UInt8] {
        let reader = try EntryRowsReader(parsing: bytes)
        var rows = EntryRows()
        rows.header = reader.header
        rows.keyring = reader.keyring
        rows.copies = reader.copies
        rows.cards = reader.cards
        for index in 0..<reader.recordCount {
            let record = reader.record(at: index)
            rows.record(row: record.row, state: record.state)
        }
        for index in 0..<reader.packCount {
            let pack = reader.pack(at: index)
            rows.pack(pack.name, byteCount: pack.byteCount)
        }
        for index in 0..<reader.erasedCount {
            let erased = reader.erased(at: index)
            rows.erased(erased.tag, isThere: erased.isThere)
        }
        return rows.encoded
    }

    private static func base64(_ bytes: UnsafeRawBufferPointer) throws(FormatError) -> Bool {
        guard let first = bytes.first else { throw .truncated }
        guard let text = String(validating: bytes.dropFirst(), as: UTF8.self) else {
            throw .unexpected("UTF-8 text")
        }
        switch first % 3 {
        case 0: return try Base64.encode(Base64.decode(text)).utf8.elementsEqual(text.utf8)
        case 1: return try Base64URL.encode(Base64URL.decode(text)).utf8.elementsEqual(text.utf8)
        default: return try Hex.encode(Hex.decode(text)).utf8.elementsEqual(text.utf8)
        }
    }

    /// A code is printed in capitals and without dividers.
    private static func code(
        _ kind: SecretCode, _ typed: UnsafeRawBufferPointer
    ) throws(FormatError) -> Bool {
        var secret = [UInt8](repeating: 0xAA, count: SecretCode.secretByteCount)
        // The standard library's withUnsafeMutableBytes loses the type of what is thrown.
        let result = secret.withUnsafeMutableBytes { secret in
            Result { () throws(FormatError) in try kind.decode(typed, into: secret) }
        }
        if case .failure(let error) = result {
            precondition(secret.allSatisfy { $0 == 0 }, "what was refused leaves nothing")
            throw error
        }
        let plain = typed.filter { !" -\t\n\r".utf8.contains($0) }.map {
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) ? $0 - 32 : $0
        }
        return secret.withUnsafeBytes { kind.encode($0) } == plain
    }

    /// Everything has a type, and it is told from the first bytes.
    private static func mediaType(_ bytes: [UInt8]) -> Bool {
        let type = MediaType(content: bytes)
        return type == MediaType(content: Array(bytes.prefix(MediaType.sniffedByteCount)))
            && type.name.utf8.count { $0 == UInt8(ascii: "/") } == 1
            && (type == .empty) == bytes.isEmpty
    }
}
