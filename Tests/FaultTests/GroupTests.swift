import Foundation
import Glibc
import TestProcesses
import Testing

@Suite("A vault that several users of a machine share")
struct GroupTests {
    /// Two members of a group, a stranger, and a folder in which the first makes the vault. The people
    /// are numbers without an account; the group is one that every Debian has.
    private struct Gym {
        static let group = "users"
        let stage: Stage
        var vault: String { "\(stage.home)/gym/Vault" }

        init() async throws {
            stage = try Stage()
            let made = try await stage.shell(
                """
                for person in 64001 64002 64003; do
                    mkdir -m 700 "$HOME/$person" $person && cp -p pass $person &&
                    chown -R $person:$person "$HOME/$person" $person || exit
                done
                mkdir "$HOME/gym" && chown 64001 "$HOME/gym"
                """)
            try #require(made.status == 0, "\(made.told)")
        }

        /// Runs lines of shell as one of them, in a folder of their own.
        func run(
            as person: Int, umask: String = "022", fault: String? = nil, _ lines: String
        ) async throws -> Ended {
            try stage.put("lines-\(person)", "umask \(umask); cd \(person) || exit\n" + lines)
            chmod(stage.work + "/lines-\(person)", 0o644)
            let groups = person == 64003 ? "--clear-groups" : "--groups=100"
            var variables = [
                "HOME": stage.home + "/\(person)", "LIGHTTIGHT_VAULT": vault, "SHARED": vault,
                "LIGHTTIGHT_PASSPHRASE_FILE": "pass",
            ]
            variables["LIGHTTIGHT_FAULT"] = fault
            return try await stage.shell(
                "setpriv --reuid=\(person) --regid=\(person) \(groups) sh lines-\(person)",
                variables)
        }

        func make() async throws {
            let made = try await run(
                as: 64001, umask: "000",
                "lighttight init -q --group \(Self.group) --no-recovery-code --cost insecure-for-tests"
            )
            try #require(made.status == 0 && made.errors.isEmpty, "\(made.told)")
        }

        func takeIn(_ names: [String], as person: Int) async throws {
            let folder = "\(person)/in"
            for name in names { try stage.put("\(folder)/\(name)", Stage.jpeg(name)) }
            let opened = try await stage.shell("chown -R \(person) \(folder)")
            try #require(opened.status == 0)
            let ended = try await run(as: person, "lighttight import -q --no-look in")
            try #require(ended.status == 0 && ended.errors.isEmpty, "\(ended.told)")
        }

