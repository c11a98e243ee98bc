import Foundation
import Glibc
import TestProcesses
import Testing

@Suite("Secrets of a running process")
struct SecretTests {
    /// A vault, and a shell that runs as nobody in particular when we are root: the kernel shows root
    /// everything, so nothing could be learned as root.
    private func stage() async throws -> (stage: Stage, shell: String) {
        let stage = try Stage(like: try await Fixtures.shared.stage(.full))
        guard geteuid() == 0 else { return (stage, "sh -c") }
        let opened = try await stage.shell("chown -R 65534:65534 \"$HOME/..\"")
        try #require(opened.status == 0, "\(opened.told)")
        return (stage, "setpriv --reuid=65534 --regid=65534 --clear-groups sh -c")
    }

    @Test("ATTACK 94: a secret in the arguments is refused, and told nowhere")
    func arguments() async throws {
        let stage = try Stage(like: try await Fixtures.shared.stage(.two))
        let secret = Stage.passphrase
        for words in [
            ["--passphrase", secret], ["--passphrase=\(secret)"], ["--password", secret],
        ] {
            let ended = try await stage.lighttight(["list"] + words)
            #expect(ended.status == 2, "\(ended.told)")
            #expect(!ended.told.contains(Stage.canary), "\(ended.told)")
        }
        let variable = try await stage.lighttight(["list"], ["LIGHTTIGHT_PASSPHRASE": secret])
        #expect(variable.status == 2, "\(variable.told)")
        #expect(!variable.told.contains(Stage.canary), "\(variable.told)")
    }

    @Test("ATTACK 95: others of the same user read neither memory nor environment")
    func otherProcesses() async throws {
        let (stage, shell) = try await stage()
        // The command that gives the passphrase is a child of the process in question.
        try stage.put(
            "spy",
            """
            for file in environ mem maps auxv; do
                head -c 1 /proc/$PPID/$file > /dev/null 2>&1 && echo "$file is readable" >&2
            done
            ls -l /proc/$PPID/fd > /dev/null 2>&1 && echo "fd is readable" >&2
            cat pass
            """)
        chmod(stage.work + "/spy", 0o755)
        let ended = try await stage.shell(
            "\(shell) 'lighttight list --passphrase-command \". $PWD/spy\" > /dev/null'",
            ["LIGHTTIGHT_PASSPHRASE_FILE": ""])
        #expect(ended.status == 0 && ended.errors.isEmpty, "\(ended.told)")
        // The same spy sees what can be seen.
        let control = try await stage.shell("\(shell) 'sh ./spy; true'")
        #expect(control.errorText.contains("environ is readable"), "\(control.told)")
    }

    /// Lines of shell that unlock the vault and then wait, with the process's number in `$pid`: of what
    /// it writes one byte is read.
    private static let unlocked = """
        id=$(lighttight list --name '*large*' | cut -c 1-32)
        mkfifo pipe; (head -c 1 > got; exec sleep 60) < pipe & reader=$!
        lighttight cat "$id" > pipe 2> said & pid=$!
        until test -s got; do sleep 0.05; done; sleep 0.1
        """

    @Test("ATTACK 96: a crash after unlocking leaves no core")
    func core() async throws {
        let stage = try Stage(like: try await Fixtures.shared.stage(.full))
        let ended = try await stage.shell(
            "ulimit -c unlimited; \(Self.unlocked)\n"
                + "kill -ABRT $pid; wait $pid; echo $?; kill $reader; ls")
        #expect(ended.outputText.hasPrefix("134\n"), "\(ended.told)")
        #expect(!ended.outputText.contains("core"), "\(ended.told)")
        #expect(!ended.errorText.contains("dumped"), "\(ended.told)")
        // Nor a backtrace, which would show what registers point at.
        let said = try await stage.shell("cat said")
        #expect(said.output.isEmpty, "\(said.told)")
        try stage.requireNoCanary()
    }

    @Test("ATTACK 97: after unlocking, the passphrase is nowhere in the process's memory")
    func memory() async throws {
        let stage = try Stage(like: try await Fixtures.shared.stage(.full))
        guard geteuid() == 0 else {
            return print("ATTACK 97 is skipped: only root can read a hardened process's memory")
        }
        try stage.put(
            "scan.py",
            """
            import sys
            needles = [word.encode() for word in sys.argv[2:]]
            found, total = set(), 0
            with open(f"/proc/{sys.argv[1]}/mem", "rb") as memory:
                for line in open(f"/proc/{sys.argv[1]}/maps"):
                    ends, access = line.split()[:2]
                    if access[1] != "w": continue
                    start, end = (int(word, 16) for word in ends.split("-"))
                    try:
                        memory.seek(start)
                        data = memory.read(end - start)
                    except OSError:
                        continue
                    total += len(data)
                    found |= {needle for needle in needles if needle in data}
            print(total > 100000, *sorted(word.decode() for word in found), sep="|")
            """)
        let ended = try await stage.shell(
            "\(Self.unlocked)\n"
                + "python3 scan.py $pid '\(Stage.passphrase)' LIGHTTIGHT_VAULT; "
                + "kill -9 $pid $reader")
        // The second one, which is there, shows that the scan can find something.
        #expect(ended.outputText == "True|LIGHTTIGHT_VAULT\n", "\(ended.told)")
        try stage.requireNoCanary()
    }

    @Test("ATTACK 98: whatever the umask, all that is made is for its owner only")
    func umask() async throws {
        let stage = try Stage()
        let sources = try Fixtures.sources.get().work
        let ended = try await stage.shell(
            """
            umask 000; lighttight init --quiet --recovery-code-out code --cost insecure-for-tests &&
            lighttight import -q "\(sources)/a" "\(sources)/b" && lighttight backup -q "$HOME/Copy" &&
            lighttight export -q --all --to out --sidecar && lighttight remove -q --name '*sea*' &&
            lighttight purge -q --all --yes && lighttight compact -q --all && ls out/a out/b &&
            find "$HOME/.local/state/lighttight" -name '*.json' && find "$HOME" out code -mindepth 1 -perm /077
            """)
        let lines = ended.outputText.split(separator: "\n")
        #expect(ended.status == 0 && lines.count > 8, "\(ended.told)")
        // What the machine remembers is there, and hidden from others like all the rest.
        let found = lines.filter { $0.contains("/") && !$0.hasSuffix(":") }
        #expect(found.count == 1 && found[0].hasSuffix(".json"), "\(ended.told)")
        try stage.requireNoCanary()
    }

    @Test("ATTACK 32: what is imported, sorted and searched makes no temporary file anywhere else")
    func temporaryFiles() async throws {
        let stage = try Stage(like: try await Fixtures.shared.stage(.two))
        for number in 0..<200 {
            try stage.put("in/\(Stage.canary)-\(number)", Stage.jpeg("picture \(number)"))
        }
        let ended = try await stage.shell(
            """
            touch before; sleep 0.05
            lighttight import in && lighttight list --tag x && lighttight list --name '*1*' &&
            lighttight verify && lighttight compact --all && lighttight backup "$HOME/Copy" &&
            test "$TMPDIR" -ot before && test "$HOME" -nt before && echo untouched
            """, ["SQLITE_TMPDIR": stage.temporary])
        #expect(ended.outputText.hasSuffix("untouched\n"), "\(ended.told)")
        try stage.requireNoCanary()
    }
}
