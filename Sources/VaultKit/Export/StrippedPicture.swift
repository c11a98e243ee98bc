import VaultCrypto
import VaultFormat
import VaultStripping

/// A picture without what is not the picture, in memory.
struct StrippedPicture {
    let bytes: [UInt8]
    let digest: ContentDigest

    /// - Throws: `failed` for what cannot be stripped, else what reading it throws.
    init(_ sealed: SealedPicture, _ reader: PictureReader) throws(VaultError) {
        let value = sealed.picture.value
        guard Stripper.takes(value.type) else { throw Self.error(.unsupported, value.type) }
        guard value.byteCount <= UInt64(Stripper.maximumByteCount) else {
            throw Self.error(.tooLarge, value.type)
        }
        var original: [UInt8] = []
        original.reserveCapacity(Int(value.byteCount))
        try reader.read(sealed) { original.append(contentsOf: $0) }
        do throws(StripError) {
            bytes = try Stripper.strip(original, type: value.type)
        } catch {
            throw Self.error(error, value.type)
        }
        digest = ContentDigest(Digest(hashing: bytes))
    }

    private static func error(_ error: StripError, _ type: MediaType) -> VaultError {
        switch error {
        case .unsupported:
            VaultError(.failed, "metadata cannot be taken out of this file of type \(type.name)")
        case .malformed:
            VaultError(
                .failed, "the file does not follow its own format, so not all metadata may be found"
            )
        case .tooLarge:
            VaultError(.failed, "metadata is taken out of files of at most 512 MiB")
        }
    }
}
