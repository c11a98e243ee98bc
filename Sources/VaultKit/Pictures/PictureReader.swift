import VaultCrypto
import VaultFormat
import VaultRecords
import VaultStore

/// Finds pictures and opens them out of their packs; one for each thread.
final class PictureReader {
    private let vault: UnlockedVault
    private let objects: SealedObjectReader
    private var opener: RecordOpener
    private var batch = RecordBatch()

    init(_ vault: UnlockedVault) throws(VaultError) {
        self.vault = vault
        opener = vault.opener()
        objects = try SealedObjectReader(vault.locked)
    }

    /// Lends the original's plaintext piece by piece. Only the return says that nothing is missing.
    func read(
        _ sealed: SealedPicture, _ body: (UnsafeRawBufferPointer) throws(VaultError) -> Void
    ) throws(VaultError) {
        try objects.read(sealed, sealed.picture.value.original, body)
    }

    /// A picture's thumbnail, a JPEG; `nil` when it has none.
    func thumbnail(of sealed: SealedPicture) throws(VaultError) -> [UInt8]? {
        guard let object = sealed.picture.value.thumbnail else { return nil }
        var jpeg: [UInt8] = []
        jpeg.reserveCapacity(Int(object.byteCount))
        try objects.read(sealed, object) { (piece) throws(VaultError) in
            jpeg.append(contentsOf: piece)
        }
        return jpeg
    }

    /// Fills a buffer with what begins at an offset of the original.
    func fill(
        _ buffer: UnsafeMutableRawBufferPointer, from offset: UInt64, of sealed: SealedPicture
    ) throws(VaultError) {
        try objects.fill(buffer, from: offset, of: sealed)
    }

    /// Checks every byte of one of a picture's objects.
    func authenticate(_ sealed: SealedPicture, _ object: NamedObject) throws(VaultError) {
        try objects.authenticate(sealed, object)
    }

    /// Reads a picture back whole and compares it with the digest in its record.
    func requireWhole(_ id: RecordID) throws(VaultError) {
        let sealed = try find(id)
        var hasher = SHA256Hasher()
        try read(sealed) { (piece) throws(VaultError) in hasher.update(piece) }
        guard ContentDigest(hasher.finalize()) == sealed.picture.value.digest else {
            throw VaultError(.damaged, "picture \(id.hex.prefix(12)) is not what its record says")
        }
    }

    /// The record as it is now.
    func find(_ id: RecordID) throws(VaultError) -> SealedPicture {
        let records = vault.records
        return try reading { () throws(RecordsError) in
            try records.fill(&batch, ids: [id])
            guard !batch.isEmpty else { throw .noSuchRecord }
            return try opener.open(batch, at: 0)
        }
    }

    /// The same; `nil` when it was destroyed meanwhile.
    func findIfThere(_ id: RecordID) throws(VaultError) -> SealedPicture? {
        let records = vault.records
        return try reading { () throws(RecordsError) in
            try records.fill(&batch, ids: [id])
            return batch.isEmpty ? nil : try opener.open(batch, at: 0)
        }
    }
}

/// A picture with the key that opens it.
final class SealedPicture: Sendable {
    let row: Int64
    let version: UInt32
    let picture: Picture
    /// The numbers of the picture's occurrences, in their order.
    let numbers: [UInt32]
    let key: FileKey

    init(
        row: Int64, version: UInt32, picture: Picture, numbers: [UInt32], key: consuming FileKey
    ) {
        self.row = row
        self.version = version
        self.picture = picture
        self.numbers = numbers
        self.key = key
    }

    /// The same with some of its occurrences only.
    func keeping(_ indices: [Int]) -> SealedPicture {
        guard indices.count < numbers.count else { return self }
        var picture = picture
        picture.occurrences = indices.map { self.picture.occurrences[$0] }
        return SealedPicture(
            row: row, version: version, picture: picture, numbers: indices.map { numbers[$0] },
            key: key.copy())
    }
}

extension RecordOpener {
    /// Opens one record of a batch with its occurrences.
    mutating func open(
        _ batch: RecordBatch, at index: Int
    ) throws(RecordsError) -> SealedPicture {
        try batch.withRecord(at: index) { (stored) throws(RecordsError) in
            let record = try open(stored)
            return SealedPicture(stored, record, try openOccurrences(of: stored, record))
        }
    }
}

extension ValueOpener {
    /// Opens one record of a batch, whose file key is known, with its occurrences.
    mutating func open(
        _ batch: RecordBatch, at index: Int, with key: borrowing FileKey
    ) throws(RecordsError) -> SealedPicture {
        try batch.withRecord(at: index) { (stored) throws(RecordsError) in
            let record = try open(stored, with: key.copy())
            return SealedPicture(stored, record, try openOccurrences(of: stored, record))
        }
    }
}

extension SealedPicture {
    fileprivate convenience init(
        _ stored: borrowing StoredRecord, _ record: borrowing OpenedRecord,
        _ occurrences: [OpenedOccurrence]
    ) {
        self.init(
            row: stored.row, version: record.version,
            picture: Picture(
                id: record.id, value: record.value, occurrences: occurrences.map(\.value)),
            numbers: occurrences.map(\.number), key: record.key.copy())
    }
}

extension VaultError {
    init(_ defect: ObjectDefect, _ id: RecordID) {
        let what = "picture \(id.hex.prefix(12))"
        let hint = "export the others, and take this one's pack from a backup copy"
        switch defect {
        case .wrongKey:
            self.init(.damaged, "\(what) is not the object its record names", hint: hint)
        case .truncated: self.init(.damaged, "\(what) is cut short", hint: hint)
        case .altered: self.init(.damaged, "\(what) is damaged", hint: hint)
        }
    }

    init(_ error: ReadError<VaultError>, _ id: RecordID) {
        switch error {
        case .store(let error): self.init(error)
        case .object(_, let defect): self.init(defect, id)
        case .body(let error): self = error
        }
    }
}
