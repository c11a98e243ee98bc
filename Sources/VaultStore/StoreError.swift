import VaultCrypto
package import VaultFiles
package import VaultFormat

/// Why a place for packs refused something.
package enum StoreError: Error, Equatable, Sendable {
    /// No pack of this name is there.
    case missing(PackName)
    /// The pack is there and its bytes are not what they were, or end too early.
    case damaged(PackName)
    /// No space is left for packs. Nothing was published; what was being written is removed.
    case full
    /// The file system refused for another reason.
    case file(FileError)
    /// An object of 4 PiB or more, which the format does not hold.
    case tooLarge
    case outOfMemory

    init(_ error: FileError) {
        self = error == .noSpace ? .full : .file(error)
    }

    init(sealing error: CryptoError) {
        self = error == .malformed ? .tooLarge : .outOfMemory
    }
}

/// What is wrong with an object that could not be opened.
package enum ObjectDefect: Hashable, Sendable {
    /// Another key, another context (vault, record, kind), another object's place, or a changed
    /// header: the commitment differs, and nothing was opened.
    case wrongKey
    /// The pack ends before the object does.
    case truncated
    /// A chunk is not what was sealed at this place.
    case altered
}

/// Why reading an object ended early: the place, the object or the reader's own closure.
package enum ReadError<Failure: Error>: Error {
    /// The pack could not be read.
    case store(StoreError)
    /// The object in this pack, and what is wrong with it.
    case object(PackName, ObjectDefect)
    /// What the closure threw.
    case body(Failure)
}

extension ReadError: Equatable where Failure: Equatable {}

/// Runs file operations and says their errors in this room's words.
func storing<Value: ~Copyable>(
    _ body: () throws(FileError) -> Value
) throws(StoreError) -> Value {
    do throws(FileError) { return try body() } catch { throw StoreError(error) }
}
