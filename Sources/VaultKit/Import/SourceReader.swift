import VaultFiles
import VaultFormat
import VaultStore

/// Why a picture did not come in; only `vault` ends the import.
enum SourceError: Error {
    case file(FileError)
    /// A deposit that is not what it should be: why.
    case damaged(String)
    case vault(VaultError)
    case stopped
}

/// Gives an import the bytes of one source, from its beginning to its end. Of one thread.
protocol SourceReader: AnyObject {
    /// Puts `count` bytes at the front of the buffer. What is read in pieces is read in MiBs.
    func read(_ count: Int, at offset: Int64, into buffer: PageBuffer) throws(SourceError)
    /// After the last byte: says whether it was the last, and all of it what it should be.
    func finish(_ digest: ContentDigest) throws(SourceError)
}

/// A file that lies in the clear.
final class FileReader: SourceReader {
    private let file: Descriptor
    private let status: FileStatus

    init(_ source: SourceFile) throws(SourceError) {
        status = source.place.status
        do throws(FileError) {
            file = try source.folder.directory.openFile(source.name, seenAs: status)
        } catch {
            throw .file(error)
        }
        if status.size > ImportWorker.wholeByteCount { file.expectSequentialReading() }
    }

    func read(_ count: Int, at offset: Int64, into buffer: PageBuffer) throws(SourceError) {
        do throws(FileError) {
            try file.readExactly(into: buffer[0..<count], at: offset)
            // Files of the kernel, such as those of /proc, say that they have no bytes and have some.
            if count == 0, try file.read(into: buffer[0..<1], at: 0) > 0 {
                throw .changedWhileRead
            }
        } catch {
            throw .file(error == .endOfFile ? .changedWhileRead : error)
        }
    }

    func finish(_ digest: ContentDigest) throws(SourceError) {
        do throws(FileError) {
            try file.requireUnchanged(since: status)
        } catch {
            throw .file(error)
        }
    }
}
