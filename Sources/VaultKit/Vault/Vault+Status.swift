import VaultFiles
import VaultFormat
import VaultRecords

extension Vault {
    /// What can be told without a key.
    package func status() throws(VaultError) -> StatusReport {
        let (counts, revision, copies, packs) = try reading { () throws(RecordsError) in
            (
                try records.counts(), try records.revision(), try records.copies(),
                try records.packs()
            )
        }
        var notes = notes
        var deposits: Int?
        do throws(VaultError) {
            deposits = try WaitingPlaces(place).find().spots.count
        } catch {
            notes.append(error.message)
        }
        return StatusReport(
            vault: header.vault, generation: header.generation,
            revision: UInt64(max(revision, 0)), records: counts.records, packs: counts.packs,
            packBytes: packs.reduce(0) { $0 + UInt64(max($1.byteCount, 0)) },
            slots: header.slots.map {
                StatusReport.SlotSummary(
                    id: $0.id, kind: $0.kind, role: $0.role, label: $0.label,
                    memory: $0.private.kdf.memory, passes: $0.private.kdf.passes)
            },
            copies: copies.map {
                StatusReport.Copy(
                    id: $0.id, place: $0.place, time: $0.time, revision: UInt64(max($0.revision, 0))
                )
            }, deposits: deposits, notes: notes)
    }
}
