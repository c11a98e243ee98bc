import VaultFormat
import VaultKit

extension UnlockedVault {
    /// Makes sure that pictures named by ID lie on the side of the bin that a command works on, so
    /// that nobody takes "nothing to do" for "done".
    ///
    /// - Throws: `noSuchPicture` that says where the picture is instead.
    func requireSide(of filter: PictureFilter) throws(VaultError) {
        guard !filter.prefixes.isEmpty, filter.bin != .both else { return }
        var named = PictureFilter()
        named.prefixes = filter.prefixes
        named.bin = .both
        let isWantedInBin = filter.bin == .only
        try pictures(named) { (picture) throws(VaultError) in
            guard picture.isInBin != isWantedInBin else { return }
            let name = "picture \(picture.id.hex.prefix(12))"
            throw isWantedInBin
                ? VaultError(
                    .noSuchPicture, "\(name) is not in the bin",
                    hint: "lighttight remove moves it there")
                : VaultError(
                    .noSuchPicture, "\(name) is in the bin",
                    hint: "lighttight restore brings it back; lighttight list --bin shows the bin")
        }
    }
}
