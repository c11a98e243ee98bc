import VaultFiles
import VaultFormat
import VaultRecords
import VaultStore

// The packs: what is missing, damaged, or lies there for nothing.
extension Examination {
    mutating func lookAtPacks(
        _ stop: @escaping StopSign, _ progress: @escaping @Sendable (Progress) -> Void
    ) throws(VaultError) {
        let list = FindingList { _ in }
        let missing = try vault.checkPackList(list)
        if request.isDeep { try vault.hashPacks(except: missing, list, stop, progress) }
        let found = Dictionary(grouping: list.all, by: \.kind)
        addPacks(
            .missingPack, Set(found[.missingPack, default: []].compactMap(\.pack)), "is missing",
            "are missing")
        addPacks(
            .damagedPack, Set(found[.damagedPack, default: []].compactMap(\.pack)), "is damaged",
            "are damaged")
        addUntidy(found)
    }

    private mutating func addPacks(
        _ code: DoctorFinding.Code, _ packs: Set<PackName>, _ one: String, _ many: String
    ) {
        guard !packs.isEmpty else { return }
        let names = packs.sorted().map { String($0.hex.prefix(12)) }
        let text =
            DoctorWords.count(packs.count, "pack") + " " + (packs.count == 1 ? one : many) + ": "
            + DoctorWords.list(names) + "."
        var meaning =
            "A pack holds the sealed pictures themselves. Those in it do not open from this disk."
        if vault.standing != .newest {
            meaning +=
                " Of an older state, it may have been removed since, with what was destroyed."
        }
        let copies = vault.copies(holding: packs)
        if let first = copies.first {
            add(
                DoctorFinding(
                    code, .danger, text,
                    meaning: meaning + " The copy at \"\(first.printable)\" has what is needed.",
                    repair: "Have it fetched from the copy and checked"))
        } else {
            add(
                DoctorFinding(
                    code, .danger, text, meaning: meaning,
                    action:
                        "Connect the disk with a copy and run doctor again; without one, see which "
                        + "pictures are concerned", command: ["lighttight", "verify"]))
        }
    }

    private mutating func addUntidy(_ found: [Finding.Kind: [Finding]]) {
        // While the records may be old, what they do not name may be what the newer ones do.
        let isSettled =
            vault.standing == .newest && !has(.recordsBehind) && !has(.recordsDamaged)
        let orphans = found[.orphanPack, default: []].compactMap(\.pack)
        if !orphans.isEmpty {
            let text =
                DoctorWords.count(orphans.count, "pack")
                + (orphans.count == 1 ? " belongs" : " belong")
                + " to no picture of these records: "
                + DoctorWords.list(orphans.sorted().map { String($0.hex.prefix(12)) }) + "."
            if isSettled {
                add(
                    DoctorFinding(
                        .orphanPack, .advice, text,
                        meaning: "An interrupted import left them, and they only take room.",
                        repair: "Have them removed"))
            } else {
                add(
                    DoctorFinding(
                        .orphanPack, .advice, text,
                        meaning:
                            "They may hold the pictures that came in after this older state, whose keys "
                            + "are in the newer records. So nothing removes them now.",
                        action: "First settle what stands above"))
            }
        }
        guard !found[.leftover, default: []].isEmpty || !vault.place.temporaryFiles(now).isEmpty
        else {
            return
        }
        add(
            DoctorFinding(
                .leftover, .advice, "Temporary files of interrupted commands lie in the vault.",
                meaning: "They are sealed or empty, belong to nobody, and only take room.",
                repair: "Have them removed"))
    }
}

extension Vault {
    /// The stores of copies that are within reach.
    func reachableCopies() -> [(place: FilePath, store: DirectoryPackStore)] {
        do throws(RecordsError) {
            return try records.copies().compactMap { copy in
                do {
                    let path = try FilePath(bytes: copy.place)
                    return (path, try .open(in: Directory.open(path, followingLast: true)))
                } catch {
                    return nil  // The disk is not connected, or holds something else by now.
                }
            }
        } catch {
            return []
        }
    }

    /// Copies within reach that have one of these packs at least, by their size.
    func copies(holding packs: Set<PackName>) -> [FilePath] {
        reachableCopies().filter { copy in
            packs.contains { pack in
                do throws(StoreError) { return try copy.store.byteCount(of: pack) != nil } catch {
                    return false
                }
            }
        }.map(\.place)
    }
}

extension VaultPlace {
    /// Small files that a stop left while they were being replaced; not ones that somebody may be writing.
    func temporaryFiles(_ now: Int64) -> [FileName] {
        var found: [FileName] = []
        do throws(FileError) {
            var entries = try folder.entries()
            while let entry = try entries.next() {
                guard entry.name.isTemporary else { continue }
                let status = try folder.status(of: entry.name)
                if status.kind == .regular, status.changed.seconds < now - 3_600 {
                    found.append(entry.name)
                }
            }
        } catch {
            return found  // Gone meanwhile, which is as well.
        }
        return found
    }
}
