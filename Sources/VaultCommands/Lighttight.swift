import ArgumentParser

/// The root of the command line.
struct Lighttight: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lighttight",
        abstract: "An encrypted vault for pictures: nothing is exposed until you say so.",
        discussion: """
            First use:
              lighttight init                 make a vault, choose a passphrase
              lighttight import ~/Pictures    take pictures in, sealed
              lighttight list                 see what is there
              lighttight export --all --to ~/Restored

            The vault is --vault FOLDER, else $LIGHTTIGHT_VAULT, else \
            ~/.local/share/lighttight/vault. Scripts give the passphrase with --passphrase-file, \
            --passphrase-command, --passphrase-fd or a service credential; every command knows \
            --json. Exit codes are told in Docs/CommandContract.md.
            """,
        version: "lighttight 0.1.0",
        groupedSubcommands: [
            CommandGroup(
                name: "Pictures",
                subcommands: [
                    ImportCommand.self, ListCommand.self, ShowCommand.self, CatCommand.self,
                    ExportCommand.self, IndexCommand.self,
                ]),
            CommandGroup(
                name: "Finding",
                subcommands: [
                    SearchCommand.self, TimelineCommand.self, DuplicatesCommand.self,
                    TraceCommand.self,
                ]),
            CommandGroup(
                name: "Albums, tags and words",
                subcommands: [AlbumCommand.self, TagCommand.self, EditCommand.self]),
            CommandGroup(name: "Sharing", subcommands: [ShareCommand.self]),
            CommandGroup(
                name: "Deposits",
                subcommands: [RequestCommand.self, DepositCommand.self, InboxCommand.self]),
            CommandGroup(
                name: "The bin",
                subcommands: [RemoveCommand.self, RestoreCommand.self, PurgeCommand.self]),
            CommandGroup(
                name: "People and time",
                subcommands: [SubjectCommand.self, RetentionCommand.self]),
            CommandGroup(
                name: "The vault",
                subcommands: [
                    InitCommand.self, StatusCommand.self, VerifyCommand.self, BackupCommand.self,
                    CompactCommand.self, DoctorCommand.self,
                ]),
            CommandGroup(
                name: "Who may open it, and what was done",
                subcommands: [
                    KeyCommand.self, UnlockCommand.self, LockCommand.self, LookCommand.self,
                    AuditCommand.self,
                ]),
            CommandGroup(
                name: "Without a vault",
                subcommands: [FingerprintCommand.self, OpenLinkCommand.self]),
        ])
}
