package import VaultFiles
package import VaultFormat

/// Why a file of `shares/` cannot be used.
package enum ServedError: Error, Equatable, Sendable {
    case file(FileError)
    case format(FormatError)
    /// No `vault.json` is there: it is no vault's folder, or an older one's.
    case noNotice

    static func wrapping<R>(
        _ read: () throws(FileError) -> [UInt8], parsing: ([UInt8]) throws(FormatError) -> R
    ) throws(ServedError) -> R {
        let bytes: [UInt8]
        do throws(FileError) { bytes = try read() } catch { throw .file(error) }
        do throws(FormatError) { return try parsing(bytes) } catch { throw .format(error) }
    }

    /// In plain words, without a path.
    package var describe: String {
        switch self {
        case .file(let error): error.describe
        case .format: "is not what it should be"
        case .noNotice: "has no vault.json"
        }
    }
}
