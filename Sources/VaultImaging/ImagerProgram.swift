package import VaultFormat

/// The imager as the caller wants it: where it is and what it may use.
package struct ImagerProgram: Sendable {
    /// The program's path, as bytes. It is never looked for.
    package var path: [UInt8]
    /// Address space of one imager in MiB, 512 to 65,536. What a picture needs beyond it makes that picture
    /// unreadable.
    package var memory = 1024
    /// What one picture may take, the time for handing over its bytes not counted.
    package var patience: Duration = .seconds(60)
    /// Does without these; for kernels that lack one of them.
    package var without: ImagerHello.Protections = []
    /// Decodes even where the kernel offers neither Landlock nor seccomp.
    package var allowsUnprotected = false

    /// Laid over each rendition.
    package var mark: ImagerMark?

    package init(path: [UInt8]) { self.path = path }

    /// The arguments of spec 10 §1.
    var arguments: [String] {
        var arguments = ["--memory=\(memory)"]
        if without.contains(.landlock) { arguments.append("--without=landlock") }
        if without.contains(.seccomp) { arguments.append("--without=seccomp") }
        if allowsUnprotected { arguments.append("--unprotected") }
        if mark != nil { arguments.append("--mark") }
        return arguments
    }

    /// Whole seconds of processor time for the imager's own limit.
    var seconds: UInt16 {
        let range = ImagerLook.secondsAllowed
        let seconds = patience.components.seconds + 1
        return UInt16(min(max(seconds, Int64(range.lowerBound)), Int64(range.upperBound)))
    }
}

/// Why no picture can be looked at at all; a picture's own faults are in `PictureLook`.
package enum ImagingError: Error, Equatable, Sendable {
    /// The program could not be started: the system's error number.
    case cannotStart(errno: Int32)
    /// The program ended before it said anything, with this status of `waitpid`.
    case ended(status: Int32)
    /// The kernel offers neither Landlock nor seccomp, or the program did not use what it offers.
    case unprotected
    /// No font of this machine has all letters of the mark.
    case noFont
    /// What the program says is not the protocol of this version.
    case wrongProgram
}

/// Either the imager's fault or that of whoever reads the picture.
package enum ImagingFailure<SourceError: Error>: Error {
    case imager(ImagingError)
    case source(SourceError)
}

/// What became of looking at one picture. Whatever it is, the picture itself is as good as before.
package struct PictureLook: Sendable, Equatable {
    /// Why there are no previews.
    package enum Trouble: Error, Sendable, Equatable {
        case refused(ImagerRefusal)
        /// The imager died of it: a fault in a decoder, or a limit.
        case crashed
        case timedOut
        /// The imager answered what it may not: taken over, or broken.
        case misbehaved
    }

    /// What it says of itself; `nil` when the imager did not come so far.
    package var facts: PictureFacts?
    package var previews: PicturePreviews?
    package var trouble: Trouble?
}

extension PictureLook.Trouble {
    /// As it is stored. Spec 04 §10.
    package var stored: LookTrouble {
        switch self {
        case .refused(let refusal): LookTrouble(refusal)
        case .crashed: .crashed
        case .timedOut: .timedOut
        case .misbehaved: .misbehaved
        }
    }
}