        /// Every file and folder of the vault is the group's, and nobody else's.
        func requireShared(_ when: Comment) async throws {
            let kinds = try await stage.shell(
                "find '\(vault)' -printf '%M %g\\n' | sort -u")
            #expect(
                kinds.outputText == "-rw-rw---- \(Self.group)\ndrwxrws--- \(Self.group)\n",
                "\(when): \(kinds.told)")
        }
    }

    private func gym() async throws -> Gym? {
        guard geteuid() == 0 else {
            print("tests of group vaults are skipped: only root can be two other users")
            return nil
        }
        return try await Gym()
    }

    @Test(
        "ATTACK 98: two members do everything in turn, and whatever they make is the group's alone")
    func inTurn() async throws {
        guard let gym = try await gym() else { return }
        try await gym.make()
        try await gym.requireShared("after init")
        try await gym.takeIn(["sea", "hill"], as: 64001)
        try await gym.takeIn(["sea", "tree"], as: 64002)
        try await gym.requireShared("after imports by both")
        for (person, umask) in [(64002, "000"), (64001, "077")] {
            let ended = try await gym.run(
                as: person, umask: umask,
                """
                set -e; lighttight list | wc -l; lighttight verify -q; lighttight verify -q --no-key
                lighttight remove -q --name '*hill*'; lighttight restore -q --all
                rm "$SHARED/records.bak"; lighttight remove -q --name '*tree*'
                echo damage > "$SHARED/vault.json"; lighttight status > said 2>&1
                rm -r "$SHARED/packs/incoming" "$SHARED/locks"
                lighttight restore -q --all; lighttight compact -q --all; lighttight verify -q
                lighttight backup -q "$HOME/Copy"; lighttight export -q --all --to out --sidecar
                find "$HOME" out -perm /077
                """)
            #expect(ended.status == 0 && ended.outputText == "3\n", "\(ended.told)")
            try await gym.requireShared("after \(person)")
        }
        let purge = try await gym.run(
            as: 64002,
            """
            set -e; lighttight remove -q --name '*sea*'; lighttight purge -q --all --yes
            lighttight compact -q --all; lighttight backup -q "$HOME/Copy"; lighttight list | wc -l
            """)
        #expect(purge.outputText == "2\n", "\(purge.told)")
        try await gym.requireShared("after a purge")
        let stranger = try await gym.run(as: 64003, "lighttight list; ls \"$SHARED\"")
        #expect(
            stranger.output.isEmpty && stranger.errorText.contains("denied"), "\(stranger.told)")
        try gym.stage.requireNoCanary()
    }

    @Test(
        "what one member's killed command leaves, the other puts right",
        arguments: ["records", "mirror"])
    func killed(_ file: String) async throws {
        guard let gym = try await gym() else { return }
        try await gym.make()
        try await gym.takeIn(["sea", "hill"], as: 64001)
        // The same steps as those of the command that is killed.
        let counted = try await gym.run(
            as: 64001, fault: "count", "exec lighttight remove -q --name '*sea*'")
        let commit = try #require(Course.points(in: counted).lastIndex(of: "\(file) commit"))
        let killed = try await gym.run(
            as: 64001, fault: "kill@\(commit + 1)", "exec lighttight restore -q --all")
        // As a shell tells it.
        try #require(killed.status == 128 + SIGKILL, "\(killed.told)")
        let journals = try await gym.stage.shell("ls '\(gym.vault)' | grep -c -- -journal")
        #expect(journals.outputText == "1\n", "\(journals.told)")
        try await gym.requireShared("with the journal of one killed")
        let other = try await gym.run(
            as: 64002,
            """
            set -e; lighttight verify -q; lighttight remove -q --name '*'
            lighttight purge -q --all --yes; lighttight list --all | wc -l
            """)
        #expect(other.status == 0 && other.outputText == "0\n", "\(other.told)")
        let left = try await gym.stage.shell("ls '\(gym.vault)'")
        #expect(
            left.outputText == "index.db\nlocks\npacks\nrecords.bak\nrecords.db\nvault.json\n",
            "\(left.told)")
        try await gym.requireShared("after the other put it right")
    }

    @Test("two members at once: both imports come in")
    func atOnce() async throws {
        guard let gym = try await gym() else { return }
        try await gym.make()
        for person in [64001, 64002] {
            for number in 0..<40 {
                try gym.stage.put("\(person)/in/\(person)-\(number)", Stage.jpeg("\(number / 2)"))
            }
        }
        let opened = try await gym.stage.shell(
            "chown -R 64001 64001; chown -R 64002 64002")
        try #require(opened.status == 0)
        async let first = gym.run(as: 64001, umask: "000", "exec lighttight import -q --no-look in")
        async let second = gym.run(
            as: 64002, umask: "077", "exec lighttight import -q --no-look in")
        for ended in [try await first, try await second] {
            #expect(ended.status == 0 && ended.errors.isEmpty, "\(ended.told)")
        }
        let list = try await gym.run(as: 64002, "lighttight list | wc -l; lighttight verify -q")
        #expect(list.status == 0 && list.outputText == "20\n", "\(list.told)")
        try await gym.requireShared("after two imports at once")
    }

    @Test("a group's vault that cannot be is refused with the reason")
    func refused() async throws {
        guard let gym = try await gym() else { return }
        let make = "lighttight init -q --no-recovery-code --cost insecure-for-tests"
        func refusal(_ person: Int, _ words: String, prepare: String = "true") async throws
            -> String
        {
            let ended = try await gym.run(as: person, "\(prepare); \(words)")
            let first = ended.errorText.split(separator: "\n").first ?? ""
            return "\(ended.status ?? -1) \(first)".replacing(gym.stage.home, with: "~")
        }
        #expect(
            try await refusal(64003, "\(make) --group users x")
                == "2 error: you are not a member of the group \"users\"")
        #expect(
            try await refusal(64001, "\(make) --group users \"$HOME/a/b\"")
                == "2 error: the folder \"~/64001/a\" does not exist")
        #expect(
            try await refusal(
                64001, "\(make) --group users \"$HOME/c\"", prepare: "mkdir -p ~/c/packs")
                == "11 error: the folder \"~/64001/c\" is not empty")
        // Root's, open to all.
        _ = try await gym.stage.shell("mkdir -m 777 \"$HOME/theirs\"")
        #expect(
            try await refusal(64001, "\(make) --group users \"$HOME/../theirs\"")
                == "1 error: the folder \"~/theirs\" belongs to another user")
        // Stands in for a file system without modes, which no test can count on.
        _ = try await gym.stage.shell(
            "mkdir \"$HOME/gym/fixed\"; chown 64001 \"$HOME/gym/fixed\"; chattr +i \"$HOME/gym/fixed\""
        )
        #expect(
            try await refusal(64001, "\(make) --group users \"$HOME/../gym/fixed\"")
                == "17 error: this file system does not keep groups and permissions")
        _ = try await gym.stage.shell("chattr -i \"$HOME/gym/fixed\"")
        // Neither a vault nor a copy becomes the group's because of where it lies.
        let shared = "mkdir -p ~/d; chgrp users ~/d; chmod 2770 ~/d"
        #expect(
            try await refusal(64001, "\(make) \"$HOME/d\"", prepare: shared)
                == "2 error: a group works in the folder \"~/64001/d\"")
        #expect(
            try await refusal(
                64001, "lighttight backup --vault \"$HOME/e\" \"$HOME/d\"",
                prepare: "\(make) \"$HOME/e\"")
                == "2 error: a group works in the folder \"~/64001/d\"")
        #expect(
            try await refusal(64001, "\(make) --group users \"$HOME/d\"")
                == "0 warning: the group may be unable to enter \"~/64001\", which is above the vault"
        )
    }
}
