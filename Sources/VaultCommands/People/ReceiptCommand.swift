import ArgumentParser
import VaultFormat
import VaultKit

struct ReceiptCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "receipt", abstract: "Verify a receipt of pictures that were destroyed.",
        subcommands: [Verify.self])

    struct Verify: VaultCommand {
        static let configuration = CommandConfiguration(
            abstract: "Hold a receipt against the vault, without a passphrase.",
            discussion: """
                Checks who signed it, that the log holds together and tells of the destruction, and \
                that none of the pictures is back; and says which copies were brought up to date \
                since. Without the vault, Docs/Spec/independent/lighttight_receipt.py checks it \
                against an export of the log.

                  lighttight subject receipt verify receipt-2026-014.txt
                """)

        @OptionGroup var common: CommonOptions

        @Argument(help: "The receipt.") var file: PathArgument

        func perform(_ console: Console) throws(VaultError) -> ExitCode {
            let vault = try common.open(console)
            let bytes = try SmallFile.read(
                file.bytes, limit: Receipt.maximumByteCount, what: "a receipt")
            Signals.beginWork()
            let meter = ProgressMeter(console, "verifying")
            defer { meter.finish() }
            let found = try vault.verifyReceipt(
                bytes, stop: Signals.stop, progress: { meter.update($0) })
            meter.finish()
            report(found, console)
            return .done
        }

        private func report(_ found: ReceiptVerification, _ console: Console) {
            let receipt = found.receipt
            for copy in found.copies where !console.json {
                console.result(Self.line(copy))
            }
            console.summary(
                "subject receipt verify",
                [
                    ("destroyed", .count(receipt.count(.destroyed))),
                    ("shared", .count(receipt.count(.shared))),
                    ("time", .text(Wording.utc(receipt.time))),
                    ("reference", .optional(receipt.reference)),
                    ("signed_by", .text(receipt.slot.hex)), ("signer_label", .text(found.signer)),
                    ("copies", .list(found.copies.map(Self.json))),
                ],
                "the receipt holds: " + Wording.count(receipt.count(.destroyed), "picture")
                    + " destroyed by \"\(Printable.text(Array(found.signer.utf8)))\" before "
                    + Wording.local(receipt.time)
                    + (receipt.count(.shared) > 0
                        ? ", and \(Wording.count(receipt.count(.shared))) kept for others" : ""))
        }

        private static func line(_ copy: ReceiptVerification.Copy) -> String {
            let place =
                copy.place.map { "\"\(Printable.text($0))\"" } ?? String(copy.id.hex.prefix(8))
            return switch copy.state {
            case .upToDate: "copy \(place) was brought up to date since"
            case .awaiting: "copy \(place) may still hold what was destroyed"
            case .unknown: "copy \(place) is not listed any more"
            }
        }

        private static func json(_ copy: ReceiptVerification.Copy) -> JSON {
            .object([
                ("id", .text(copy.id.hex)),
                copy.place.map { JSON.path("path", $0) } ?? ("path", .null),
                ("state", .text(copy.state.rawValue)),
            ])
        }
    }
}
