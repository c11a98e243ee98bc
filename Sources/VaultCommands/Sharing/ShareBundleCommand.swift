import ArgumentParser
import VaultFormat
import VaultKit
import VaultServer

struct ShareBundleCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "bundle",
        abstract: "Seal pictures under a password into one file that any browser opens, offline.",
        discussion: """
            For a USB stick, or an attachment: the file holds the pictures and the page that shows them, needs no server \
            and asks none. It cannot expire and cannot be taken back: whoever has it and the password can open it for ever. Where \
            that is too much, share create makes a link that ends.

              lighttight share bundle --album Summer --out summer.html --to Grandma
              lighttight share bundle 3f9a 77b0 --out two.html --note "Kept for you"

            Pictures are copies of at most 2048 pixels, without place, time, camera, caption and file name; --original gives the \
            files as they are. A bundle holds 1,000 pictures and 256 MiB at most.
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup(title: "Which pictures") var choice: FilterOptions
    @OptionGroup(title: "Passphrase") var secrets: SecretOptions
    @OptionGroup(title: "The bundle's password") var passwords: PasswordOptions
    @OptionGroup var package: PackageOptions

    @Option(help: ArgumentHelp("The file to write; nothing is replaced.", valueName: "file"))
    var out: PathArgument

    @Option(help: ArgumentHelp("For whom; only the vault's log tells.", valueName: "name"))
    var to: String?

    func validate() throws {
        if let to { try PackageOptions.checkName(to) }
    }

    func perform(_ console: Console) throws(VaultError) -> ExitCode {
        var request = BundleRequest(
            try package.content(choice), target: out.bytes, BundlePage.template)
        request.recipient = to
        try request.requireFree()
        let route = try passwords.route()
        let vault = try secrets.unlock(common.open(console), console)
        if case .filter(let filter) = request.content.choice {
            try vault.requireSide(of: filter)
        }
        let password =
            if let route {
                try PasswordOptions.judged(
                    route.read(console), hint: "choose another, such as four random words")
            } else {
                try PasswordOptions.askNew(console, of: "bundle")
            }
        let meter = ProgressMeter(console, "sealing")
        defer { meter.finish() }
        let made = try vault.bundle(
            request, password: password, stop: Signals.stop, progress: { meter.update($0) })
        meter.finish()
        conclude(made, console)
        return .done
    }

    private func conclude(_ made: NewBundle, _ console: Console) {
        let size = Wording.size(UInt64(made.byteCount))
        console.summary(
            "share bundle",
            [
                JSON.path("path", out.bytes), ("to", .optional(to)),
                ("pictures", .count(made.pictures)), ("bytes", .integer(made.byteCount)),
                ("original", .flag(package.original)),
            ],
            "wrote \(Wording.count(made.pictures, "picture")) (\(size)) to "
                + ShellWord.quote(out.bytes))
        guard !console.json else { return }
        console.note(
            """
            The recipient gets \(package.sentence).
            A bundle cannot expire or be taken back: whoever has the file and the password can open it for ever.
            Any browser opens it, offline. Send the password by another way than the file.
            """)
    }
}
