import Glibc
import VaultKit

/// Refuses a passphrase that is where every other process can read it. Attack 94.
enum LeakedSecret {
    private static let options = ["--passphrase", "--password", "--recovery-code"]

    /// - Throws: `usage`; the value itself is wiped from the argument list first.
    static func refuse(_ arguments: [String]) throws(VaultError) {
        try refuseLinks(arguments)
        let ours = arguments.prefix { $0 != "--" }
        let isAboutLinks =
            arguments.first == "open-link"
            || arguments.first == "share" && arguments.dropFirst().first != "bundle"
        for (index, argument) in ours.enumerated() {
            for option in options where argument == option || argument.hasPrefix(option + "=") {
                wipe(index)
                if argument == option { wipe(index + 1) }
                throw VaultError(
                    .usage, "\(option) would show a secret in the list of processes",
                    hint: option == "--recovery-code"
                        ? "put it into a file of mode 0600 and give --recovery-code-file FILE"
                        : isAboutLinks
                            ? "give --ask-password to be asked, or --password-file FILE or "
                                + "--password-command COMMAND"
                            : "leave it out to be asked, or give --passphrase-file FILE, "
                                + "--passphrase-command COMMAND or --passphrase-fd N")
            }
        }
        guard Environment.bytes("LIGHTTIGHT_PASSPHRASE") == nil else {
            Environment.forget("LIGHTTIGHT_PASSPHRASE")
            throw VaultError(
                .usage, "LIGHTTIGHT_PASSPHRASE would hand the passphrase to every child process",
                hint: "name a file in LIGHTTIGHT_PASSPHRASE_FILE, or a command in "
                    + "LIGHTTIGHT_PASSPHRASE_COMMAND; and change the passphrase if others may "
                    + "have seen it")
        }
    }

    /// A link opens what it names, so it is as secret as that.
    private static func refuseLinks(_ arguments: [String]) throws(VaultError) {
        for (index, argument) in arguments.enumerated() where isLink(argument) {
            wipe(index)
            throw VaultError(
                .usage, "a link among the arguments would show its secret in the list of processes",
                hint:
                    "lighttight open-link asks for it, or reads standard input or --link-file FILE")
        }
    }

    private static func isLink(_ argument: String) -> Bool {
        // One that was not copied whole gives most of its secret away, too.
        guard let start = argument.firstRange(of: "/s/"), let cut = argument.lastIndex(of: "#")
        else { return false }
        return start.lowerBound < cut && argument[cut...].utf8.count > 16
    }

    /// Overwrites the process's own copy, which is what `ps` shows.
    private static func wipe(_ index: Int) {
        guard index + 1 < Int(CommandLine.argc), let text = CommandLine.unsafeArgv[index + 1] else {
            return
        }
        memset(text, Int32(UInt8(ascii: "*")), strlen(text))
    }
}
