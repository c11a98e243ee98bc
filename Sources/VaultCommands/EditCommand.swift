import ArgumentParser
import VaultFormat
import VaultKit

struct EditCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "edit",
        abstract: "Set right when and where a picture was taken, or what it shows.",
        discussion: """
            The picture's own bytes are never changed: what you say is kept beside them, and comes \
            before what the picture or a sidecar says. Taken back, that holds again.

              lighttight edit 3f9a --caption 'The old boat house'
              lighttight edit 3f9a --date 1987-07-14T15:30+02:00 --place 47.5301,13.6500
              lighttight edit 3f9a --no-date
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup(title: "Which pictures") var choice: FilterOptions
    @OptionGroup(title: "Passphrase") var secrets: SecretOptions

    @Argument(help: "Beginnings of IDs.")
    var prefixes: [String] = []

    @Option(help: ArgumentHelp("What the picture shows.", valueName: "text"))
    var caption: String?

    @Option(
        help: ArgumentHelp(
            "When it was taken, by the clock there: 1987-07-14, 1987-07-14T15:30, and with a zone, if "
                + "known: 1987-07-14T15:30:00+02:00.", valueName: "date"))
    var date: ClockArgument?

    @Option(
        help: ArgumentHelp(
            "Where: latitude and longitude in degrees, south and west negative: 47.5301,13.6500.",
            valueName: "place"))
    var place: PlaceArgument?

    @Flag(help: "Takes your caption back.")
    var noCaption = false

    @Flag(help: "Takes your date back.")
    var noDate = false

    @Flag(help: "Takes your place back.")
    var noPlace = false

    func validate() throws {
        for (set, back, name) in [
            (caption != nil, noCaption, "caption"), (date != nil, noDate, "date"),
            (place != nil, noPlace, "place"),
        ] where set && back {
            throw ValidationError("--\(name) and --no-\(name) contradict each other")
        }
        guard
            caption != nil || date != nil || place != nil || noCaption || noDate || noPlace
        else { throw ValidationError("there is nothing to set or to take back") }
        if let caption {
            let clean = FactText.clean(
                Array(caption.utf8), longest: PictureFacts.longestCaption, lines: true)
            guard clean == caption else {
                throw ValidationError(
                    "a caption has 1 to \(PictureFacts.longestCaption) bytes, no control characters "
                        + "and no space at its ends")
            }
        }
    }

    func perform(_ console: Console) throws(VaultError) -> ExitCode {
        var request = EditRequest()
        request.caption = Self.said(caption, noCaption)
        request.taken = Self.said(date?.time, noDate)
        request.place = Self.said(place?.place, noPlace)
        let filter = try choice.selection(prefixes, bin: .without, all: nil)
        let vault = try secrets.unlock(common.open(console), console)
        try vault.requireSide(of: filter)
        BinReport.summarise("edit", try vault.edit(filter, request), "changed", "", console)
        return .done
    }

    private static func said<Value>(_ value: Value?, _ back: Bool) -> Said<Value> {
        back ? .takeBack : value.map { .set($0) } ?? .leave
    }
}

/// A moment by the clock of some place.
struct ClockArgument: ExpressibleByArgument {
    let time: SaidTime

    init?(argument: String) {
        if let day = ClockText.day(argument), CaptureTime.locals.contains(day) {
            time = SaidTime(local: day)
            return
        }
        let bytes = Array(argument.utf8)
        guard bytes.count <= 25, let read = ClockText.iso(bytes, source: .exif),
            read.milliseconds == 0
        else { return nil }
        // What follows the time must be a zone, or nothing.
        let zone = bytes.count > 16 ? bytes.dropFirst(bytes[16] == 0x3A ? 19 : 16) : []
        guard (read.minutesEast == nil) == zone.isEmpty else { return nil }
        time = SaidTime(local: read.local, minutesEast: read.minutesEast)
    }
}

/// Latitude and longitude in degrees.
struct PlaceArgument: ExpressibleByArgument {
    let place: Place

    init?(argument: String) {
        let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
            .map { Double($0.drop { $0 == " " }) }
        guard parts.count == 2, let latitude = parts[0], let longitude = parts[1],
            abs(latitude) <= 90, abs(longitude) <= 180
        else { return nil }
        place = Place(
            latitude: Int32((latitude * 1e7).rounded()),
            longitude: Int32((longitude * 1e7).rounded()))
    }
}
