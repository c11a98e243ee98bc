import VaultFormat
import VaultKit

/// What there is to tell a person of their pictures.
struct SubjectAccount {
    /// An entry of the log, as far as it is about this person; nobody else's pictures are told.
    struct Handling {
        /// Seconds since 1970.
        let time: Int64
        /// The slot's label; `nil` where it is not to be told.
        let who: String?
        let role: String?
        let action: String
        /// How many of this person's pictures, of those that are still there.
        let pictures: Int
    }

    let subject: String
    let title: String
    let note: String?
    /// Seconds since 1970.
    let made: Int64
    let vault: VaultID
    let export: SubjectExport
    var copies: [StatusReport.Copy] = []
    /// Oldest first; `nil` when the log could not be read.
    var handlings: [Handling]?

    /// The files of a picture, below the folder.
    func files(of picture: Picture) -> [[UInt8]] {
        (export.files[picture.id] ?? []).filter { $0.kind != .failed }.map {
            Array("pictures/".utf8) + $0.path
        }
    }

    /// `summary.json`; `Docs/CommandContract.md`.
    var json: JSON {
        .object([
            ("format", .text("lighttight-subject/1")), ("subject", .text(subject)),
            ("title", .text(title)), ("note", .optional(note)), ("made", .text(Wording.utc(made))),
            ("vault", .text(vault.hex)),
            (
                "pictures",
                .list(
                    export.pictures.map { picture in
                        .object(
                            picture.members + [
                                (
                                    "files",
                                    .list(
                                        files(of: picture).map { .object([JSON.path("path", $0)]) })
                                )
                            ])
                    })
            ),
            ("log", handlings.map { .list($0.map(Self.json)) } ?? .null),
            (
                "copies",
                .list(
                    copies.map {
                        .object([
                            ("id", .text($0.id.hex)), ("time", .text(Wording.utc($0.time))),
                        ])
                    })
            ),
        ])
    }

    private static func json(_ handling: Handling) -> JSON {
        .object([
            ("time", .text(Wording.utc(handling.time))), ("who", .optional(handling.who)),
            ("role", .optional(handling.role)), ("action", .text(handling.action)),
            ("pictures", .count(handling.pictures)),
        ])
    }
}
