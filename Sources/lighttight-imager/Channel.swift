import Glibc
import VaultFormat

/// Frames on standard input and output. Spec 10 §3.
///
/// A parent that breaks a rule, or that went away in the middle, ends the process: there is nobody
/// left to tell.
enum Channel {
    /// The next frame, or `nil` at the end of input between two frames.
    static func next() -> (kind: ImagerFrame.Kind, body: [UInt8])? {
        guard let head = read(ImagerFrame.headByteCount, endAllowed: true) else { return nil }
        do throws(FormatError) {
            let (kind, count) = try ImagerFrame.parseHead(head)
            return (kind, count == 0 ? [] : read(count, endAllowed: false) ?? [])
        } catch {
            exit(5)
        }
    }

    /// The head of the next frame, which must be of this kind; its body is read by the caller.
    static func nextLength(of kind: ImagerFrame.Kind) -> Int {
        let head = read(ImagerFrame.headByteCount, endAllowed: false) ?? []
        do throws(FormatError) {
            let (found, count) = try ImagerFrame.parseHead(head)
            guard found == kind else { exit(5) }
            return count
        } catch {
            exit(5)
        }
    }

    /// Fills a buffer from standard input.
    static func fill(_ buffer: UnsafeMutableRawBufferPointer) {
        guard fill(buffer, endAllowed: false) else { exit(5) }
    }

    static func send(_ kind: ImagerFrame.Kind, _ body: [UInt8]) {
        ImagerFrame.whole(kind, body).withUnsafeBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let put = write(
                    STDOUT_FILENO, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if put > 0 {
                    rest = rest.dropFirst(put)
                } else if errno != EINTR {
                    exit(5)
                }
            }
        }
    }

    private static func read(_ count: Int, endAllowed: Bool) -> [UInt8]? {
        var ended = false
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            ended = !fill(UnsafeMutableRawBufferPointer(buffer), endAllowed: endAllowed)
            filled = ended ? 0 : count
        }
        return ended ? nil : bytes
    }

    /// False at the end of input before the first byte, where that is allowed.
    private static func fill(_ buffer: UnsafeMutableRawBufferPointer, endAllowed: Bool) -> Bool {
        var done = 0
        while done < buffer.count {
            let got = Glibc.read(
                STDIN_FILENO, buffer.baseAddress.map { $0 + done }, buffer.count - done)
            if got > 0 {
                done += got
            } else if got == 0, done == 0, endAllowed {
                return false
            } else if got == 0 || errno != EINTR {
                exit(5)
            }
        }
        return true
    }
}

extension Channel {
    /// The parent broke a rule.
    static func refuse() -> Never { exit(5) }
}
