import VaultCrypto
import VaultFiles
import VaultFormat
import VaultKeys
import VaultRecords

extension OpenSlot {
    /// The pictures of one subject that are not in the bin, newest first: what a desk can do. Spec 02 §11.
    ///
    /// Needs the desk key only, and the subject's exact name; it opens nobody else's pictures. In the log
    /// before anything is shown, also when there is nothing.
    package func look(_ subject: String) throws(VaultError) -> [Picture] {
        try found(subject).map(\.picture)
    }

    /// Writes one of a subject's pictures. Each piece is authentic.
    ///
    /// - Parameters:
    ///   - number: from 1, the newest.
    ///   - to: is called once the picture is found and in the log, and calls its argument with the descriptor
    ///     that is to be written to.
    package func write(
        number: Int, of subject: String,
        to output: (_ write: (Int32) throws(VaultError) -> Void) throws(VaultError) -> Void
    ) throws(VaultError) {
        let pictures = try found(subject)
        guard number <= pictures.count else {
            throw VaultError(
                .noSuchPicture,
                pictures.isEmpty
                    ? "there is no picture of this subject"
                    : "there are only \(pictures.count) pictures of this subject",
                hint: "the subject must be given exactly as it was at import")
        }
        let (sealed, vault) = (pictures[number - 1], locked)
        try output { (descriptor) throws(VaultError) in
            let out = try files("the output") { () throws(FileError) in
                try Descriptor(duplicating: descriptor)
            }
            let object = sealed.picture.value.original
            try SealedObjectReader(vault).read(sealed, object) { (piece) throws(VaultError) in
                do throws(FileError) { try out.write(piece) } catch {
                    throw VaultError(error, "the output")
                }
            }
        }
    }

    private func found(_ subject: String) throws(VaultError) -> [SealedPicture] {
        try locked.requireNothingUndone()
        let desk = try deskKey()
        let (rows, epoch) = try reading { () throws(RecordsError) in
            try locked.records.finders(subject: RecordSealer.subjectTag(subject, desk))
        }
        guard epoch == keys.epoch else { throw VaultError(RecordsError.rotated) }
        let subjectKey = desk.subjectKey(subject)
        var sealed: [SealedPicture] = []
        var seen: Set<RecordID> = []
        for row in rows where !seen.contains(row.id) {
            // Another subject may have the same tag of 64 bits; its key does not open.
            guard let picture = try open(row, subjectKey) else { continue }
            seen.insert(row.id)
            let mine = picture.picture.occurrences.indices.filter {
                picture.picture.occurrences[$0].subject == subject
                    && picture.picture.occurrences[$0].removed == nil
            }
            if !mine.isEmpty { sealed.append(picture.keeping(mine)) }
        }
        try tell(Telling(.lookedUp, pictures: sealed.map(\.picture.id).sorted()))
        return sealed.sorted { $0.newest > $1.newest }
    }

    private func deskKey() throws(VaultError) -> DeskKey {
        do throws(KeysError) { return try keys.deskKey() } catch { throw VaultError(error) }
    }

    /// `nil` when it is another subject's.
    private func open(
        _ row: FinderRow, _ subject: borrowing SubjectKey
    ) throws(VaultError) -> SealedPicture? {
        let vault = locked.header.vault
        let key: FileKey
        do throws(CryptoError) {
            key = try subject.unwrap(
                row.wrapped,
                associated: Associated.desk(vault: vault, record: row.id, number: row.number))
        } catch {
            return nil
        }
        do throws(RecordsError) {
            var opener = ValueOpener(vault: vault)
            return try opener.open(locked.records.record(row.id), at: 0, with: key)
        } catch {
            throw VaultError(error)
        }
    }
}

extension SealedPicture {
    fileprivate var newest: Int64 { picture.occurrences.map(\.modified).max() ?? 0 }
}
