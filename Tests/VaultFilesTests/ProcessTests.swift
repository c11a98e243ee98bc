import Glibc
import Testing

@testable import VaultFiles

/// Things that belong to a whole process (umask, limits, fault plans): each in one of its own.
@Suite struct ProcessTests {
    @Test("ATTACK 98: umask 000 still gives 0600 and 0700, and so does one that takes everything")
    func umasks() async {
        await #expect(processExitsWith: .success) {
            for mask: mode_t in [0o000, 0o777, 0o277, 0o022] {
                let scratch = try Scratch()
                umask(mask)
                let folder = try scratch.open()
                try folder.makeFolder("d")
                try folder.createExclusive("c").close()
                var unnamed = try folder.createUnnamed()
                try unnamed.link(into: folder, as: "u")
                var named = try folder.createUnnamed(mode: 0o600, named: true)
                try named.link(into: folder, as: "n")
                try AtomicFile.replace("r", in: folder, with: [1])
                _ = try FileLock.acquire("l", in: folder, mode: .exclusive)
                #expect(try folder.status(of: "d").mode == 0o700)
                for name: FileName in ["c", "u", "n", "r", "l"] {
                    #expect(try folder.status(of: name).mode == 0o600, "\(name.printable) \(mask)")
                }
                umask(0o022)
            }
        }
    }

    @Test("a hardened process cannot be dumped and makes private files")
    func hardening() async {
        await #expect(processExitsWith: .success) {
            #expect(ProcessHardening.isDumpable)
            try ProcessHardening.apply()
            #expect(!ProcessHardening.isDumpable)
            var limit = rlimit()
            getrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &limit)
            #expect(limit.rlim_cur == 0 && limit.rlim_max == 0)
            #expect(umask(0) == 0o077)
        }
    }

    @Test("the machine says what it is")
    func machine() {
        #expect(Machine.onlineCores >= 1)
        let before = Machine.monotonic
        Machine.sleep(.milliseconds(2))
        #expect(Machine.monotonic - before >= .milliseconds(2))
        #expect(!Machine.isTerminal(999))
        #expect(Machine.terminalColumns(999) == nil)
    }
}
