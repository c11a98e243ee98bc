import VaultFiles
package import VaultFormat

/// Which pictures to look at, and how.
package struct LookRequest: Sendable {
    /// The path of `lighttight-imager`.
    package var imager: [UInt8]
    /// Also what could not be read, what was looked at by an older version, and what has a thumbnail that
    /// does not open.
    package var again = false
    /// Only what changed since this machine last looked at everything.
    package var onlyNew = false
    /// Pictures that are looked at at the same time; one for each core is best.
    package var workers: Int

    package init(imager: [UInt8]) {
        self.imager = imager
        workers = Machine.onlineCores
    }
}

/// A picture that has no thumbnail although it ought to have one.
package struct LookOutcome: Sendable {
    package var id: RecordID
    /// The path of its first occurrence.
    package var path: [UInt8]
    package var trouble: LookTrouble?
    /// In plain words: lower case, no full stop.
    package var reason: String
}

package struct LookReport: Sendable {
    /// Pictures looked at, whatever came of it.
    package var looked = 0
    /// Of these, how many could not be read.
    package var unreadable = 0
    /// Pictures whose sealed bytes do not open, which `verify` tells more of; they were not looked at.
    package var damaged = 0
    /// Bytes of the pictures looked at.
    package var bytes: UInt64 = 0

    package init() {}
}

extension LookTrouble {
    /// In plain words: lower case, no full stop.
    package var describe: String {
        switch self {
        case .unsupported: "is no picture of a kind that can be shown"
        case .damaged: "is damaged, or no picture inside"
        case .tooManyPixels: "declares more pixels than any camera makes"
        case .tooLarge: "is too large to be decoded"
        case .noPicture: "holds no still picture"
        case .crashed: "broke the program that decodes pictures, which was started anew"
        case .timedOut: "takes too long to decode"
        case .misbehaved:
            "made the program that decodes pictures misbehave; it was started anew"
        }
    }
}
