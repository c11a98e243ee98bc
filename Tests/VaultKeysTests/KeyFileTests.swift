import Testing
import VaultCrypto
import VaultFormat
import VaultKeys

@Suite("Passphrase and key file, Spec 02 §4, §9")
struct KeyFileTests {
    /// A vault whose owner may open it with the passphrase alone, or with another and a key file.
    private static func vault(
        _ file: borrowing Secret
    ) throws -> (header: Header, slot: SlotID) {
        let new = try newVaultForTests()
        let editor = try HeaderEditor(new.header, keys: new.keys, rows: new.keyring)
        return try editor.add(
            cheapWithKeyFile, secret: secret("with a file"), keyFile: file.copy(), label: "safe",
            role: .owner)
    }

    @Test("both are needed, and the error says when the file is what may be missing")
    func both() throws {
        let file = SecretCode.randomSecret()
        let (header, slot) = try Self.vault(file)
        func refusal(_ typed: String, _ file: consuming Secret?) -> KeysError? {
            do {
                _ = try SlotOpener.open(header, with: secret(typed), keyFile: file)
                return nil
            } catch {
                return error
            }
        }
        #expect(
            try SlotOpener.open(header, with: secret("with a file"), keyFile: file.copy()).slot
                == slot)
        #expect(refusal("with a file", nil) == .refusedKeyFileMissing)
        #expect(refusal("with a file", SecretCode.randomSecret()) == .refused)
        #expect(refusal("another", file.copy()) == .refused)
        #expect(refusal("another", nil) == .refusedKeyFileMissing)
        // What needs no file opens with one at hand, too.
        #expect(refusal("a passphrase", file.copy()) == nil)
        #expect(refusal("a passphrase", nil) == nil)
        #expect(
            refusal("with a file", Secret(randomCount: 19))
                == .format(.unexpected("KDF parameters")))
    }

    @Test("one slot alone is asked, when it is named")
    func only() throws {
        let file = SecretCode.randomSecret()
        let (header, slot) = try Self.vault(file)
        let plain = try #require(header.slot(of: .passphrase)).id
        func refusal(_ typed: String, only id: SlotID, file: consuming Secret? = nil) -> KeysError?
        {
            do {
                _ = try SlotOpener.open(header, with: secret(typed), keyFile: file, only: id)
                return nil
            } catch {
                return error
            }
        }
        #expect(refusal("a passphrase", only: plain) == nil)
        #expect(refusal("a passphrase", only: slot) == .refusedKeyFileMissing)
        #expect(refusal("a passphrase", only: slot, file: file.copy()) == .refused)
        #expect(refusal("with a file", only: plain) == .refused)
        #expect(refusal("with a file", only: slot, file: file.copy()) == nil)
        let nobody = SlotID.random()
        #expect(refusal("a passphrase", only: nobody) == .noSuchSlot(nobody))
    }

    @Test("a slot that says it wants no file does not open without it")
    func downgrade() throws {
        let file = SecretCode.randomSecret()
        let (header, slot) = try Self.vault(file)
        let changed = header.changed { header in
            for index in header.slots.indices where header.slots[index].id == slot {
                header.slots[index].kind = .passphrase
            }
        }
        #expect(refusal(changed, "with a file") == .refused)
    }

    @Test("a key file's content comes back from its text, and a recovery code is none")
    func content() throws {
        let file = SecretCode.randomSecret()
        let text = SecretCode.keyFile.text(of: file)
        #expect(bytes(text).count == 48 && bytes(text).starts(with: "LTK1".utf8))
        #expect(bytes(try SecretCode.keyFile.secret(in: text)) == bytes(file))
        let code = SecretCode.recovery.text(of: file)
        do {
            _ = try SecretCode.keyFile.secret(in: code)
            Issue.record("a recovery code was taken for a key file")
        } catch {
            #expect(error == .checksum)
        }
    }
}
