import ArgumentParser
import Glibc
import VaultFormat
import VaultKit

struct AuditCheckpointCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "checkpoint", abstract: "Make a signed statement of the log as it is, to keep elsewhere.",
        discussion: """
            A few lines of text: how many entries there are, and a hash over all of them. Print \
            them, mail them, keep them on another machine. What was in the log by then cannot be \
            changed any more without lighttight audit verify --against noticing.

              lighttight audit checkpoint > checkpoint-2026-11.txt
              lighttight audit checkpoint --qr
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup(title: "Passphrase") var secrets: SecretOptions

    @Flag(help: "Draws it as a QR code too, for a photograph or a print.")
    var qr = false

    func validate() throws {
        if common.json { throw ValidationError("a checkpoint is text, not JSON") }
    }

    func perform(_ console: Console) throws(VaultError) -> ExitCode {
        let slot = try secrets.open(common.open(console), console)
        let note = try slot.makeCheckpoint()
        var text = String(decoding: note, as: UTF8.self)
        text.removeLast()
        console.result(text)
        if qr {
            console.flush()
            let drawing = try QRCode(note.span.bytes).terminal()
            if let code = drawing.write(to: STDOUT_FILENO) {
                throw VaultError(
                    .failed, "cannot write to standard output: " + String(cString: strerror(code)))
            }
        }
        return .done
    }
}
