package import VaultFiles
package import VaultFormat

/// A place for packs: a folder, memory, later a bucket. Any number of threads may use one.
package protocol PackStore: AnyObject, Sendable {
    /// Begins a pack that has no name yet. Nobody sees it before `makeDurable`.
    func beginPack() throws(StoreError) -> any IncomingPack
    /// Throws `.missing` when there is none of this name.
    func openPack(_ name: PackName) throws(StoreError) -> any PackReader
    /// How many bytes a pack has; nil when it is not there.
    func byteCount(of name: PackName) throws(StoreError) -> UInt64?
    /// Tells of each pack its name and its size in bytes, in no order. Packs that come or go
    /// meanwhile may or may not be told.
    func forEachPack(_ body: (PackName, UInt64) throws(StoreError) -> Void) throws(StoreError)
    /// Removes a pack for good; that it was not there is fine. Readers of it may go on.
    func remove(_ name: PackName) throws(StoreError)
    /// What a crash left of packs being written: those that nobody is writing any more.
    func leftovers() throws(StoreError) -> [Leftover]
    /// Removes the leftovers and returns how many there were, and their sizes' sum in bytes.
    @discardableResult
    func removeLeftovers() throws(StoreError) -> (count: Int, bytes: UInt64)
}

/// A pack being written. One that goes out of use without `makeDurable` is abandoned.
package protocol IncomingPack: AnyObject, Sendable {
    /// Adds bytes. After a failure the pack is of no use: abandon it.
    func append(_ bytes: UnsafeRawBufferPointer) throws(StoreError)
    /// Takes back all bytes from `byteCount` (no more than there are) on.
    func cut(to byteCount: UInt64) throws(StoreError)
    /// Gives the pack its name, the SHA-256 of its bytes, which the caller vouches for. When this
    /// returns it survives a power cut. A pack of that name holds the same bytes and is replaced.
    ///
    /// When it throws, nothing has the name, and the pack is abandoned; except when only the
    /// folder's sync failed: then the whole pack is in place, and a power cut may still take it.
    func makeDurable(as name: PackName) throws(StoreError)
    /// Drops the pack, and what it took. Nothing happens when it was made durable before.
    func abandon()
}

/// A pack opened for reading. Any number of threads may read one.
package protocol PackReader: AnyObject, Sendable {
    var name: PackName { get }
    /// The pack's size when it was opened.
    var byteCount: UInt64 { get }
    /// Fills the buffer from an offset, or as far as the pack goes; returns how many bytes.
    func read(
        at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer
    ) throws(StoreError) -> Int
    /// Says that it will be read from one end to the other. Only makes it faster.
    func expectSequentialReading()
}

/// A pack that was being written when its writer died.
package struct Leftover: Hashable, Sendable {
    package let name: FileName
    package let byteCount: UInt64
}
