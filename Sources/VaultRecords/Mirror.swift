import VaultFiles

/// What bringing up the second copy did.
package enum MirrorOutcome: Sendable, Equatable {
    /// It was up to date.
    case unchanged
    /// Rows that changed were copied.
    case broughtUp(records: Int)
    /// It was missing, damaged or far behind, and was made anew.
    case madeAnew
}

extension RecordsDatabase {
    /// Brings `records.bak` up to `records.db`. Spec 04 §7. After a destruction this must have
    /// returned before success is reported: until then the second copy holds the destroyed keys.
    ///
    /// After a failure the second copy is what it was, or behind, or will be made anew by the next
    /// call; never trusted with half of a change. Throws `.mirrorAhead` when it is the newer one.
    @discardableResult
    package func mirror(wait: Duration = patience) throws(RecordsError) -> MirrorOutcome {
        guard mode == .writing, report.source == .records else { throw .readOnly }
        let directory = try Self.openFolder(folder)
        let lock = try Self.lock(directory, wait: wait)
        // Recovers what there is to recover, of both.
        _ = try writer(holding: lock, directory, wait: wait)
        let outcome: MirrorOutcome
        switch try planMirror(wait) {
        case .nothing:
            outcome = .unchanged
        case .rows(let mirror, let plan):
            outcome = .broughtUp(
                records: try mirror.run { (session) throws(RecordsError) in
                    try session.bringUp(plan, in: directory)
                })
        case .whole(let scrubbing):
            try Self.copyWhole(
                .records, over: .mirror, in: directory, at: folder, scrubbing: scrubbing)
            outcome = .madeAnew
        }
        _ = consume lock
        return outcome
    }

    private enum Plan {
        case nothing
        case rows(Connection, MirrorPlan)
        case whole(scrubbing: Bool)
    }

    /// - Precondition: the writer's lock is held.
    private func planMirror(_ wait: Duration) throws(RecordsError) -> Plan {
        let mirror: Connection
        do throws(RecordsError) {
            let path = folder.appending(FileName(RecordsFile.mirror))
            mirror = try Connection(path, as: .mirror, .writing, wait: wait)
        } catch .notFound {
            return .whole(scrubbing: false)
        } catch {
            // Anything in it that is not as it should be: a new one is better than any mending. A later
            // version's file is another matter, for then records.db is from an older program.
            if case .newerVersion = error { throw error }
            guard error.meansRemaking else { throw error }
            return .whole(scrubbing: true)
        }
        do throws(RecordsError) {
            let source = try Connection.text(of: folder.appending(FileName(RecordsFile.records)))
            let plan = try mirror.run { (session) throws(RecordsError) in
                try session.attach(source)
                return try session.planMirror()
            }
            guard let plan else { return .nothing }
            if plan.isLarge { return .whole(scrubbing: plan.isDestroying) }
            return .rows(mirror, plan)
        } catch .damaged {
            return .whole(scrubbing: true)
        }
    }
}

extension RecordsError {
    fileprivate var meansRemaking: Bool {
        switch self {
        case .damaged, .foreignSchema: true
        default: false
        }
    }
}

/// What the second copy lacks.
struct MirrorPlan {
    /// The revision that it has.
    let revision: Int64
    /// The number of entries that it has.
    let logSize: Int64
    /// Whether more than a tenth of the records changed.
    let isLarge: Bool
    /// Whether all that is derived from the root key changed, which is two narrow tables.
    let isRotated: Bool
    /// Whether something is to be taken away that must not stay in the journal's freed blocks.
    let isDestroying: Bool
}

// The session is the mirror's, with records.db attached as `source`.
extension Session {
    func attach(_ source: String) throws(RecordsError) {
        let attach = try statement("ATTACH ?1 AS source")
        attach.bind(1, source)
        try attach.run()
    }

