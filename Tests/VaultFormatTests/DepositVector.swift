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

    static func key(_ vector: VectorFile) throws -> [UInt8] {
        let spaces = vector.has("spaces") ? Int(try vector.number("spaces")) : 0
        return try DepositTarget(
            DepositKeyFile(
                parsing: vector.hex("file") + [UInt8](repeating: 0x20, count: spaces))
        ).publicKey
    }
}
