import CSealedFiles
import VaultCrypto
import VaultFiles
import VaultFormat

/// The key that an index's files are sealed under, lent to the VFS for as long as this lives.
/// Spec 09 §2.
final class BlockCipher: Sendable {
    private let key: BlockKey
    private let number = Number()

    // Sendable: written once, in init, before anybody else has the object.
    private final class Number: @unchecked Sendable { var value: Int64 = 0 }

    init(_ key: borrowing IndexKey, vault: VaultID) throws(IndexError) {
        self.key = key.blockKey()
        let registered = lt_sealed_register()
        guard registered == 0 else { throw IndexError(code: registered) }
        var cipher = lt_sealed_cipher()
        // Taken back in deinit, so the C side never has it longer than it lives.
        cipher.context = Unmanaged.passUnretained(self).toOpaque()
        cipher.seal = { context, associated, associatedCount, plain, count, sealed in
            let cipher = Unmanaged<BlockCipher>.fromOpaque(context!).takeUnretainedValue()
            // Each block and each head is sealed right before it is written.
            do throws(FileError) { try FaultPoint.hit("index write") } catch { return 0 }
            Box.seal(
                UnsafeRawBufferPointer(start: plain, count: count), under: cipher.key,
                associated: UnsafeRawBufferPointer(start: associated, count: associatedCount),
                into: UnsafeMutableRawBufferPointer(start: sealed, count: count + Box.overhead))
            return 1
        }
        cipher.open = { context, associated, associatedCount, sealed, count, plain in
            let cipher = Unmanaged<BlockCipher>.fromOpaque(context!).takeUnretainedValue()
            do throws(CryptoError) {
                _ = try Box.open(
                    UnsafeRawBufferPointer(start: sealed, count: count), under: cipher.key,
                    associated: UnsafeRawBufferPointer(start: associated, count: associatedCount),
                    into: UnsafeMutableRawBufferPointer(start: plain, count: count - Box.overhead))
                return 1
            } catch {
                return 0
            }
        }
        cipher.random = { _, bytes, count in
            RandomBytes.fill(UnsafeMutableRawBufferPointer(start: bytes, count: count))
        }
        let associated = Associated.index(vault: vault)
        withUnsafeMutableBytes(of: &cipher.associated) { $0.copyBytes(from: associated) }
        cipher.associated_count = associated.count
        number.value = lt_sealed_lend(&cipher)
        guard number.value != 0 else { throw .sqlite(7) }
    }

    deinit { lt_sealed_take_back(number.value) }

    /// The name by which SQLite opens a file through the VFS with this key.
    func uri(_ path: [UInt8]) -> String {
        var text = "file:"
        for byte in path {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "."),
                UInt8(ascii: "-"), UInt8(ascii: "_"):
                text.unicodeScalars.append(Unicode.Scalar(byte))
            default: text += "%" + Hex.encode([byte])
            }
        }
        return text + "?vfs=\(LT_SEALED_VFS)&cipher=\(number.value)"
    }
}
