import VaultCrypto
import VaultFormat
import VaultKeys

func secret(_ text: String) -> Secret {
    Secret(count: text.utf8.count) { $0.copyBytes(from: text.utf8) }
}

/// The cheapest cost that the format allows; no program default.
func newVaultForTests(_ passphrase: String = "a passphrase") throws -> NewVaultKeys {
    try NewVaultKeys(passphrase: secret(passphrase), memory: 64 << 20, passes: 1, label: "owner")
}

extension Header {
    func changed(_ change: (inout Header) -> Void) -> Header {
        var header = self
        change(&header)
        return header
    }
}

/// The error that opening gives, or `nil` when it opens.
func refusal(_ header: Header, _ typed: String) -> KeysError? {
    do {
        _ = try SlotOpener.open(header, with: secret(typed))
        return nil
    } catch {
        return error
    }
}
