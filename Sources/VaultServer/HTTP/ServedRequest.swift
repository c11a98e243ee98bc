package import VaultFormat

/// What a server's log says of a request: nothing of the link, nothing of the client.
package struct ServedRequest: Hashable, Sendable {
    /// What it was about.
    package enum Subject: Hashable, Sendable {
        case share(ShareName)
        /// Asking for pictures, not for them.
        case request(RequestName)
    }

    package var subject: Subject
    /// The HTTP status.
    package var status: Int
    /// Bytes of the answer's body that were sent.
    package var bytes: Int64
}

/// What a server has to say while it runs.
package enum ServerNews: Sendable {
    case request(ServedRequest)
    /// Something that a person should look at, in plain words.
    case trouble(String)
}
