package import VaultSharing

/// What to seal into a file that opens without the vault.
package struct BundleRequest: Sendable {
    package var content: PackageContent
    /// For whom; only the log tells.
    package var recipient: String?
    /// The path of the file, which must not be there.
    package var target: [UInt8]
    package var template: BundleTemplate

    package init(_ content: PackageContent, target: [UInt8], _ template: BundleTemplate) {
        self.content = content
        self.target = target
        self.template = template
    }
}

/// A bundle that was just written.
package struct NewBundle: Sendable {
    package var pictures: Int
    /// Of the file.
    package var byteCount: Int64
}
