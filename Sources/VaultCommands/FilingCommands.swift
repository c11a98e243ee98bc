import ArgumentParser
import VaultFormat
import VaultKit

struct AlbumCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "album",
        abstract: "Put pictures into albums.",
        discussion: """
            An album is the pictures in it: it is there with the first one. Only an album that is to \
            have a rule, or to be seen while it is empty, is made by itself.
            """,
        subcommands: [
            List.self, Create.self, Add.self, Remove.self, Rename.self,
        ])

    struct Create: VaultCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make an album, or give one another rule.",
            discussion: """
                --retain says for how many days pictures of the album are to be kept, after which \
                retention due lists them and retention run destroys them; until then subject erase \
                refuses. A picture of which a manifest said how long is not concerned; of the rules of \
                several albums the longest counts. Without --retain the album has no rule, also when it \
                had one.

                  lighttight album create Trial --retain 90d
                  lighttight album create Races --retain 52w --retain-from taken
                """)

        @OptionGroup var common: CommonOptions
        @OptionGroup(title: "Passphrase") var secrets: SecretOptions

        @Argument(help: "The album's name.") var name: String

        @Option(help: ArgumentHelp("For how long: 90d, 12w.", valueName: "days"))
        var retain: DaysArgument?

        @Option(help: "From when: imported, or taken (where that is known).")
        var retainFrom: RetainFrom = .imported

        func perform(_ console: Console) throws(VaultError) -> ExitCode {
            let name = try Filing.checked(name)
            let vault = try secrets.unlock(common.open(console), console)
            let rule = retain.map { AlbumCard.Rule(days: $0.days, from: retainFrom.start) }
            try vault.setAlbum(name, rule: rule)
            console.summary(
                "album create",
                [("name", .text(name)), ("retain_days", .optional(rule?.days))]
                    + [("retain_from", .optional(rule?.from.word))],
                "album \(Printable.text(Array(name.utf8))): "
                    + (rule?.sentence ?? "nothing is said of how long pictures are to be kept"))
            return .done
        }
    }

    struct List: VaultCommand {
        static let configuration = CommandConfiguration(abstract: "List albums and their sizes.")

        @OptionGroup var common: CommonOptions
        @OptionGroup(title: "Passphrase") var secrets: SecretOptions
        @OptionGroup var reading: ReadingOptions

        func perform(_ console: Console) throws(VaultError) -> ExitCode {
            let vault = try secrets.unlock(
                common.open(console, unlogged: reading.unlogged), console)
            let albums = try vault.albumSizes()
            Filing.list(
                "album",
                albums.map { album in
                    (
                        album.name, album.pictures,
                        [
                            ("retain_days", .optional(album.rule?.days)),
                            ("retain_from", .optional(album.rule?.from.word)),
                        ]
                    )
                }, console)
            return .done
        }
    }

    struct Add: VaultCommand {
        static let configuration = CommandConfiguration(
            abstract: "Put pictures into an album.",
            discussion: "  lighttight album add Holiday 3f9a 77b0")

        @OptionGroup var common: CommonOptions
        @OptionGroup(title: "Which pictures") var choice: FilterOptions
        @OptionGroup(title: "Passphrase") var secrets: SecretOptions

        @Argument(help: "The album's name.") var name: String
        @Argument(help: "Beginnings of IDs.") var prefixes: [String] = []

        func perform(_ console: Console) throws(VaultError) -> ExitCode {
            let name = try Filing.checked(name)
            let filter = try choice.selection(prefixes, bin: .without, all: nil)
            let vault = try secrets.unlock(common.open(console), console)
            try vault.requireSide(of: filter)
            BinReport.summarise(
                "album add", try vault.addToAlbum(name, filter), "put", "into the album", console)
            return .done
        }
    }

    struct Remove: VaultCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take pictures out of an album; they stay in the vault.")

        @OptionGroup var common: CommonOptions
        @OptionGroup(title: "Which pictures") var choice: FilterOptions
        @OptionGroup(title: "Passphrase") var secrets: SecretOptions

        @Argument(help: "The album's name.") var name: String
        @Argument(help: "Beginnings of IDs.") var prefixes: [String] = []

        @Flag(help: "Every picture that is in it, after which there is no such album.")
        var all = false

        func perform(_ console: Console) throws(VaultError) -> ExitCode {
            let name = try Filing.checked(name)
            var filter = try choice.selection(prefixes, bin: .without, all: all)
            if all { filter.albums = [name] }
            let vault = try secrets.unlock(common.open(console), console)
            try vault.requireSide(of: filter)
            BinReport.summarise(
                "album remove", try vault.removeFromAlbum(name, filter), "took", "out of the album",
                console)
            return .done
        }
    }

    struct Rename: VaultCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give an album another name; under one that is there, the two become one.")

        @OptionGroup var common: CommonOptions
        @OptionGroup(title: "Passphrase") var secrets: SecretOptions

        @Argument(help: "The album's name.") var old: String
        @Argument(help: "Its new name.") var new: String

        func perform(_ console: Console) throws(VaultError) -> ExitCode {
            let (old, new) = (try Filing.checked(old), try Filing.checked(new))
            let vault = try secrets.unlock(common.open(console), console)
            guard let changed = try vault.renameAlbum(old, to: new) else {
                throw VaultError(
                    .noSuchPicture, "there is no album of this name",
                    hint: "lighttight album list shows the names")
            }
            BinReport.summarise("album rename", changed, "renamed the album of", "", console)
            return .done
        }
    }
}

