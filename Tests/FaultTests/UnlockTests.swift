import Foundation
import Glibc
import TestProcesses
import Testing

@Suite("Sessions on the command line")
struct UnlockTests {
    /// A vault of its own, for the kernel knows sessions by vault and slot: an owner's passphrase, and codes of
    /// a manager and a desk.
    private struct Shift {
        let stage: Stage
        static let subject = "\(Stage.canary) subject"

        init() async throws {
            stage = try Stage()
            try stage.put("in/\(Stage.canary).jpg", Stage.jpeg("member"))
            let made = try await stage.shell(
                """
                set -e
                lighttight init -q --no-recovery-code --cost insecure-for-tests
                for role in manager desk; do
                    lighttight key add -q --label $role --role $role --recovery --recovery-code-out code-$role
                done
                lighttight import -q in --subject "$CANARY subject"
                """)
            try #require(made.status == 0, "\(made.told)")
        }

        /// Without the passphrase that every stage gives.
        func run(_ words: String..., variables: [String: String] = [:]) async throws -> Ended {
            try await stage.lighttight(
                words, ["LIGHTTIGHT_PASSPHRASE_FILE": ""].merging(variables) { $1 })
        }

        func unlock(_ role: String, _ words: String...) async throws -> Ended {
            let way = role == "owner" ? ["--passphrase-file", "pass"] : Stage.code(of: role)
            return try await stage.lighttight(["unlock", "--for", "10m"] + way + words)
        }

        func requireUnlock(_ role: String, _ words: String...) async throws {
            let way = role == "owner" ? ["--passphrase-file", "pass"] : Stage.code(of: role)
            let ended = try await stage.lighttight(["unlock", "--for", "10m"] + way + words)
            try #require(ended.status == 0, "\(ended.told)")
        }

        /// Files of sessions, by their paths.
        func files() throws -> [String] {
            let folder = stage.home + "/.local/state/lighttight/sessions"
            guard FileManager.default.fileExists(atPath: folder) else { return [] }
            return try FileManager.default.contentsOfDirectory(atPath: folder)
                .map { folder + "/" + $0 }
        }
    }

    /// Exit codes of the contract.
    private static let (done, usage, refused, unsupported, notPermitted):
        (
            Int32, Int32, Int32, Int32, Int32
        ) = (0, 2, 12, 17, 18)

    /// `nil` where the kernel keeps no keys.
    private func shift() async throws -> Shift? {
        let shift = try await Shift()
        let tried = try await shift.unlock("owner")
        guard tried.status != Self.unsupported else {
            print("the kernel's keyring is blocked here: some of ATTACK 100 is skipped")
            return nil
        }
        try #require(tried.status == 0, "\(tried.told)")
        let locked = try await shift.run("lock")
        try #require(locked.outputText == "locked\n", "\(locked.told)")
        return shift
    }

    @Test("ATTACK 100: a session ends on time, by the kernel's clock")
    func time() async throws {
        guard let shift = try await shift() else { return }
        var (seconds, list): (Int, Ended)
        seconds = 2
        let clock = ContinuousClock()
        var start: ContinuousClock.Instant
        // A machine that is busy may take longer than that to start a command.
        repeat {
            seconds *= 2
            let opened = try await shift.unlock("owner", "--for", "\(seconds)s")
            #expect(opened.status == 0, "\(opened.told)")
            // It began before that command ended, perhaps long before.
            start = clock.now
            list = try await shift.run("list")
        } while (clock.now - start > .seconds(seconds) || list.status != 0) && seconds < 60
        #expect(list.status == 0 && !list.output.isEmpty, "\(list.told)")
        try await clock.sleep(until: start + .seconds(seconds) + .milliseconds(1_500))
        let over = try await shift.run("list")
        #expect(over.status == Self.usage && over.output.isEmpty, "\(over.told)")
        #expect(over.errorText.contains("no passphrase"), "\(over.told)")
        let lock = try await shift.run("lock")
        #expect(lock.outputText == "nothing was unlocked\n", "\(lock.told)")
        #expect(try shift.files().isEmpty)
        let log = try await shift.stage.lighttight(["audit", "log", "--action", "unlocked"])
        #expect(log.outputText.contains("(for \(seconds) seconds)"), "\(log.told)")
        try shift.stage.requireNoCanary()
    }

