import VaultCrypto
package import VaultFormat

/// Seals what the auditor may know of pictures under one entry's key. Spec 07 §6.
///
/// One for each worker: an import seals one detail for each of half a million pictures, so the
/// associated data is made once and only its record ID changes.
package struct DetailSealer: ~Copyable, Sendable {
    private let key: TransactionKey
    private var associated: [UInt8]

    init(vault: VaultID, key: borrowing TransactionKey) {
        self.key = key.copy()
        associated = Associated.detail(vault: vault, record: RecordID(words: .zero))
    }

    /// What is stored in `record.detail`.
    package mutating func seal(_ value: DetailValue, record: RecordID) -> [UInt8] {
        withUnsafeBytes(of: record.words) { id in
            let start = associated.count - id.count
            associated.withUnsafeMutableBytes { $0[start...].copyBytes(from: id) }
        }
        return Box.seal(value.encoded, under: key, associated: associated)
    }

    /// A second sealer for another worker.
    package borrowing func copy() -> DetailSealer { DetailSealer(key: key.copy(), associated) }

    private init(key: consuming TransactionKey, _ associated: [UInt8]) {
        self.key = key
        self.associated = associated
    }
}
