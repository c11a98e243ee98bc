import ArgumentParser
import VaultFormat
import VaultKit

struct SubjectEraseCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "erase",
        abstract: "Destroy all pictures of one person, with a signed receipt.",
        discussion: """
            At once and for good: what is in the bin, and what never was. A picture that others have \
            too is kept for them, without this person's name and path in it. The receipt says what \
            was destroyed, when, and which copies of the vault must still be brought up to date; it \
            names nobody. Not destroyed: captions, albums and tags of pictures that are kept, what \
            was exported before, and blocks that a disk has freed but not overwritten.

            What is to be kept for longer (retain-until) is refused, unless you say \
            --despite-retention.

              lighttight subject erase 4711 --dry-run
              lighttight subject erase 4711 --reference 2026-014 --receipt receipt-2026-014.txt
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup(title: "Passphrase") var secrets: SecretOptions
    @OptionGroup var options: ErasureOptions

    @Argument(help: "Whose pictures, exactly as at import.") var subject: String

    @Flag(help: "Also what is to be kept for longer.")
    var despiteRetention = false

    func perform(_ console: Console) throws(VaultError) -> ExitCode {
        try options.check("subject erase")
        let vault = try secrets.unlock(common.open(console), console)
        var request = ErasureRequest.subject(subject)
        request.despiteRetention = despiteRetention
        request.forget = options.forget
        request.reference = options.reference
        let code = try options.carryOut(request, "subject erase", vault, console) {
            (console) throws(VaultError) in
            if !options.dryRun {
                try WaitingDeposits.endRequests(for: subject, vault, console)
            }
            try WaitingDeposits.warn(of: subject, vault, console)
            throw UnlockedVault.noPicture(of: subject)
        }
        if !options.dryRun { try WaitingDeposits.endRequests(for: subject, vault, console) }
        try WaitingDeposits.warn(of: subject, vault, console)
        return code
    }
}

/// Deposits that wait are no pictures yet, and all the same about somebody.
enum WaitingDeposits {
    /// Nothing more is taken in of somebody who was erased.
    static func endRequests(
        for subject: String, _ vault: UnlockedVault, _ console: Console
    ) throws(VaultError) {
        let count = try vault.endRequests(of: subject)
        guard count > 0 else { return }
        console.note("ended " + Wording.count(count, "request") + " for pictures of this subject")
    }

    static func warn(
        of subject: String, _ vault: UnlockedVault, _ console: Console
    ) throws(VaultError) {
        let count = try vault.slot.deposits().deposits.count { $0.subject == subject }
        guard count > 0 else { return }
        console.warning(
            Wording.count(count, "deposit") + " of this subject "
                + (count == 1 ? "waits" : "wait") + " in the inbox",
            hint: "lighttight inbox list shows them; inbox reject removes them")
    }
}
