import ArgumentParser
import VaultKit

/// A path as bytes.
struct PathArgument: ExpressibleByArgument {
    let bytes: [UInt8]

    init(bytes: [UInt8]) { self.bytes = bytes }

    init?(argument: String) {
        guard !argument.isEmpty else { return nil }
        bytes = ArgumentBytes.bytes(of: argument)
    }

    static var defaultCompletionKind: CompletionKind { .file() }
}

/// Like `PathArgument`, completed with folders.
struct FolderArgument: ExpressibleByArgument {
    let bytes: [UInt8]

    init?(argument: String) {
        guard !argument.isEmpty else { return nil }
        bytes = ArgumentBytes.bytes(of: argument)
    }

    static var defaultCompletionKind: CompletionKind { .directory }
}

/// A share of the whole: `5%`, `0.5%` or `0.05`; more than none, at most all.
struct ShareArgument: ExpressibleByArgument {
    let share: Double

    init?(argument: String) {
        let percent = argument.hasSuffix("%")
        guard let number = Double(percent ? argument.dropLast() : argument[...]) else { return nil }
        share = percent ? number / 100 : number
        guard share > 0, share <= 1 else { return nil }
    }
}

extension ExportRequest.Layout: ExpressibleByArgument {}

extension InitRequest.Cost: ExpressibleByArgument {
    /// The tests' own setting is accepted and documented, but not offered.
    package static var allValueStrings: [String] {
        allCases.filter { $0 != .insecureForTests }.map(\.rawValue)
    }
}