    /// `nil` when the two agree as far as revisions tell.
    func planMirror() throws(RecordsError) -> MirrorPlan? {
        let have = try number("SELECT revision FROM main.vault")
        let want = try number("SELECT revision FROM source.vault")
        let logSize = try number("SELECT size FROM main.log")
        let wantedLogSize = try number("SELECT size FROM source.log")
        if have > want || logSize > wantedLogSize { throw .mirrorAhead }
        let isRotated =
            try number(
                "SELECT (SELECT epoch FROM main.vault) IS NOT (SELECT epoch FROM source.vault)")
            != 0
        let header =
            try number(
                "SELECT (SELECT header FROM main.vault) IS NOT (SELECT header FROM source.vault)")
            != 0
        let keyring = try differs("keyring")
        let copies = try differs("copy")
        let cards = try differs("card")
        if have == want, logSize == wantedLogSize, !header, !keyring, !copies, !cards { return nil }
        let changed = "(SELECT row FROM source.record WHERE revision > \(have))"
        // An estimate of their number that costs nothing: rows are not used again.
        let tenth = try number("SELECT ifnull(max(row), 0) FROM source.record") / 10
        let count = try number(
            "SELECT count(*) FROM (SELECT 1 FROM \(changed) LIMIT \(tenth + 1))")
        let gone =
            try number(
                "SELECT EXISTS(SELECT 1 FROM source.destroyed WHERE revision > \(have)) "
                    + "OR EXISTS(SELECT 1 FROM main.occurrence o WHERE o.row IN \(changed) "
                    + "AND NOT EXISTS(SELECT 1 FROM source.occurrence s "
                    + "WHERE s.row = o.row AND s.number = o.number)) "
                    + "OR EXISTS(SELECT kind, id FROM main.card EXCEPT SELECT kind, id FROM source.card)"
            )
            != 0
        return MirrorPlan(
            revision: have, logSize: logSize, isLarge: count > max(tenth, 16),
            isRotated: isRotated, isDestroying: gone || header || isRotated)
    }

    private func differs(_ table: String) throws(RecordsError) -> Bool {
        try number(
            "SELECT EXISTS(SELECT * FROM main.\(table) EXCEPT SELECT * FROM source.\(table)) "
                + "OR EXISTS(SELECT * FROM source.\(table) EXCEPT SELECT * FROM main.\(table))")
            != 0
    }

    /// Copies what changed; returns how many records. Spec 04 §7.
    func bringUp(_ plan: MirrorPlan, in directory: borrowing Directory) throws(RecordsError) -> Int
    {
        let since = plan.revision
        let changed = "(SELECT row FROM source.record WHERE revision > \(since))"
        let gone = "(SELECT row FROM source.destroyed WHERE revision > \(since))"
        if plan.isDestroying { try setJournal(.persist) }
        var count = 0
        // Deferred: BEGIN IMMEDIATE would lock the source for writing too, and make of the commit
        // one of two databases. Nobody else writes while we hold the lock.
        try execute("BEGIN")
        do throws(RecordsError) {
            for table in ["occurrence", "record"] {
                try execute("DELETE FROM main.\(table) WHERE row IN \(gone)")
            }
            try execute("DELETE FROM main.occurrence WHERE row IN \(changed)")
            try execute(
                "INSERT OR REPLACE INTO main.record "
                    + "SELECT * FROM source.record WHERE revision > \(since)")
            count = changes
            try execute(
                "INSERT INTO main.occurrence "
                    + "SELECT * FROM source.occurrence WHERE row IN \(changed)")
            for table in ["filekey", "finder"] {
                if plan.isRotated {
                    // Into an empty table of the same schema SQLite copies rows and indexes in their order.
                    try execute("DELETE FROM main.\(table)")
                    try execute("INSERT INTO main.\(table) SELECT * FROM source.\(table)")
                } else {
                    try execute(
                        "DELETE FROM main.\(table) WHERE row IN \(gone) OR row IN \(changed)")
                    try execute(
                        "INSERT INTO main.\(table) "
                            + "SELECT * FROM source.\(table) WHERE row IN \(changed)")
                }
            }
            try execute(
                "INSERT INTO main.entry "
                    + "SELECT * FROM source.entry WHERE sequence >= \(plan.logSize)")
            try execute(
                "DELETE FROM main.pack WHERE name IN "
                    + "(SELECT name FROM source.dropped WHERE revision > \(since))")
            try execute(
                "DELETE FROM main.erased WHERE tag NOT IN (SELECT tag FROM source.erased)")
            for table in ["pack", "destroyed", "dropped", "erased"] {
                try execute(
                    "INSERT OR REPLACE INTO main.\(table) "
                        + "SELECT * FROM source.\(table) WHERE revision > \(since)")
            }
            for table in ["keyring", "copy", "card", "vault", "log"] where try differs(table) {
                try execute("DELETE FROM main.\(table)")
                try execute("INSERT INTO main.\(table) SELECT * FROM source.\(table)")
            }
            try FaultPoint.passing("mirror commit")
            try execute("COMMIT")
        } catch {
            rollBack()
            throw error
        }
        try FaultPoint.passing("mirror committed")
        if plan.isDestroying { try scrubJournal(in: directory) }
        return count
    }
}