struct TagCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tag", abstract: "Tag pictures.",
        subcommands: [List.self, Add.self, Remove.self])

    struct List: VaultCommand {
        static let configuration = CommandConfiguration(
            abstract: "List tags, and how many pictures have each.")

        @OptionGroup var common: CommonOptions
        @OptionGroup(title: "Passphrase") var secrets: SecretOptions
        @OptionGroup var reading: ReadingOptions

        func perform(_ console: Console) throws(VaultError) -> ExitCode {
            let vault = try secrets.unlock(
                common.open(console, unlogged: reading.unlogged), console)
            Filing.list("tag", try vault.tagSizes().map { ($0.name, $0.pictures, []) }, console)
            return .done
        }
    }

    struct Add: VaultCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give pictures a tag.", discussion: "  lighttight tag add sea 3f9a 77b0")

        @OptionGroup var common: CommonOptions
        @OptionGroup(title: "Which pictures") var choice: FilterOptions
        @OptionGroup(title: "Passphrase") var secrets: SecretOptions

        @Argument(help: "The tag.") var name: String
        @Argument(help: "Beginnings of IDs.") var prefixes: [String] = []

        func perform(_ console: Console) throws(VaultError) -> ExitCode {
            let name = try Filing.checked(name)
            let filter = try choice.selection(prefixes, bin: .without, all: nil)
            let vault = try secrets.unlock(common.open(console), console)
            try vault.requireSide(of: filter)
            BinReport.summarise(
                "tag add", try vault.addTag(name, to: filter), "tagged", "", console)
            return .done
        }
    }

    struct Remove: VaultCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take a tag off pictures.",
            discussion: "  lighttight tag remove sea --tag sea --album Mountains")

        @OptionGroup var common: CommonOptions
        @OptionGroup(title: "Which pictures") var choice: FilterOptions
        @OptionGroup(title: "Passphrase") var secrets: SecretOptions

        @Argument(help: "The tag.") var name: String
        @Argument(help: "Beginnings of IDs.") var prefixes: [String] = []

        func perform(_ console: Console) throws(VaultError) -> ExitCode {
            let name = try Filing.checked(name)
            let filter = try choice.selection(prefixes, bin: .without, all: nil)
            let vault = try secrets.unlock(common.open(console), console)
            try vault.requireSide(of: filter)
            BinReport.summarise(
                "tag remove", try vault.removeTag(name, from: filter), "took the tag off", "",
                console)
            return .done
        }
    }
}

/// What albums and tags have in common.
enum Filing {
    static func checked(_ name: String) throws(VaultError) -> String {
        guard !name.isEmpty else {
            throw VaultError(.usage, "a name must not be empty")
        }
        return name
    }

    static func list(
        _ kind: String, _ sizes: [(name: String, pictures: Int, more: [(String, JSON)])],
        _ console: Console
    ) {
        for (name, pictures, more) in sizes {
            if console.json {
                console.message(
                    kind, [("name", .text(name)), ("pictures", .count(pictures))] + more)
            } else {
                console.result("\(pictures)\t\(Printable.text(Array(name.utf8)))")
            }
        }
        if console.json {
            console.summary(kind + " list", [(kind + "s", .count(sizes.count))], "")
        }
    }
}
