import Foundation
import Glibc
import TestProcesses
import Testing

@Suite("A machine that is short of something")
struct ResourceTests {
    /// Whether we may mount file systems in a name space of our own.
    private func canMount(_ stage: Stage) async throws -> Bool {
        let tried = try await stage.shell("unshare -m true || unshare -rm true")
        if tried.status != 0 {
            print("not allowed to mount: some of ATTACKS 49, 54, 56 are skipped")
        }
        return tried.status == 0
    }

    /// Runs lines of shell in a name space in which file systems can be mounted.
    private func mounted(_ stage: Stage, _ lines: String) async throws -> Ended {
        let unshare = geteuid() == 0 ? "unshare -m" : "unshare -rm"
        try stage.put("lines", lines)
        return try await stage.shell("\(unshare) sh lines")
    }

    @Test(
        "ATTACK 54: a vault on a read-only file system is verified and copied, and read without an entry by an owner who says so"
    )
    func readOnly() async throws {
        let stage = try Stage(like: try await Fixtures.shared.stage(.full))
        guard try await canMount(stage) else { return }
        try stage.put("manager", "another zeppelin under marmalade\n")
        let state = try await stage.state()
        let sources = try Fixtures.sources.get().work
        let ended = try await mounted(
            stage,
            """
            set -e
            lighttight key add -q --label Ada --role manager --new-passphrase-file manager --cost small
            mount --bind "$HOME/Vault" "$HOME/Vault"; mount -o remount,ro,bind "$HOME/Vault"
            lighttight list --all --json --unlogged > list
            lighttight export --quiet --all --to out --unlogged
            id="$(lighttight list --name '*large*' --unlogged | cut -c 1-32)"
            lighttight cat "$id" --unlogged > large
            lighttight verify --quiet; lighttight verify --quiet --no-key; lighttight status > /dev/null
            lighttight backup --quiet "$HOME/Copy"
            set +e
            for words in "import \(sources)/a" "remove --name *sea*" "compact" \
                "list" "show $id" "cat $id" "export --all --to refused" \
                "list --unlogged --passphrase-file manager" "cat $id --unlogged --passphrase-file manager"
            do
                lighttight $words >> shown; echo $?
            done
            cat shown; ls refused
            touch "$HOME/Vault/x" 2> /dev/null; echo $?
            """)
        #expect(
            ended.outputText == String(repeating: "16\n", count: 9) + "1\n", "\(ended.told)")
        let list = try await stage.shell("cat list")
        #expect(try VaultState(list: list) == state)
        let same = try await stage.shell(
            "for name in base a b; do diff -r '\(sources)'/$name out/$name || exit 1; done; "
                + "cmp large \"\(sources)/b/$CANARY-large.mov\"")
        #expect(same.status == 0, "\(same.told)")
        #expect(try await stage.state(of: stage.copy) == state)
        try stage.requireNoCanary()
    }

    @Test(
        "ATTACKS 49, 56: a file system that runs full, of bytes or of inodes, in earnest",
        arguments: ["size=12m", "nr_inodes=290"])
    func full(_ limit: String) async throws {
        let stage = try Stage(like: try await Fixtures.shared.stage(.nothing))
        guard try await canMount(stage) else { return }
        let sources = try Fixtures.sources.get().work
        let ended = try await mounted(
            stage,
            """
            mkdir "$HOME/Vault"; mount -t tmpfs -o \(limit) none "$HOME/Vault"
            lighttight init --quiet --no-recovery-code --cost insecure-for-tests
            lighttight import --quiet "\(sources)/base"; echo $?
            while touch "$HOME/Vault/fill$((n += 1))" 2> /dev/null && test $n -lt 300; do :; done
            lighttight import --quiet "\(sources)/a" "\(sources)/b" 2> said; echo $?
            cut -c 1-6 said; rm -f "$HOME"/Vault/fill*
            lighttight verify --quiet; echo $?
            lighttight export --quiet --all --to out; echo $?; diff -r "\(sources)/base" out/base
            mount -o remount,size=90m,nr_inodes=2000 "$HOME/Vault"
            lighttight import --quiet "\(sources)/a" "\(sources)/b"; echo $?
            lighttight verify --quiet; echo $?; lighttight list | wc -l
            """)
        #expect(ended.outputText == "0\n15\nerror:\nhint: \n0\n0\n0\n0\n6\n", "\(ended.told)")
    }

    @Test("ATTACK 56: with few descriptors every command ends with a sentence, and nothing is lost")
    func descriptors() async throws {
        let stage = try Stage(like: try await Fixtures.shared.stage(.two))
        let sources = try Fixtures.sources.get().work
        var refused = 0
        for limit in [3, 5, 7, 9, 12, 15, 20, 40] {
            for words in ["import \(sources)/a", "verify", "export --all --to out\(limit)"] {
                let ended = try await stage.shell("ulimit -n \(limit); exec lighttight \(words)")
                // The loader itself may find no descriptor for a library.
                if ended.status == 127 { continue }
                if ended.status == 0 { continue }
                // libdispatch watches its threads through /proc and gives up without a descriptor.
                if ended.signal == SIGILL { continue }
                #expect([1, 3, 13].contains(ended.status), "\(limit), \(words): \(ended.told)")
                refused += 1
                #expect(ended.errorText.contains("error: "), "\(limit), \(words): \(ended.told)")
            }
        }
        #expect(refused > 0)
        #expect(try await stage.lighttight(["import", sources + "/a"]).status == 0)
        try await stage.requireSound(when: "after a lack of descriptors")
        #expect(try await stage.state().lines.count == 4)
        try stage.requireNoCanary()
    }

    @Test("ATTACK 56: without the memory that Argon2id needs it says so, with a code of its own")
    func memory() async throws {
        let stage = try Stage()
        let made = try await stage.lighttight(["init", "--no-recovery-code", "--cost", "small"])
        try #require(made.status == 0, "\(made.told)")
        var codes: Set<Int32> = []
        var limit = 60_000
        while limit < 2_000_000 {
            let ended = try await stage.shell(
                "ulimit -v \(limit); exec timeout 20 lighttight list")
            codes.insert(ended.status ?? -1)
            if ended.status == 14 {
                let wants = ["needs 64 MiB", "needs 128 MiB of address space"]
                #expect(wants.contains(where: ended.errorText.contains), "\(ended.told)")
            }
            if ended.status == 0 { break }
            limit += 30_000
        }
        // None waits for ever for what it does not get.
        #expect(codes.contains(14) && codes.contains(0) && !codes.contains(124), "\(codes)")
    }
}
