import VaultFormat

extension UnlockedVault {
    /// Makes sure that pictures named by ID lie on the side of the bin that a command works on (or on
    /// both, with occurrences here and there), so that nobody takes "nothing to do" for "done".
    ///
    /// - Throws: `noSuchPicture` that says where the picture is instead.
    package func requireSide(of filter: PictureFilter) throws(VaultError) {
        guard !filter.prefixes.isEmpty, filter.bin != .both else { return }
        var named = PictureFilter()
        named.prefixes = filter.prefixes
        named.bin = filter.bin
        var here: Set<RecordID> = []
        try scan(named) { (sealed) throws(VaultError) in here.insert(sealed.picture.id) }
        named.bin = .both
        try scan(named) { (sealed) throws(VaultError) in
            guard !here.contains(sealed.picture.id) else { return }
            let name = "picture \(sealed.picture.id.hex.prefix(12))"
            throw filter.bin == .only
                ? VaultError(
                    .noSuchPicture, "\(name) is not in the bin",
                    hint: "lighttight remove moves it there")
                : VaultError(
                    .noSuchPicture, "\(name) is in the bin",
                    hint: "lighttight restore brings it back; lighttight list --bin shows the bin")
        }
    }

    /// How many pictures a filter means; nothing of them is shown.
    package func count(of filter: PictureFilter) throws(VaultError) -> Int {
        var count = 0
        try scan(filter) { (_) throws(VaultError) in count += 1 }
        return count
    }
}
