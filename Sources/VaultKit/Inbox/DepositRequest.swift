package import VaultFormat

/// What to deposit, and what to say of it.
package struct DepositRequest: Sendable {
    /// Files and folders, as bytes; relative ones count from the working folder.
    package var paths: [[UInt8]] = []
    package var subject: String?
    package var album: String?
    package var tags: [String] = []

    package init() {}

    /// The same for what finds files and what is known of them.
    var imported: ImportRequest {
        var request = ImportRequest()
        request.subject = subject
        request.album = album
        request.tags = tags
        return request
    }
}

/// What became of one source file.
package struct DepositedFile: Sendable {
    package enum Kind: String, Sendable {
        case deposited
        /// Left out on purpose; `reason` says why.
        case skipped
        /// Could not be read; `reason` says why.
        case failed
    }

    package var path: [UInt8]
    package var kind: Kind
    package var byteCount: UInt64 = 0
    package var deposit: DepositID?
    package var reason: String?
}

package struct DepositReport: Sendable {
    package var deposited = 0
    package var skipped = 0
    package var failed = 0
    /// Of the pictures, before sealing.
    package var bytes: UInt64 = 0
}
