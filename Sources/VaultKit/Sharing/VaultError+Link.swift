import VaultFetching
import VaultFormat

extension VaultError {
    init(_ error: FetchError) {
        switch error {
        case .noLibrary:
            self.init(
                .unsupported, "libcurl, which speaks to servers, is not on this machine",
                hint: "install libcurl4, or open the link in a browser")
        case .outOfMemory: self.init(.failed, "out of memory")
        case .connection:
            self.init(
                .failed, "the link's server cannot be reached", hint: "try again in a while")
        case .certificate:
            self.init(
                .failed, "the server cannot show that it is the one that the link names",
                hint: "somebody may be in between; a private authority is trusted with --ca FILE")
        case .timeout:
            self.init(.failed, "the link's server takes too long", hint: "try again in a while")
        case .tooLong: self.init(.failed, "the server answers more than it was asked for")
        case .caFile: self.init(.usage, "the file of certificates cannot be used")
        }
    }

    /// What a server of links says instead of what was asked for. Spec 11 §8.
    static func refusal(_ status: Int, _ body: [UInt8]) -> VaultError {
        // Whatever else comes with the status: that is what counts.
        let refusal = try? LinkRefusal(parsing: body)
        switch status {
        case 404:
            return VaultError(
                .noSuchShare, "this link opens nothing, or nothing any more",
                hint: "it may have expired, been opened as often as it might, or been taken back: "
                    + "ask whoever sent it")
        case 403: return VaultError(.refused, "the password is wrong")
        case 429:
            let seconds = max(1, min(refusal?.after ?? 60, 86_400))
            return VaultError(
                .failed, "the server wants to be asked later",
                hint: "try again in \(seconds) seconds")
        default:
            return VaultError(
                .unsupported, "the server does not answer as a server of links does (\(status))",
                hint: "check the address")
        }
    }
}
