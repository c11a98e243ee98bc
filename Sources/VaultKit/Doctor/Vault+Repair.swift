import VaultFiles
import VaultFormat
import VaultKeys
import VaultRecords
import VaultStore

extension DoctorFinding.Code {
    /// Whether the repair takes something away, or wants keys, and so a slot that answers for it.
    package var needsSlot: Bool {
        switch self {
        case .foreignJournal, .orphanPack, .leftover: true
        default: false
        }
    }

    /// Whether the records are others afterwards: the vault is to be opened anew.
    package var replacesRecords: Bool { self == .recordsDamaged || self == .recordsBehind }
}

extension Vault {
    /// Mends what a finding says, if it says that it can be. A stop leaves it as it was, or mended.
    ///
    /// What changes something that the vault keeps is written to the log: signed by the slot, or, where no key
    /// is needed, by nobody.
    /// - Parameter slot: wanted when the code `needsSlot`.
    package func repair(
        _ code: DoctorFinding.Code, _ request: DoctorRequest, by slot: OpenSlot?
    ) throws(VaultError) {
        if code.needsSlot, slot == nil {
            throw VaultError(
                .usage, "this repair is written to the log, so a slot must answer for it")
        }
        switch code {
        case .fileModes: _ = try place.mendModes()
        case .headerCopy: try writeHeaderCopy()
        case .passphraseFile: try VaultPlace.closeSecretFiles(request.secretFiles)
        case .recordsDamaged: try takeSecondCopy(scrubbing: false)
        case .recordsBehind: try takeSecondCopy(scrubbing: true)
        case .recordsCopy:
            try reading { () throws(RecordsError) in try records.remakeMirror() }
            try tellRepair(code, slot)
        case .missingPack, .damagedPack: try fetchPacks(code, slot)
        case .foreignJournal:
            try tellRepair(code, slot)
            try reading { () throws(RecordsError) in try records.removeForeignJournals() }
        case .leftover:
            try requireSettled()
            try tellRepair(code, slot)
            try removeLeftovers(request.now)
        case .orphanPack:
            try requireSettled()
            guard let slot else { return }
            try slot.pictures().removeOrphans {
                () throws(VaultError) in try tellRepair(code, slot)
            }
        default:
            throw VaultError(.usage, "\(code.rawValue) is not for doctor to repair")
        }
    }

    /// Gives the files of a vault that does not open their modes back. Returns how many.
    package static func repairModes(at path: [UInt8]) throws(VaultError) -> Int {
        try VaultPlace.open(path).mendModes()
    }

    /// An entry of its own. While the state is not settled none is written.
    private func tellRepair(
        _ code: DoctorFinding.Code, _ slot: OpenSlot?
    ) throws(VaultError) {
        guard standing == .newest else { return }
        try transact(
            by: slot?.keys, reading: true, draft(),
            telling: { _ in Telling(.repaired, remark: code.rawValue) }, { _ in })
        try settle()
    }

    private func requireSettled() throws(VaultError) {
        try requireNewest(reading: false)
        guard records.report.source == .records else {
            throw VaultError(
                .damaged, "records.db is missing or damaged",
                hint: "first: lighttight doctor --repair")
        }
    }

    // MARK: - Records

    /// Puts `records.bak` in the place of `records.db`; the entry is written to the new one.
    private func takeSecondCopy(scrubbing: Bool) throws(VaultError) {
        try reading { () throws(RecordsError) in
            try RecordsDatabase.restore(in: place.path, scrubbing: scrubbing)
        }
        let again = try Vault.open(at: place.path.bytes, context: context, mending: false)
        guard again.standing == .newest else { return }
        try again.tellRepair(scrubbing ? .recordsBehind : .recordsDamaged, nil)
    }

    // MARK: - Packs

    /// Fetches packs that are missing or damaged from copies that have them whole.
    private func fetchPacks(_ code: DoctorFinding.Code, _ slot: OpenSlot?) throws(VaultError) {
        let wanted = try unsoundPacks(code)
        let copies = reachableCopies()
        var left: [PackName] = []
        var isTold = false
        for name in wanted {
            guard let source = copies.first(where: { $0.store.hasSound(name) }) else {
                left.append(name)
                continue
            }
            if !isTold { try tellRepair(code, slot) }
            isTold = true
            try storing { () throws(StoreError) in
                try Self.copyPack(name, from: source.store, to: store)
            }
        }
        guard left.isEmpty else {
            throw VaultError(
                .damaged,
                DoctorWords.count(left.count, "pack") + (left.count == 1 ? " is" : " are")
                    + " in no copy that is within reach",
                hint: "connect another disk with a copy, or see what is lost with lighttight verify"
            )
        }
    }

    private func unsoundPacks(_ code: DoctorFinding.Code) throws(VaultError) -> [PackName] {
        let list = FindingList { _ in }
        let missing = try checkPackList(list)
        if code == .missingPack { return missing.sorted() }
        try hashPacks(except: missing, list, { false }, { _ in })
        return Set(list.all.filter { $0.kind == .damagedPack }.compactMap(\.pack)).sorted()
    }

    private func removeLeftovers(_ now: Int64) throws(VaultError) {
        let temporary = place.temporaryFiles(now)
        try files("the vault") { () throws(FileError) in
            for name in temporary { try place.folder.unlinkIfPresent(name) }
            if !temporary.isEmpty { try place.folder.sync() }
        }
        _ = try storing { () throws(StoreError) in try store.removeLeftovers() }
    }
}

extension DirectoryPackStore {
    fileprivate func hasSound(_ name: PackName) -> Bool {
        do throws(StoreError) {
            try PackCheck.requireSound(openPack(name))
            return true
        } catch {
            return false
        }
    }
}
