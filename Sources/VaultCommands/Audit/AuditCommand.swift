import ArgumentParser

/// The audit log.
struct AuditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Read, verify and keep proof of what was done with the vault.",
        discussion: """
            Every command that changes or shows something is in the log before it is done. Entries \
            are sealed: owners and auditors read them. Anybody can verify that none was changed, \
            taken out or moved, without a passphrase.

            Whoever can write the vault's files and had its keys could write a whole history anew. \
            Only a checkpoint that is kept elsewhere shows that: make one now and then, and keep \
            it on paper, in the mail, or on another machine.
            """,
        subcommands: [
            AuditLogCommand.self, AuditVerifyCommand.self, AuditCheckpointCommand.self,
            AuditExportCommand.self, AuditReportCommand.self,
        ])
}
