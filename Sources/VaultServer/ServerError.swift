/// Why a server does not start.
package enum ServerError: Error, Equatable, Sendable {
    /// The folder, or what is in it, cannot be used; in plain words.
    case folder(String)
    /// The vault did not leave its `vault.json` there.
    case noNotice
    /// Another server serves the folder.
    case inUse
    /// The address cannot be listened on; in plain words.
    case address(String)
    /// Certificate or key are not usable; in plain words.
    case tls(String)
}
