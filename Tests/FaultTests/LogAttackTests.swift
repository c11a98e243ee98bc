import Foundation
import Glibc
import TestProcesses
import Testing

@Suite("A log, and rows, that somebody changed behind the program's back")
struct LogAttackTests {
    /// What is done to the records, and the sentence that `audit verify` has for it.
    struct Attack: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let sql: String
        let finding: String
        /// How `audit log` ends on this machine, and on one that knows nothing of the vault: with 13 when the log
        /// does not hold together; with 0 when it does, and only the rows are not what it says; with 19 where
        /// a newer state was seen.
        let reading: [Int32]

        init(_ name: String, _ sql: String, _ finding: String, reading: [Int32] = [13, 13]) {
            testDescription = name
            self.sql = sql
            self.finding = finding
            self.reading = reading
        }
    }

    static let attacks = [
        Attack(
            "33: the last entries are cut off",
            "DELETE FROM entry WHERE sequence >= (SELECT size - 2 FROM log)",
            "the log says another length of itself than its entries give"),
        Attack(
            "33: the log is cut off to what it was, and its length too",
            """
            DELETE FROM entry WHERE sequence >= (SELECT size FROM old.log);
            UPDATE log SET (size, edge) = (SELECT size, edge FROM old.log)
            """, "is not what the log says", reading: [19, 0]),
        Attack(
            "34: an entry is deleted", "DELETE FROM entry WHERE sequence = 2", "entry 2 is missing"),
        Attack(
            "34: the first entry is deleted", "DELETE FROM entry WHERE sequence = 0",
            "entry 0 is missing"),
        Attack(
            "34: an entry is deleted and the others are moved up",
            """
            DELETE FROM entry WHERE sequence = 2;
            UPDATE entry SET sequence = sequence - 1 WHERE sequence > 2;
            """, "says that it is entry"),
        Attack(
            "35: two entries change places",
            """
            UPDATE entry SET sequence = -7 WHERE sequence = 2;
            UPDATE entry SET sequence = 2 WHERE sequence = 3;
            UPDATE entry SET sequence = 3 WHERE sequence = -7
            """, "entry 2 says that it is entry 3"),
        Attack(
            "36: an entry's time is another",
            // Keys 1 and 2 of the map, a byte and a number of 32 bits: A? 01 02 02 1A xx xx xx xx.
            """
            UPDATE entry SET leaf = CAST(substr(leaf, 1, 8) || x'00' || substr(leaf, 10) AS BLOB)
                WHERE sequence = 2
            """, "before entry 3 something was changed"),
        Attack(
            "36: what an entry says of the records is another",
            "UPDATE entry SET rows = (SELECT rows FROM entry WHERE sequence = 0) WHERE sequence = 2",
            "what entry 2 says of the records was changed"),
        Attack(
            "36: an entry is filed under another slot",
            "UPDATE entry SET actor = zeroblob(16) WHERE sequence = 2",
            "entry 2 names another slot than it is filed under"),
        Attack(
            "36: an entry is no entry", "UPDATE entry SET leaf = x'A0' WHERE sequence = 2",
            "entry 2 is damaged"),
        Attack(
            "36: an entry is put behind the last",
            """
            INSERT INTO entry SELECT (SELECT size FROM log), actor, leaf, rows FROM entry
                WHERE sequence = 2
            """, "says that it is entry 2"),
        Attack(
            "27: a record is deleted",
            """
            DELETE FROM occurrence WHERE row = 2; DELETE FROM finder WHERE row = 2;
            DELETE FROM filekey WHERE row = 2; DELETE FROM record WHERE row = 2
            """, "is missing: the log does not say that it was destroyed", reading: [0, 0]),
        Attack(
            "27: an old row is put back",
            """
            DELETE FROM occurrence WHERE row = 1; INSERT INTO occurrence SELECT * FROM old.occurrence WHERE row = 1;
            DELETE FROM record WHERE row = 1; INSERT INTO record SELECT * FROM old.record WHERE row = 1;
            """, "is not what the log says: it was changed, or an older state put back",
            reading: [0, 0]),
        Attack(
            "27: a destroyed picture is put back",
            """
            INSERT INTO record SELECT * FROM old.record WHERE row = 3;
            INSERT INTO filekey SELECT * FROM old.filekey WHERE row = 3;
            INSERT INTO occurrence SELECT * FROM old.occurrence WHERE row = 3;
            INSERT INTO finder SELECT * FROM old.finder WHERE row = 3
            """, "is back, after it was destroyed", reading: [0, 0]),
        Attack(
            "27: a record is another's, with another number",
            """
            UPDATE record SET row = 99 WHERE row = 2; UPDATE filekey SET row = 99 WHERE row = 2;
            UPDATE occurrence SET row = 99 WHERE row = 2; UPDATE finder SET row = 99 WHERE row = 2
            """, "is in no entry of the log", reading: [0, 0]),
        Attack(
            "27: a wrapped key is another's",
            "UPDATE filekey SET wrapped = (SELECT wrapped FROM filekey WHERE row = 1) WHERE row = 2",
            "is not what the log says", reading: [0, 0]),
        Attack(
            "27: a pack is not listed any more",
            "DELETE FROM pack WHERE name = (SELECT min(name) FROM pack)",
            "is not listed any more, as the log says it is", reading: [0, 0]),
        Attack(
            "27: the mark of a purged picture is taken away", "DELETE FROM erased",
            "a mark of a purged picture is missing", reading: [0, 0]),
        Attack(
            "27: the slots of an old header are back",
            "UPDATE vault SET header = (SELECT header FROM old.vault)",
            "the list of slots is not what the log says", reading: [19, 0]),
        Attack(
            "27: the keyring is another",
            "DELETE FROM keyring WHERE purpose = 'index'", "the keyring is not what the log says",
            reading: [0, 0]),
        Attack(
            "27: the list of copies is another",
            "UPDATE copy SET time = time + 1", "the list of copies is not what the log says",
            reading: [0, 0]),
    ]

    @Test(
        "ATTACKS 27, 33, 34, 35, 36, 42: is named without a key, and nothing is told of a log that does not hold together",
        arguments: attacks)
    func found(_ attack: Attack) async throws {
        let fixture = try await Fixtures.shared.stage(.aged)
        let stage = try Stage(like: fixture)
        try stage.copy(fixture.work + "/old", to: stage.work)
        try stage.meddle(attack.sql)
        // Elsewhere it is found just so; whether the log is shown may differ.
        let machines = attack.reading[0] == attack.reading[1] ? 1 : 2
        for (machine, code) in attack.reading.prefix(machines).enumerated() {
            let place = machine == 0 ? [:] : ["XDG_STATE_HOME": stage.work + "/another"]
            let verify = try await stage.lighttight(
                ["audit", "verify"], place)
            #expect(verify.status == 13, "\(verify.told)")
            #expect(verify.outputText.contains(attack.finding), "\(verify.told)")
            #expect(!verify.told.contains(Stage.canary), "\(verify.told)")
            let log = try await stage.lighttight(["audit", "log"], place)
            #expect(log.status == code, "\(log.told)")
            if code != 0 { #expect(log.output.isEmpty, "\(log.told)") }
        }
        let report = try await stage.lighttight(
            ["audit", "report", "--since", "1d", "--to", "report.html"])
        #expect(report.status == 13, "\(report.told)")
        let page = try String(contentsOfFile: stage.work + "/report.html", encoding: .utf8)
        #expect(page.contains(attack.finding) && !page.contains(Stage.canary))
        guard attack.reading[1] == 13 else { return }
        let export = try await stage.lighttight(["audit", "export", "--to", "log"])
        #expect(export.status == 13, "\(export.told)")
        #expect(!FileManager.default.fileExists(atPath: "\(stage.work)/log/header.json"))
    }

    @Test("the same commands find nothing wrong with what nobody changed")
    func sound() async throws {
        let stage = try Stage(like: try await Fixtures.shared.stage(.aged))
        for words in [
            ["audit", "verify"], ["audit", "log"], ["audit", "export", "--to", "log"], ["verify"],
            ["audit", "report", "--since", "1d", "--to", "report.html"],
        ] {
            let ended = try await stage.lighttight(words)
            #expect(ended.status == 0, "\(words): \(ended.told)")
        }
    }
}
