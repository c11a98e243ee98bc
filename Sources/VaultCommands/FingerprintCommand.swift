import ArgumentParser
import VaultFormat
import VaultKit

struct FingerprintCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "fingerprint",
        abstract: "Compute fingerprints of pictures, here, and send nothing.",
        discussion: """
            Needs no vault. SHA-256 tells these very bytes. PDQ tells the picture: it stays nearly \
            the same when the picture is made smaller or compressed, and two pictures whose PDQ \
            differ in at most 31 of 256 bits are most likely the same. At a quality of 49 and below a PDQ says \
            little. Neither shows the picture.

            When an intimate picture of you is out, or somebody threatens to put it out, platforms \
            can find it by its fingerprint and take it down, without anybody's seeing it. Two services \
            pass fingerprints on, free of charge. Each makes its own, on your device, of the file that you choose there; the \
            picture is not sent:

              you were 18 or over in it    stopncii.org
              you were under 18 in it      takeitdown.ncmec.org (also when you are older now)

            Keep what is printed here with your notes: it proves later which file you meant, and \
            police, platforms and lawyers can compare it. Never copy or send a picture of somebody under 18, not even to report it: use \
            the device it is on.

              lighttight fingerprint picture.jpg
              lighttight fingerprint --json *.jpg
            """)

    @OptionGroup var common: CommonOptions

    @Argument(help: "Files.")
    var files: [PathArgument]

    func perform(_ console: Console) throws(VaultError) -> ExitCode {
        let fingerprinter = try Fingerprinter(imager: ImagerPlace.require())
        var hashed = 0
        var failed = 0
        for file in files {
            try Signals.check()
            do throws(VaultError) {
                let found = try fingerprinter.fingerprint(file.bytes)
                tell(found, file.bytes, console)
                hashed += found.hash == nil ? 0 : 1
                failed += found.isFailure ? 1 : 0
            } catch {
                console.failure(error)
                failed += 1
            }
        }
        conclude(hashed, failed, console)
        guard failed > 0 else { return .done }
        throw VaultError(
            .someFailed, "no whole fingerprint of " + Wording.count(failed, "file"),
            hint: "the reasons are above")
    }

    private func tell(_ found: Fingerprint, _ path: [UInt8], _ console: Console) {
        if console.json {
            console.message(
                "fingerprint",
                [
                    JSON.path("path", path), ("bytes", .unsigned(found.byteCount)),
                    ("type", .text(found.kind.mediaType.name)), ("sha256", .text(found.digest.hex)),
                    ("pdq", .optional(found.hash?.hex)),
                    ("quality", found.hash.map { .unsigned(UInt64($0.quality)) } ?? .null),
                    ("reason", .optional(found.reason)),
                ])
            return
        }
        console.result(Printable.text(path))
        if let hash = found.hash {
            let isPoor = hash.quality <= PictureHash.poorQuality
            console.result(
                "  PDQ      \(hash.hex)  quality \(hash.quality)"
                    + (isPoor ? ", which says little" : ""))
        } else if let reason = found.reason {
            console.result("  PDQ      none: it \(reason)")
        }
        console.result("  SHA-256  \(found.digest.hex)")
    }

    private func conclude(_ hashed: Int, _ failed: Int, _ console: Console) {
        guard console.json else {
            console.note(
                """
                Computed here; nothing was sent. To have an intimate picture of you found and taken \
                down, choose the same file at
                  stopncii.org          if you were 18 or over in it
                  takeitdown.ncmec.org  if you were under 18
                They take a fingerprint of it on your device, not the picture. More: lighttight \
                help fingerprint
                """)
            return
        }
        console.summary(
            "fingerprint",
            [
                ("files", .count(files.count)), ("hashed", .count(hashed)),
                ("failed", .count(failed)),
            ], "")
    }
}
