/// The first 4,096 bytes of a deposit: what stands before its object. Spec 08 §2.
package struct DepositFront: Hashable, Sendable {
    package static let byteCount = 4_096
    /// Without the signature, which signs these.
    package static let signedByteCount = startByteCount + headByteCount
    package static let headByteCount = 3_943
    package static let signatureByteCount = 96
    private static let startByteCount = 57
    private static let magic = Array("lighttight/1 deposit\n".utf8)

    package let vault: VaultID
    package let deposit: DepositID
    package let epoch: UInt32
    /// Encapsulated key and first message of an HPKE context, to the deposit key of the epoch. Spec 08 §3.
    package let head: [UInt8]
    /// Who signed, or zeros: the second message. Spec 08 §4.
    package let signature: [UInt8]

    /// - Precondition: head and signature have their lengths.
    package init(
        vault: VaultID, deposit: DepositID, epoch: UInt32, head: [UInt8], signature: [UInt8]
    ) {
        precondition(
            head.count == Self.headByteCount && signature.count == Self.signatureByteCount,
            "the parts of a front have fixed lengths")
        self.vault = vault
        self.deposit = deposit
        self.epoch = epoch
        self.head = head
        self.signature = signature
    }

    /// Takes exactly `byteCount` bytes.
    package init(parsing bytes: [UInt8]) throws(FormatError) {
        guard bytes.count >= Self.byteCount else { throw .truncated }
        guard bytes.count == Self.byteCount else { throw .trailingBytes }
        guard bytes.starts(with: Self.magic) else { throw .unknown("deposit format") }
        vault = try VaultID(bytes: bytes[21..<37])
        deposit = try DepositID(bytes: bytes[37..<53])
        epoch = bytes[53..<57].reduce(0) { $0 << 8 | UInt32($1) }
        head = Array(bytes[Self.startByteCount..<Self.signedByteCount])
        signature = Array(bytes[Self.signedByteCount...])
    }

    package var encoded: [UInt8] { signedBytes + signature }

    /// What a signature is over, once hashed.
    package var signedBytes: [UInt8] {
        Self.start(vault: vault, deposit: deposit, epoch: epoch) + head
    }

    /// What a deposit's file begins with: 57 bytes, which anybody can read.
    package static func start(vault: VaultID, deposit: DepositID, epoch: UInt32) -> [UInt8] {
        magic + vault.bytes + deposit.bytes + withUnsafeBytes(of: epoch.bigEndian) { Array($0) }
    }

    /// The size of the file whose object has so many bytes.
    package static func fileByteCount(object: UInt64) -> UInt64 {
        Padme.paddedSize(of: UInt64(byteCount) + object)
    }
}
