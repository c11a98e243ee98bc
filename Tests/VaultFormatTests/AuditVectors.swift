import VaultAudit
import VaultCrypto
import VaultFormat

/// How the vectors of the audit log are read.
enum AuditVectors {
    static let groups: Set<String> = [
        "content", "detail", "leaf", "note", "proof", "rows", "state", "tree",
    ]

    /// What the vector opens to; `nil` for one of another group.
    static func run(_ vector: VectorFile) throws -> [UInt8]? {
        switch vector.group {
        case "leaf": try leaf(vector)
        case "rows": try rows(vector)
        case "content":
            try parse(
                opened(
                    vector,
                    Associated.entry(vault: vault(vector), sequence: vector.number("sequence")))
            ) {
                try EntryContent(parsing: $0).encoded
            }
        case "detail":
            try parse(
                opened(
                    vector,
                    Associated.detail(
                        vault: vault(vector), record: RecordID(bytes: vector.hex("record"))))
            ) { try DetailValue(parsing: $0).encoded }
        case "note": try note(vector)
        case "proof": try TreeVectors.proof(vector)
        case "state": try TreeVectors.state(vector)
        case "tree": try TreeVectors.tree(vector)
        default: nil
        }
    }

    private static func leaf(_ vector: VectorFile) throws -> [UInt8] {
        let vault = try vault(vector)
        let bytes = try vector.hex("leaf")
        let leaf = try parse(bytes) { try EntryLeaf(parsing: $0) }
        if leaf.actor != nil {
            let key = try VerifyingKey(vector.hex("signing"))
            guard key.verify(signature: leaf.signature, of: leaf.signedBytes(vault: vault)) else {
                throw CryptoError.authenticationFailed
            }
        }
        var reader = AuditReader(vault: vault)
        reader.add(try ReceivingKey(secret(vector.hex("key"))), epoch: leaf.auditEpoch)
        return try reader.open(leaf).encoded
    }

    private static func rows(_ vector: VectorFile) throws -> [UInt8] {
        try parse(try vector.hex("rows")) { bytes in
            let reader = try EntryRowsReader(parsing: bytes)
            var rows = EntryRows()
            for index in 0..<reader.recordCount {
                let record = reader.record(at: index)
                rows.record(row: record.row, state: record.state)
            }
            for index in 0..<reader.packCount {
                let pack = reader.pack(at: index)
                rows.pack(pack.name, byteCount: pack.byteCount)
            }
            for index in 0..<reader.erasedCount {
                let erased = reader.erased(at: index)
                rows.erased(erased.tag, isThere: erased.isThere)
            }
            rows.header = reader.header
            rows.keyring = reader.keyring
            rows.copies = reader.copies
            rows.cards = reader.cards
            return rows.encoded
        }
    }

    private static func opened(_ vector: VectorFile, _ associated: [UInt8]) throws -> [UInt8] {
        try Box.open(
            vector.hex("sealed"), under: TransactionKey(checking: secret(vector.hex("key"))),
            associated: associated)
    }

    private static func note(_ vector: VectorFile) throws -> [UInt8] {
        let since = try vector.number("since")
        var keys = [
            LogAuthority.VaultKey(epoch: 1, since: since, public: try vector.hex("public"))
        ]
        if vector.has("next") {
            keys.append(.init(epoch: 2, since: try vector.number("next"), public: []))
        }
        let until = vector.has("until") ? try vector.number("until") : nil
        let slot = LogAuthority.Slot(
            id: try SlotID(bytes: vector.hex("slot")), public: try vector.hex("signing"),
            until: until)
        let judge = CheckpointJudge(
            authority: LogAuthority(vault: try vault(vector), keys: keys, slots: [slot]))
        return Array(try judge.judge(vector.hex("note")).checkpoint.text.utf8)
    }

    private static func vault(_ vector: VectorFile) throws -> VaultID {
        try VaultID(bytes: vector.hex("vault"))
    }

    private static func secret(_ bytes: [UInt8]) -> Secret {
        Secret(count: bytes.count) { $0.copyBytes(from: bytes) }
    }

    /// The error of another room behind one of the audit room's; the class of what has none.
    static func cause(of error: any Error) -> any Error {
        switch error {
        case AuditError.format(let error), CheckpointRefusal.format(let error): error
        case AuditError.crypto(let error): error
        case CheckpointRefusal.notInUse: FormatError.outOfRange("key in use")
        case is CheckpointRefusal: CryptoError.authenticationFailed
        default: error
        }
    }
}
