import CChild
import Glibc
import VaultFormat

/// A running imager and its pipes.
final class ImagerChild {
    private var child = lt_child()
    /// How long it may take to start.
    private static let patience: Int64 = 60_000_000_000

    var process: Int32 { child.process }

    /// Starts the program and checks what it says of its protections.
    init(_ program: ImagerProgram) throws(ImagingError) {
        var arguments = (["lighttight-imager"] + program.arguments).map { strdup($0) }
        defer { for argument in arguments { free(argument) } }
        arguments.append(nil)
        let path = program.path.map { CChar(bitPattern: $0) } + [0]
        var failed = lt_child_start(path, arguments, &child)
        // Somebody is just putting the program there, as an upgrade does.
        for _ in 0..<50 where failed == -ETXTBSY {
            usleep(20_000)
            failed = lt_child_start(path, arguments, &child)
        }
        guard failed == 0 else { throw .cannotStart(errno: -failed) }
        do throws(ImagingError) {
            try greet(program)
        } catch {
            let status = lt_child_end(&child, 1_000_000_000)
            guard case .ended = error else { throw error }
            // These stand in spec 10 §1.
            switch status {
            case 3 << 8: throw .unprotected
            case 6 << 8: throw .noFont
            default: throw .ended(status: status)
            }
        }
    }

    private func greet(_ program: ImagerProgram) throws(ImagingError) {
        let hello: ImagerHello
        do throws(PictureLook.Trouble) {
            let deadline: Int64 = lt_child_clock() + Self.patience
            if let mark = program.mark {
                try send(ImagerFrame.whole(.mark, mark.encoded), by: deadline)
            }
            let (kind, body) = try next(by: deadline)
            guard kind == .hello else { throw .misbehaved }
            hello = try parsing { () throws(FormatError) in try ImagerHello(parsing: body) }
        } catch {
            throw error == .crashed ? .ended(status: 0) : .wrongProgram
        }
        guard hello.protections.contains(.noNewPrivileges),
            program.allowsUnprotected
                || !hello.protections.isDisjoint(with: [.landlock, .seccomp])
        else { throw .unprotected }
    }

    /// Closes its pipes and waits for it, not for long.
    func end() {
        // Its status tells nothing that the pipes have not told.
        _ = lt_child_end(&child, 0)
    }

    /// The next frame.
    func next(
        by deadline: Int64
    ) throws(PictureLook.Trouble) -> (kind: ImagerFrame.Kind, body: [UInt8]) {
        let head = try read(ImagerFrame.headByteCount, deadline)
        let (kind, count) = try parsing { () throws(FormatError) in
            try ImagerFrame.parseHead(head)
        }
        return (kind, try read(count, deadline))
    }

    func send(_ bytes: UnsafeRawBufferPointer, by deadline: Int64) throws(PictureLook.Trouble) {
        guard let start = bytes.baseAddress else { return }
        try Self.check(lt_child_write(&child, start, bytes.count, deadline))
    }

    func send(_ bytes: [UInt8], by deadline: Int64) throws(PictureLook.Trouble) {
        let result = bytes.withUnsafeBytes { buffer -> Result<Void, PictureLook.Trouble> in
            do throws(PictureLook.Trouble) { return .success(try send(buffer, by: deadline)) } catch
            {
                return .failure(error)
            }
        }
        try result.get()
    }

    private func read(_ count: Int, _ deadline: Int64) throws(PictureLook.Trouble) -> [UInt8] {
        var failure: PictureLook.Trouble?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            filled = 0
            while filled < count, failure == nil {
                let got = lt_child_read(
                    &child, buffer.baseAddress! + filled, count - filled, deadline)
                if got > 0 {
                    filled += Int(got)
                } else {
                    failure = got == 0 ? .crashed : Self.error(got)
                }
            }
        }
        if let failure { throw failure }
        return bytes
    }

    @discardableResult
    private static func check(_ result: Int64) throws(PictureLook.Trouble) -> Int64 {
        if result < 0 { throw error(result) }
        return result
    }

    private static func error(_ result: Int64) -> PictureLook.Trouble {
        result == -Int64(ETIMEDOUT) ? .timedOut : .crashed
    }
}

func parsing<Value>(
    _ body: () throws(FormatError) -> Value
) throws(PictureLook.Trouble) -> Value {
    do throws(FormatError) { return try body() } catch { throw .misbehaved }
}
