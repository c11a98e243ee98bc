import VaultCrypto
import VaultFiles
package import VaultFormat
import VaultKeys

/// A vault's public deposit key, out of a file. Spec 08 §8.
package struct DepositKey: Sendable {
    let target: DepositTarget

    package var vault: VaultID { target.vault }

    /// The SHA-256 of the public key, by which two people compare it.
    package var fingerprint: String { Digest(hashing: target.publicKey).hex }

    /// - Throws: `usage` for a file that is no deposit key, or was changed.
    package init(reading path: [UInt8]) throws(VaultError) {
        let name = "the deposit key \"\(Printable.text(path))\""
        let absolute = try SourcePath.absolute(path)
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try Descriptor.openSource(FilePath(bytes: absolute))
                .readAll(limit: DepositKeyFile.maximumByteCount + 1)
        } catch {
            throw VaultError(.usage, "\(name) cannot be read: \(error.describe)")
        }
        do {
            target = try DepositTarget(DepositKeyFile(parsing: bytes))
        } catch {
            throw VaultError(
                .usage, "\(name) is none, or it was changed",
                hint: "an owner of the vault makes one with lighttight inbox key")
        }
    }

    init(_ target: DepositTarget) { self.target = target }
}

extension OpenSlot {
    /// The vault's public deposit key, signed, for a machine that has nothing else of the vault; an owner
    /// makes it.
    package func depositKeyFile() throws(VaultError) -> (file: [UInt8], key: DepositKey) {
        do throws(KeysError) {
            let file = try DepositTarget.file(keys, rows: keyring(), header: locked.header)
            return (file.encoded, DepositKey(try DepositTarget(file)))
        } catch {
            throw VaultError(error)
        }
    }
}
