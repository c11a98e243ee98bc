import Foundation
import GRDB
import Testing

extension Stage {
    /// The wrapped file keys in `records.db`, as they lie there.
    func wrappedKeys() throws -> [[UInt8]] {
        var configuration = Configuration()
        configuration.readonly = true
        let queue = try DatabaseQueue(path: vault + "/records.db", configuration: configuration)
        defer { try? queue.close() }  // It was only read.
        return try queue.read { database in
            try Data.fetchAll(database, sql: "SELECT wrapped FROM filekey").map { Array($0) }
        }
    }

    /// The revision of the records and the length of the log: what every change moves.
    func marks() throws -> [Int64] {
        var configuration = Configuration()
        configuration.readonly = true
        let queue = try DatabaseQueue(path: vault + "/records.db", configuration: configuration)
        defer { try? queue.close() }  // It was only read.
        return try queue.read { database in
            try ["SELECT revision FROM vault", "SELECT size FROM log"].map {
                try #require(try Int64.fetchOne(database, sql: $0))
            }
        }
    }

    /// Spec 04 §8: what is destroyed is nowhere, freed pages and journals included.
    func requireNowhere(
        _ keys: [[UInt8]], _ when: Comment, location: SourceLocation = #_sourceLocation
    ) throws {
        let found = try Self.search(vault, for: keys)
        #expect(found.isEmpty, "\(when): destroyed keys: \(found)", sourceLocation: location)
    }
}
