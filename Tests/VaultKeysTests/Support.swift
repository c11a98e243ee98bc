import VaultCrypto
import VaultFormat
import VaultKeys

func secret(_ text: String) -> Secret {
    Secret(count: text.utf8.count) { $0.copyBytes(from: text.utf8) }
}

/// The cheapest cost that the format allows; no program default.
let memory: UInt64 = 64 << 20
let cheap = SlotMaker.Way.passphrase(memory: memory, passes: 1)
let cheapWithKeyFile = SlotMaker.Way.passphraseAndKeyFile(memory: memory, passes: 1)

func newVaultForTests(_ passphrase: String = "a passphrase") throws -> NewVaultKeys {
    try NewVaultKeys(passphrase: secret(passphrase), memory: memory, passes: 1, label: "owner")
}

extension Header {
    func changed(_ change: (inout Header) -> Void) -> Header {
        var header = self
        change(&header)
        return header
    }

    func slot(of kind: SlotKind) -> Slot? { slots.first { $0.kind == kind } }
}

/// The error that opening gives, or `nil` when it opens.
func refusal(_ header: Header, _ typed: String) -> KeysError? {
    refusal { () throws(KeysError) in _ = try SlotOpener.open(header, with: secret(typed)) }
}

/// The error that something gives, or `nil`.
func refusal(_ body: () throws(KeysError) -> Void) -> KeysError? {
    do {
        try body()
        return nil
    } catch {
        return error
    }
}

func bytes(_ key: borrowing some Key & ~Copyable) -> [UInt8] { key.withUnsafeBytes { Array($0) } }
func bytes(_ secret: borrowing Secret) -> [UInt8] { secret.withUnsafeBytes { Array($0) } }
func bytes(_ key: consuming ReceivingKey?) -> [UInt8]? {
    guard let key else { return nil }
    return bytes(key.privateHalf())
}

/// A vault with a slot of every role, each opened by a code, which costs no Argon2id.
struct Team {
    /// As it is after the last change.
    var header: Header
    var rows: [KeyringRow]
    var owner: RoleKeys
    private(set) var slots: [Role: SlotID] = [:]
    private var codes: [Role: [UInt8]] = [:]

    init() throws {
        let new = try newVaultForTests()
        header = new.header
        rows = new.keyring
        owner = new.keys
        for role in Role.allCases {
            let code = SecretCode.randomSecret()
            codes[role] = bytes(SecretCode.recovery.text(of: code))
            let added = try edit { editor throws(KeysError) in
                try editor.add(.recovery, secret: code, label: role.rawValue, role: role)
            }
            header = added.header
            slots[role] = added.slot
        }
    }

    func edit<R>(
        _ body: (borrowing HeaderEditor) throws(KeysError) -> R
    ) throws(KeysError) -> R {
        try body(try HeaderEditor(header, keys: owner, rows: rows))
    }

    func code(_ role: Role) -> Secret {
        Secret(count: SecretCode.textByteCount) { $0.copyBytes(from: codes[role] ?? []) }
    }

    func half(_ role: Role) throws(KeysError) -> OpenHalf {
        try SlotOpener.half(header, with: code(role))
    }

    func keys(_ role: Role) throws(KeysError) -> RoleKeys {
        try SlotOpener.open(header, with: code(role))
    }

    mutating func rotate(since sequence: UInt64) throws(KeysError) {
        let rotation = try Rotation(header, keys: owner, rows: rows, since: sequence)
        header = rotation.header
        rows = rotation.keyring
        owner = rotation.keys
    }
}
