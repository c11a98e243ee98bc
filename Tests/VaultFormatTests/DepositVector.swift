import Testing
import VaultCrypto
import VaultFormat
import VaultKeys

/// The vectors of the folders `deposit` and `deposit-key`.
enum DepositVector {
    /// The slot whose signature counts, or zeros, then the head's map and the picture.
    static func open(_ vector: VectorFile) throws -> [UInt8] {
        let file = try vector.object()
        let front = try DepositFront(parsing: Array(file.prefix(DepositFront.byteCount)))
        #expect(front.encoded == Array(file.prefix(DepositFront.byteCount)))
        guard try front.deposit.bytes == vector.hex("deposit") else {
            throw CryptoError.authenticationFailed
        }
        let secret = try vector.hex("private")
        let opened = try DepositOpener.open(
            front, with: ReceivingKey(Secret(count: secret.count) { $0.copyBytes(from: secret) }),
            header: Header(parsing: vector.hex("header")))
        let size = try ObjectSize.sealed(ofPlaintext: Int(opened.head.byteCount))
        let fileSize = Int(DepositFront.fileByteCount(object: UInt64(size)))
        guard file.count == fileSize else {
            throw FormatError.wrongLength(expected: fileSize, actual: file.count)
        }
        var picture = [UInt8](repeating: 0, count: Int(opened.head.byteCount))
        let object = Array(file[DepositFront.byteCount..<DepositFront.byteCount + size])
        let context = Associated.depositObject(vault: front.vault, deposit: front.deposit)
        try object.withUnsafeBytes { object in
            try picture.withUnsafeMutableBytes { picture in
                _ = try ObjectOpener().open(
                    object, key: opened.key, context: context, into: picture)
            }
        }
        guard Digest(hashing: picture).bytes == opened.head.digest.bytes else {
            throw CryptoError.authenticationFailed
        }
        let slot: [UInt8] =
            if case .slot(let slot) = opened.signer {
                slot.bytes
            } else {
                [UInt8](repeating: 0, count: SlotID.byteCount)
            }
        return slot + opened.head.encoded + picture
    }

    /// Name, proof, mark and the SHA-256 of the slip.
    static func request(_ vector: VectorFile) throws -> [UInt8] {
        let bytes = try vector.hex("slip")
        let slip = try RequestSlip(parsing: bytes)
        let (id, token) = (try RequestID(bytes: vector.hex("id")), try vector.hex("token"))
        let digest = try ContentDigest(bytes: Digest(hashing: vector.hex("picture")).bytes)
        let proof = HMAC.sha256(Associated.requestProof(id), under: token)
        let message = Associated.requestMark(
            vault: slip.vault, request: id, epoch: slip.epoch, picture: digest)
        let mark = HMAC.sha256(message, under: token)
        #expect(HMAC.verify(mark, of: message, under: token))
        #expect(!HMAC.verify(proof, of: message, under: token))
        return Digest(hashing: id.namedBytes).bytes[..<16] + proof + mark
            + Digest(hashing: bytes).bytes
    }

    static func key(_ vector: VectorFile) throws -> [UInt8] {
        let spaces = vector.has("spaces") ? Int(try vector.number("spaces")) : 0
        return try DepositTarget(
            DepositKeyFile(
                parsing: vector.hex("file") + [UInt8](repeating: 0x20, count: spaces))
        ).publicKey
    }
}
