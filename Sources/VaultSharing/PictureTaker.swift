package import VaultFormat

/// Takes pictures into a package, one after the other. Of one thread.
package protocol PictureTaker: AnyObject {
    /// Begins the next picture, of so many bytes.
    func begin(_ byteCount: Int64) throws(SharingError)
    func write(_ piece: UnsafeRawBufferPointer) throws(SharingError)
    /// Ends the picture. Throws `.format(.truncated)` when less came than was said.
    func end(_ item: LinkManifest.Item) throws(SharingError)
}
