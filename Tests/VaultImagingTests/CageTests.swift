import Foundation
import Testing
import VaultFormat

@testable import VaultImaging

@Suite("What the imager may not do")
struct CageTests {
    /// The error number that trying a thing left; `nil` where the kernel does not have the protection.
    private static func attempt(_ cage: String, _ thing: String) throws -> Int32? {
        let ended = try #require(try Programs.run(["cage-probe", cage, thing]))
        if ended.status == 4 {
            print("skipped: this kernel has no \(cage)")
            return nil
        }
        try #require(ended.status == 0, "\(cage) \(thing)")
        return Int32(ended.output.trimmingCharacters(in: .whitespacesAndNewlines))
    }

    @Test(
        "outside of it, these things can be done, so that failing means something",
        arguments: [
            "open", "list", "stat", "exec", "fork", "socket", "connect", "run-memory",
            "make-runnable", "signal-parent", "thread", "memory",
        ])
    func control(thing: String) throws {
        let code = try Self.attempt("none", thing)
        // A program that was replaced prints nothing.
        #expect(code == 0 || (thing == "exec" && code == nil))
    }

    @Test(
        "with both protections nothing is to be had but memory, threads and time",
        arguments: [
            "open", "create", "list", "stat", "exec", "fork", "socket", "connect", "run-memory",
            "make-runnable", "signal-parent", "trace-parent", "more-memory", "descriptor",
        ])
    func both(thing: String) throws {
        if let code = try Self.attempt("both", thing) { #expect(code != 0) }
    }

    @Test(
        "seccomp alone refuses every way out",
        arguments: ["open", "exec", "fork", "socket", "stat"])
    func seccomp(thing: String) throws {
        if let code = try Self.attempt("seccomp", thing) { #expect(code == EPERM) }
    }

    @Test(
        "Landlock alone refuses every file",
        arguments: ["open", "create", "list", "exec"])
    func landlock(thing: String) throws {
        if let code = try Self.attempt("landlock", thing) { #expect(code == EACCES) }
    }

    @Test("limits and descriptors do not need the kernel's leave")
    func limits() throws {
        #expect(try Self.attempt("none", "too-much-memory") == ENOMEM)
        #expect(try Self.attempt("none", "inherited") == EBADF)
        #expect(try Self.attempt("none", "descriptor") == EMFILE)
    }

    @Test("what decoding needs goes on working", arguments: ["thread", "memory", "seconds"])
    func allowed(thing: String) throws {
        if let code = try Self.attempt("both", thing) { #expect(code == 0) }
        if let code = try Self.attempt("both", "clone3") { #expect(code == ENOSYS) }
    }

    @Test("a running imager is shut in, has its two pipes, no environment and a group of its own")
    func running() throws {
        let crew = ImagingCrew(Programs.imager, workers: 1)
        _ = try crew.look(Pictures.jpeg())
        let process = try #require(crew.idleProcesses.first)
        let status = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
        func value(_ name: String) -> String? {
            status.split(separator: "\n").first { $0.hasPrefix(name + ":") }
                .map { $0.dropFirst(name.count + 1).trimmingCharacters(in: .whitespaces) }
        }
        #expect(value("NoNewPrivs") == "1")
        #expect(value("Seccomp") == "2")
        #expect(getpgid(process) == process)
        // A process that cannot be dumped belongs to root; others may not look further.
        guard getuid() == 0 else {
            return print("skipped: not root, so its descriptors are hidden")
        }
        let open = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/fd")
        #expect(open.sorted() == ["0", "1", "2"])
        for number in ["0", "1"] {
            let target = try FileManager.default.destinationOfSymbolicLink(
                atPath: "/proc/\(process)/fd/\(number)")
            #expect(target.hasPrefix("pipe:"))
        }
        let environment = try Data(contentsOf: URL(fileURLWithPath: "/proc/\(process)/environ"))
        // What it says to itself: where libvips finds no modules.
        #expect(!String(decoding: environment, as: UTF8.self).contains("HOME="))
        let limits = try String(contentsOfFile: "/proc/\(process)/limits", encoding: .utf8)
        for line in [
            "Max core file size        0 ", "Max file size             0 ",
            "Max open files            3 ",
        ] {
            #expect(limits.contains(line), "\(line)")
        }
        // By a program that reads on where the kernel gives a page at a time.
        let maps = try #require(try Programs.run(["cat", "/proc/\(process)/maps"])).output
        for stranger in ["MagickCore", "poppler", "openslide"] {
            #expect(!maps.contains(stranger), "\(stranger)")
        }
        #expect(maps.contains("libvips"))
    }

    @Test("without Landlock and seccomp it refuses to decode, unless it was told not to")
    func unprotected() throws {
        var program = Programs.imager
        program.without = [.landlock, .seccomp]
        #expect(throws: ImagingError.unprotected) {
            try ImagingCrew(program, workers: 1).check()
        }
        program.allowsUnprotected = true
        #expect(try ImagingCrew(program, workers: 1).look(Pictures.jpeg()).previews != nil)
        for one in [ImagerHello.Protections.landlock, .seccomp] {
            program.without = one
            program.allowsUnprotected = false
            #expect(try ImagingCrew(program, workers: 1).look(Pictures.jpeg()).previews != nil)
        }
    }
}