    @Test("ATTACK 100: what lock left behind opens nothing, put back or kept in another place")
    func lock() async throws {
        guard let shift = try await shift() else { return }
        try await shift.requireUnlock("owner")
        #expect(try await shift.run("list").status == 0)
        let file = try #require(try shift.files().first)
        #expect(try shift.files().count == 1)
        let saved = try Data(contentsOf: URL(fileURLWithPath: file))
        #expect(try await shift.run("lock").outputText == "locked\n")
        #expect(try shift.files().isEmpty)
        func expectClosed(_ what: Comment) async throws {
            for words in [["list"], ["list", "--as", "owner"]] {
                let ended = try await shift.stage.lighttight(
                    words, ["LIGHTTIGHT_PASSPHRASE_FILE": ""])
                #expect(
                    ended.status == Self.usage && ended.output.isEmpty, "\(what): \(ended.told)")
            }
        }
        try await expectClosed("after lock")
        try saved.write(to: URL(fileURLWithPath: file))
        try await expectClosed("with the file put back")
        // A later session has another key.
        try await shift.requireUnlock("owner")
        #expect(try Data(contentsOf: URL(fileURLWithPath: file)) != saved)
        try saved.write(to: URL(fileURLWithPath: file))
        try await expectClosed("with an earlier session's file")
        // What the system takes away at logout.
        let place = ["XDG_RUNTIME_DIR": shift.stage.home + "/run"]
        let opened = try await shift.stage.lighttight(["unlock"], place)
        #expect(opened.status == 0, "\(opened.told)")
        #expect(try await shift.run("list", variables: place).status == 0)
        try FileManager.default.removeItem(atPath: shift.stage.home + "/run")
        #expect(try await shift.run("list", variables: place).status == Self.usage)
        #expect(try await shift.run("lock", "--all").status == 0)
    }

    @Test("a second slot locks the first, and no command takes a session that was not meant")
    func oneAtATime() async throws {
        guard let shift = try await shift() else { return }
        try await shift.requireUnlock("owner")
        try await shift.requireUnlock("desk")
        #expect(try shift.files().count == 1)
        #expect(try await shift.run("look", Shift.subject).status == 0)
        #expect(try await shift.run("list").status == Self.notPermitted)
        #expect(try await shift.run("list", "--as", "owner").status == Self.usage)

        try await shift.requireUnlock("owner", "--also")
        let both = try await shift.run("list")
        #expect(both.status == Self.usage && both.output.isEmpty, "\(both.told)")
        #expect(both.errorText.contains("two slots of this vault are unlocked"), "\(both.told)")
        #expect(both.errorText.contains("--as: "), "\(both.told)")
        #expect(try await shift.run("list", "--as", "owner").status == 0)
        #expect(try await shift.run("list", "--as", "desk").status == Self.notPermitted)
        let meant = ["LIGHTTIGHT_AS": "desk"]
        #expect(try await shift.run("list", variables: meant).status == Self.notPermitted)
        #expect(try await shift.run("look", Shift.subject, variables: meant).status == 0)
        // An option names more than a variable does.
        #expect(try await shift.run("list", "--as", "owner", variables: meant).status == 0)

        #expect(try await shift.run("lock", "--as", "desk").outputText == "locked\n")
        #expect(try await shift.run("list").status == 0)
        #expect(try await shift.run("look", Shift.subject, "--as", "desk").status == Self.usage)
        #expect(try await shift.run("lock").status == 0)
    }

    @Test("with a session open, what is given besides is what counts, and a refusal stays one")
    func givenBesides() async throws {
        guard let shift = try await shift() else { return }
        try shift.stage.putPassphrase("wrong")
        try await shift.requireUnlock("owner")
        let desk = try await shift.run("list", "--recovery-code-file", "code-desk")
        #expect(desk.status == Self.notPermitted, "\(desk.told)")
        let wrong = try await shift.run("list", "--passphrase-file", "pass-wrong")
        #expect(wrong.status == Self.refused && wrong.output.isEmpty, "\(wrong.told)")
        let variable = try await shift.run(
            "list", variables: ["LIGHTTIGHT_PASSPHRASE_FILE": "pass-wrong"])
        #expect(variable.status == Self.refused, "\(variable.told)")
        // A session that is named comes before the environment.
        let named = try await shift.run(
            "list", "--as", "owner", variables: ["LIGHTTIGHT_PASSPHRASE_FILE": "pass-wrong"])
        #expect(named.status == 0, "\(named.told)")
        // The owner's session does not stand in for a slot that was named.
        let other = try await shift.run("list", "--as", "manager")
        #expect(other.status == Self.usage && other.output.isEmpty, "\(other.told)")
        #expect(try await shift.run("lock").status == 0)
    }

    @Test("a session follows its slot: through a rotation, into another role, and to its end")
    func slot() async throws {
        guard let shift = try await shift() else { return }
        let stage = shift.stage
        try await shift.requireUnlock("manager")
        #expect(try await shift.run("list").status == 0)
        #expect(try await stage.lighttight(["key", "rotate"]).status == 0)
        #expect(try await shift.run("list").status == 0, "after a rotation")
        let role = ["key", "change", "manager", "--role", "desk"]
        #expect(try await stage.lighttight(role).status == 0)
        #expect(try await shift.run("list").status == Self.notPermitted, "as a desk")
        #expect(try await shift.run("look", Shift.subject).status == 0)
        let session = try #require(try shift.files().first)
        let saved = try Data(contentsOf: URL(fileURLWithPath: session))
        #expect(try await stage.lighttight(["key", "remove", "manager"]).status == 0)
        #expect(try shift.files().isEmpty)
        try saved.write(to: URL(fileURLWithPath: session))
        #expect(try await shift.run("look", Shift.subject).status == Self.usage, "removed")
        try await stage.requireLogSound(when: "after a session whose slot went")
    }

    @Test("lock ends the sessions of one vault, lock --all those of every one")
    func severalVaults() async throws {
        guard let first = try await shift() else { return }
        let stage = first.stage
        let other = ["LIGHTTIGHT_VAULT": stage.home + "/Other"]
        let made = try await stage.lighttight(
            ["init", "-q", "--no-recovery-code", "--cost", "insecure-for-tests"], other)
        try #require(made.status == 0, "\(made.told)")
        func open() async throws -> [Int32?] {
            [
                try await first.run("list").status,
                try await first.run("list", variables: other).status,
            ]
        }
        try await first.requireUnlock("owner")
        #expect(try await stage.lighttight(["unlock"], other).status == 0)
        #expect(try await open() == [0, 0])
        #expect(try await first.run("lock", variables: other).outputText == "locked\n")
        #expect(try await open() == [0, Self.usage])
        #expect(try await stage.lighttight(["unlock"], other).status == 0)
        // Needs no vault.
        let all = try await first.run(
            "lock", "--all", "--json", variables: ["LIGHTTIGHT_VAULT": "nowhere"])
        #expect(all.outputText.contains("\"sessions\":2"), "\(all.told)")
        #expect(try await open() == [Self.usage, Self.usage])
    }

    /// Runs a command while the kernel refuses to keep keys, as it does in many containers.
    private static let blocker = """
        import ctypes, os, struct, sys
        numbers = {"x86_64": (248, 249, 250), "aarch64": (217, 218, 219)}[os.uname().machine]
        steps = [(0x20, 0, 0, 0)]  # the number of the call
        for index, number in enumerate(numbers):
            steps.append((0x15, len(numbers) - index, 0, number))
        steps += [(0x06, 0, 0, 0x7FFF0000), (0x06, 0, 0, 0x00050001)]  # allow; EPERM
        code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
        program = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(steps), ctypes.addressof(code)))
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.prctl(38, 1, 0, 0, 0) or libc.prctl(22, 2, program):  # no new privileges; filter
            sys.exit("no filter: " + os.strerror(ctypes.get_errno()))
        os.execvp(sys.argv[1], sys.argv[1:])
        """

    @Test("where the kernel keeps no keys, unlock says so in a sentence, and commands ask")
    func blocked() async throws {
        let shift = try await Shift()
        let stage = shift.stage
        try stage.put("blocked.py", Self.blocker)
        func run(_ words: String) async throws -> Ended {
            try await stage.shell(
                "exec python3 blocked.py lighttight \(words)", ["LIGHTTIGHT_PASSPHRASE_FILE": ""])
        }
        let unlock = try await run("unlock --passphrase-file pass")
        #expect(unlock.status == Self.unsupported && unlock.output.isEmpty, "\(unlock.told)")
        #expect(
            unlock.errorText.hasPrefix("error: the kernel keeps no keys for this process"),
            "\(unlock.told)")
        try DiskErrorTests.requireOneSentence(unlock, "unlock")
        // Before it asks: nobody types a passphrase for nothing.
        #expect(try await run("unlock").errors == unlock.errors)
        #expect(try shift.files().isEmpty)
        func expectAsking(_ what: Comment) async throws {
            let asking = try await run("list")
            #expect(asking.status == Self.usage, "\(what): \(asking.told)")
            #expect(asking.errorText.hasPrefix("error: no passphrase: there is no terminal"), what)
            let given = try await run("list --passphrase-file pass")
            #expect(given.status == 0 && given.errors.isEmpty, "\(what): \(given.told)")
        }
        try await expectAsking("without a session")
        // One that was begun where there is a keyring is none here; lock ends it as far as it can.
        guard try await shift.unlock("owner").status == 0 else { return }
        try await expectAsking("with a session from elsewhere")
        #expect(try await shift.run("list").status == 0)
        let lock = try await run("lock")
        #expect(lock.status == Self.unsupported, "\(lock.told)")
        #expect(try await shift.run("list").status == Self.usage)
        try stage.requireNoCanary()
    }
}
