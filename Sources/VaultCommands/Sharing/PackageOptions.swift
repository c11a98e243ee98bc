import ArgumentParser
import VaultFormat
import VaultKit

/// Which pictures go out, and as what.
struct PackageOptions: ParsableArguments {
    @Argument(help: "Beginnings of IDs; the pictures are shown in this order.")
    var prefixes: [String] = []

    @Option(
        help: ArgumentHelp(
            "Pictures that a search finds instead; see lighttight help search.", valueName: "words")
    )
    var search: String?

    @Flag(help: "Gives the files as they are, with all that is in them.")
    var original = false

    @Option(
        help: ArgumentHelp(
            "The longest side of the copies, 64 to 8192 pixels.", valueName: "pixels"))
    var size = PackageContent.standardSide

    @Option(
        help: ArgumentHelp(
            "Words that are written all over each copy, such as the recipient's name.",
            valueName: "text"))
    var mark: String?

    @Option(help: ArgumentHelp("A few words that the recipient reads.", valueName: "text"))
    var note: String?

    func validate() throws {
        guard (64...8192).contains(size) else {
            throw ValidationError("--size must be 64 to 8192")
        }
        if original, size != PackageContent.standardSide {
            throw ValidationError("--size and --original contradict each other")
        }
        if original, mark != nil {
            throw ValidationError("--mark and --original contradict each other")
        }
        if search != nil, !prefixes.isEmpty {
            throw ValidationError("IDs and --search contradict each other")
        }
    }

    func content(_ choice: FilterOptions) throws(VaultError) -> PackageContent {
        var content = PackageContent(try pictures(choice))
        content.side = original ? nil : size
        content.note = note
        content.mark = try imagerMark()
        if !original { content.imager = try ImagerPlace.require() }
        return content
    }

    private func imagerMark() throws(VaultError) -> ImagerMark? {
        guard let mark else { return nil }
        do throws(FormatError) { return try ImagerMark(mark) } catch {
            throw VaultError(
                .usage, "a mark is a line of 1 to 100 characters that can be seen",
                hint: "give a name, or a few words")
        }
    }

    private func pictures(_ choice: FilterOptions) throws(VaultError) -> PackageContent.Choice {
        guard let search else {
            return .filter(try choice.selection(prefixes, bin: .without, all: nil))
        }
        guard try choice.filter([], bin: .without).isEmpty else {
            throw VaultError(
                .usage, "--search says itself which pictures are meant",
                hint: "write album:name, tag:name or subject:name into it")
        }
        var found = Search()
        found.line = search
        found.order = .oldest
        return .search(found)
    }

    /// What recipients get, in plain words.
    var sentence: String {
        original
            ? "the files as they are, with place, time and camera if these are in them"
            : "copies of at most \(size) pixels, without place, time, camera, caption and name"
                + (mark == nil ? "" : ", with your mark over them")
    }

    static func checkName(_ name: String) throws {
        guard (1...200).contains(name.utf8.count) else {
            throw ValidationError("--to is a name of 1 to 200 bytes")
        }
    }
}
