internal import VaultFiles
internal import VaultFormat

/// Why a request about a share is refused. Spec 11 §8.
enum DeskRefusal: Error, Equatable {
    /// No such share, ended, no view left, a wrong proof or ticket: nobody is told which.
    case gone
    case password
    /// No more files, or not so many bytes, come in for a request.
    case full
    /// The deposit came before with other bytes.
    case other
    /// The file is larger than the request allows.
    case large
    /// What comes is no deposit for this request.
    case deposit
    /// In so many seconds again.
    case later(Int64)
    /// The server cannot keep or read what it must; nothing was given.
    case failed(String)
}

/// What `look` tells. Spec 11 §8.
struct LookAnswer: Encodable {
    var expires: Int64
    /// Pictures, without the manifest.
    var items: Int
    var left: Int?
    var password: ShareOffer.Password?
    var size: Int64
    /// Of the offer.
    var views: Int?
}

/// What `view` hands out. Spec 11 §8.
struct ViewAnswer: Encodable {
    var half: JSONBytes
    var left: Int?
    var objects: [Int64]
    var until: Int64
}

/// An object that is about to be sent.
final class OpenObject: Sendable {
    let byteCount: Int64
    private let file: Descriptor
    private let grant: Grant
    private let clock: ServerClock

    init(
        _ file: consuming Descriptor, byteCount: Int64, under grant: Grant, clock: ServerClock
    ) {
        self.file = file
        self.byteCount = byteCount
        self.grant = grant
        self.clock = clock
    }

    /// Fills the buffer from an offset.
    ///
    /// - Throws: `.gone` when the view ended meanwhile.
    func read(
        into buffer: UnsafeMutableRawBufferPointer, at offset: Int64
    ) throws(DeskRefusal) {
        guard grant.holds(at: clock.now) else { throw .gone }
        do throws(FileError) {
            try file.readExactly(into: buffer, at: offset)
        } catch {
            throw .failed("an object \(error.describe)")
        }
    }
}
