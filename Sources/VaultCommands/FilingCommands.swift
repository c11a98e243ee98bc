import ArgumentParser
import VaultFormat
import VaultKit

struct AlbumCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "album",
        abstract: "Put pictures into albums.",
        discussion: "An album is the pictures in it: it is there with the first one.",
        subcommands: [List.self, Add.self, Remove.self, Rename.self])

    struct List: VaultCommand {
        static let configuration = CommandConfiguration(abstract: "List albums and their sizes.")

        @OptionGroup var common: CommonOptions
        @OptionGroup(title: "Passphrase") var secrets: SecretOptions
        @OptionGroup var reading: ReadingOptions

        func perform(_ console: Console) throws(VaultError) -> ExitCode {
            let vault = try secrets.unlock(
                common.open(console, unlogged: reading.unlogged), console)
            Filing.list("album", try vault.albumSizes(), console)
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
            let changed = try vault.renameAlbum(old, to: new)
            guard !changed.isEmpty else {
                throw VaultError(
                    .noSuchPicture, "no picture is in an album of this name",
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
            Filing.list("tag", try vault.tagSizes(), console)
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
        _ kind: String, _ sizes: [(name: String, pictures: Int)], _ console: Console
    ) {
        for (name, pictures) in sizes {
            if console.json {
                console.message(kind, [("name", .text(name)), ("pictures", .count(pictures))])
            } else {
                console.result("\(pictures)\t\(Printable.text(Array(name.utf8)))")
            }
        }
        if console.json {
            console.summary(kind + " list", [(kind + "s", .count(sizes.count))], "")
        }
    }
}
