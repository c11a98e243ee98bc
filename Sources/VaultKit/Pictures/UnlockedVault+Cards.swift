import VaultCrypto
import VaultFormat
import VaultKeys
import VaultRecords

// What the vault keeps beside its pictures. Spec 04 §13.
extension UnlockedVault {
    /// Seals and opens cards.
    func cardSealer() throws(VaultError) -> CardSealer {
        let rows = try keyring()
        do throws(KeysError) {
            return CardSealer(vault: id, index: try keys.indexKey(rows))
        } catch {
            throw VaultError(error)
        }
    }

    /// Every card of a kind that opens, with what it says as CBOR; `damaged` counts those that do not.
    func cards(
        _ kind: CardKind
    ) throws(VaultError) -> (opened: [(row: CardRow, map: [UInt8])], damaged: Int) {
        let rows = try reading { () throws(RecordsError) in try records.cards() }
            .filter { $0.kind == kind }
        guard !rows.isEmpty else { return ([], 0) }
        let sealer = try cardSealer()
        var opened: [(row: CardRow, map: [UInt8])] = []
        for row in rows {
            do throws(RecordsError) { opened.append((row, try sealer.open(row))) } catch {
                continue
            }
        }
        return (opened, rows.count - opened.count)
    }
}
