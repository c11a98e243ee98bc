/// What the log was at a size: C2SP tlog-checkpoint, <https://c2sp.org/tlog-checkpoint>. Spec 07 §7.
package struct Checkpoint: Hashable, Sendable {
    package let vault: VaultID
    /// The number of entries.
    package let size: UInt64
    /// Root of the tree of these entries.
    package let root: LogHash

    package init(vault: VaultID, size: UInt64, root: LogHash) {
        self.vault = vault
        self.size = size
        self.root = root
    }

    /// The log's name, which is also that of the vault's signing keys.
    package static func origin(vault: VaultID) -> String { originPrefix + vault.hex }

    /// The name of a slot's signing key.
    package static func name(vault: VaultID, slot: SlotID) -> String {
        origin(vault: vault) + "/" + slot.hex
    }

    /// The note's text.
    package var text: String {
        "\(Self.origin(vault: vault))\n\(size)\n\(Base64.encode(root.bytes))\n"
    }

    /// Parses a note's text. Lines after the third are refused: we never write any, and what nobody
    /// reads should not be signed.
    package init(parsing text: String) throws(FormatError) {
        let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        guard lines.count == 4, lines[3].isEmpty else { throw .unexpected("checkpoint of 3 lines") }
        // By bytes: Swift takes a letter and the accent after it for one character.
        guard lines[0].utf8.starts(with: Self.originPrefix.utf8) else {
            throw .unknown("checkpoint origin")
        }
        let name = lines[0].utf8.dropFirst(Self.originPrefix.utf8.count)
        vault = try VaultID(hex: String(decoding: name, as: UTF8.self))
        size = try Self.decimal(lines[1])
        root = try LogHash(bytes: Base64.decode(lines[2]))
        guard self.text.utf8.elementsEqual(text.utf8) else { throw .notCanonical }
    }

    private static func decimal(_ digits: String) throws(FormatError) -> UInt64 {
        guard !digits.isEmpty,
            digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { throw .notCanonical }
        guard let number = UInt64(digits) else { throw .outOfRange("checkpoint size") }
        return number
    }

    private static let originPrefix = "lighttight/1/"
}
