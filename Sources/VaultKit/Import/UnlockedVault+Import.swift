import VaultFiles
import VaultFormat

extension UnlockedVault {
    /// Takes files in. Spec 05 §2.
    ///
    /// Each outcome is told once it is durable. When `stop` says so, what is sealed is committed and
    /// `interrupted` is thrown; after any error the pictures told as imported are in the vault, and
    /// the same request goes on where it ended.
    package func importFiles(
        _ request: ImportRequest, stop: @escaping StopSign,
        progress: @escaping @Sendable (Progress) -> Void,
        outcome: @escaping @Sendable (ImportOutcome) -> Void
    ) throws(VaultError) -> ImportReport {
        try run(ImportJob(self, request, stop: stop, progress: progress, outcome: outcome))
    }

    func run(_ job: ImportJob) throws(VaultError) -> ImportReport {
        // Shared among imports; who removes orphans waits for its end.
        let lock = try files("the vault") { () throws(FileError) in
            try place.lock("import", .shared, wait: .seconds(10))
        }
        do throws(VaultError) {
            let report = try job.run()
            if !job.request.dryRun { try settle() }
            _ = consume lock
            return report
        } catch {
            // What was committed before the stop has its second copy too; the first error counts.
            if !job.request.dryRun { try? settle() }
            throw error
        }
    }
}
