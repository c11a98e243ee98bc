import ArgumentParser
import VaultFormat
import VaultKit

struct DuplicatesCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "duplicates",
        abstract: "Find pictures that show the same.",
        discussion: """
            The same bytes twice are stored once, and list tells where they came from. This finds other files of \
            the same picture: smaller, compressed again, or hardly changed. In each group the one to keep \
            comes first: most pixels, then most bytes. Nothing is removed.

              lighttight duplicates
              lighttight duplicates --distance 10 --json
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup(title: "Passphrase") var secrets: SecretOptions
    @OptionGroup var reading: ReadingOptions

    @Option(
        help: ArgumentHelp(
            "In how many of the fingerprint's 256 bits two may differ, 0 to 31; less is stricter.",
            valueName: "bits"))
    var distance = PictureHash.matchingDistance

    func validate() throws {
        guard (0...PictureHash.matchingDistance).contains(distance) else {
            throw ValidationError("--distance must be 0 to \(PictureHash.matchingDistance)")
        }
    }

    func perform(_ console: Console) throws(VaultError) -> ExitCode {
        let vault = try secrets.unlock(common.open(console, unlogged: reading.unlogged), console)
        let meter = ProgressMeter(console, "indexing")
        defer { meter.finish() }
        let groups = try vault.duplicates(within: distance, progress: { meter.update($0) })
        meter.finish()
        for group in groups { show(group, console) }
        let more = groups.reduce(0) { $0 + $1.pictures.count - 1 }
        console.summary(
            "duplicates", [("groups", .count(groups.count)), ("more", .count(more))],
            groups.isEmpty
                ? "no two pictures look alike"
                : Wording.count(groups.count, "group") + ", " + Wording.count(more, "picture")
                    + " more than needed")
        return .done
    }

    private func show(_ group: DuplicateGroup, _ console: Console) {
        if console.json {
            console.message(
                "duplicates",
                [("pictures", .list(group.pictures.map { .object(Self.members($0)) }))])
            return
        }
        for (index, picture) in group.pictures.enumerated() {
            let size = picture.facts.own?.size.map { "\($0.width) × \($0.height)" } ?? "unknown"
            console.result(
                [
                    index == 0 ? "keep" : "more", String(picture.id.hex.prefix(12)), size,
                    Wording.size(picture.value.byteCount), Printable.text(picture.mainPath),
                ].joined(separator: "  "))
        }
        console.result("")
    }

    private static func members(_ picture: Picture) -> [(String, JSON)] {
        let size = picture.facts.own?.size
        return [
            ("id", .text(picture.id.hex)), ("bytes", .unsigned(picture.value.byteCount)),
            ("width", size.map { .unsigned(UInt64($0.width)) } ?? .null),
            ("height", size.map { .unsigned(UInt64($0.height)) } ?? .null),
            JSON.path("path", picture.mainPath),
        ]
    }
}
