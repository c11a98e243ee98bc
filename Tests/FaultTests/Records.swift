import Foundation
import GRDB
import Testing

extension Stage {
    /// Changes both copies of the records behind the program's back, as somebody does who can write the files.
    ///
    /// - Parameter sql: `old.…` are the tables of `old/records.db` in the working folder.
    func meddle(_ sql: String, arguments: StatementArguments = StatementArguments()) throws {
        for name in ["records.db", "records.bak"] {
            let queue = try DatabaseQueue(path: vault + "/" + name)
            try queue.inDatabase { database in
                if FileManager.default.fileExists(atPath: "\(work)/old/records.db") {
                    try database.execute(
                        sql: "ATTACH ? AS old", arguments: ["\(work)/old/records.db"])
                }
                let before = database.totalChangesCount
                try database.execute(sql: sql, arguments: arguments)
                try #require(database.totalChangesCount > before, "changed nothing: \(sql)")
            }
            try queue.close()
        }
    }

    /// Keeps the records as they are now in the folder `old`.
    func keepRecords() throws {
        try FileManager.default.createDirectory(
            atPath: work + "/old", withIntermediateDirectories: true)
        for name in ["records.db", "records.bak", "vault.json"] {
            try copy(vault + "/" + name, to: work + "/old")
        }
    }
}
