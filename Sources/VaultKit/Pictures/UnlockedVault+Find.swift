import VaultFormat
import VaultRecords

extension UnlockedVault {
    /// Calls `body` with each picture that the filter means, in the order they came in, and with those
    /// of its occurrences that it means. What is shown is in the log before: pictures named by ID as
    /// `viewed`, others as `listed`.
    ///
    /// - Throws: `noSuchPicture` when a prefix names no picture, or more than one; what `body` throws;
    ///   `damaged` at the end, after all others, when there are records that do not open.
    package func pictures(
        _ filter: PictureFilter, _ body: (Picture) throws(VaultError) -> Void
    ) throws(VaultError) {
        if filter.prefixes.isEmpty {
            try slot.tell(Telling(.listed))
        } else {
            try slot.tell(Telling(.viewed, pictures: resolve(filter.prefixes)))
        }
        var damaged = 0
        try scan(filter, damaged: { _ in damaged += 1 }) { (sealed) throws(VaultError) in
            try body(sealed.picture)
        }
        guard damaged == 0 else { throw Self.damaged(records: damaged) }
    }

    /// The same with keys. Records that do not open are told to `damaged`; without it, the first one is
    /// thrown.
    func scan(
        _ filter: PictureFilter, damaged: ((RecordID) throws(VaultError) -> Void)? = nil,
        _ body: (SealedPicture) throws(VaultError) -> Void
    ) throws(VaultError) {
        let judge = try judge(filter)
        var opener = opener()
        if !filter.prefixes.isEmpty {
            var batch = RecordBatch()
            let ids = try resolve(filter.prefixes)
            try reading { () throws(RecordsError) in try records.fill(&batch, ids: ids) }
            try open(batch, &opener, judge, damaged, body)
            return
        }
        try batches { (batch) throws(VaultError) in
            try open(batch, &opener, judge, damaged, body)
        }
    }

    /// The judge of a filter; one for what is due knows the rules of albums.
    func judge(_ filter: PictureFilter) throws(VaultError) -> PictureFilter.Judge {
        PictureFilter.Judge(filter, filter.due == nil ? .none : try retentionRules())
    }

    /// Lends all records batch after batch; no transaction is held meanwhile.
    func batches(
        _ body: (RecordBatch) throws(VaultError) -> Void
    ) throws(VaultError) {
        var batch = RecordBatch()
        var row: Int64 = 0
        while true {
            try reading { () throws(RecordsError) in try records.fill(&batch, after: row) }
            if batch.isEmpty { return }
            row = batch.lastRow
            try body(batch)
        }
    }

    private func open(
        _ batch: RecordBatch, _ opener: inout RecordOpener, _ judge: PictureFilter.Judge,
        _ damaged: ((RecordID) throws(VaultError) -> Void)?,
        _ body: (SealedPicture) throws(VaultError) -> Void
    ) throws(VaultError) {
        for index in 0..<batch.count {
            let sealed: SealedPicture
            do throws(RecordsError) {
                sealed = try opener.open(batch, at: index)
            } catch .rotated {
                throw VaultError(RecordsError.rotated)
            } catch {
                guard let damaged else { throw VaultError(error) }
                try damaged(batch.id(at: index))
                continue
            }
            let meant = judge.meant(sealed.picture.value, sealed.picture.occurrences)
            if !meant.isEmpty { try body(sealed.keeping(meant)) }
        }
    }

    /// IDs from their beginnings.
    func resolve(_ prefixes: [String]) throws(VaultError) -> [RecordID] {
        var ids: [RecordID] = []
        for prefix in prefixes {
            let found = try reading { () throws(RecordsError) in
                try records.find(prefix: prefix.lowercased(), limit: 2)
            }
            guard let id = found.first else {
                throw VaultError(
                    .noSuchPicture, "no picture begins with \"\(prefix)\"",
                    hint: "lighttight list shows the IDs")
            }
            guard found.count == 1 else {
                throw VaultError(
                    .noSuchPicture, "more than one picture begins with \"\(prefix)\"",
                    hint: "give more characters of the ID")
            }
            if !ids.contains(id) { ids.append(id) }
        }
        return ids
    }
}
