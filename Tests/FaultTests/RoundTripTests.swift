import Foundation
import TestProcesses
import Testing

@Suite("What goes in comes out")
struct RoundTripTests {
    @Test("ATTACK 25: every sample comes back with its bytes, name and time, also from a copy")
    func samples() async throws {
        let stage = try Stage()
        let ended = try await stage.shell(
            """
            set -e
            lighttight-samples demo in --large-bytes 20000000
            lighttight init --quiet --no-recovery-code --cost insecure-for-tests
            lighttight import --quiet in
            lighttight export --quiet --all --to out
            lighttight backup --quiet "$HOME/Copy"
            lighttight export --quiet --all --to other --vault "$HOME/Copy"
            rm in/*"to skip"*
            diff -r in out/in; diff -r in other/in
            (cd in && find . -type f -printf '%P %s %T@\\0' | sort -z) > was
            (cd out/in && find . -type f -printf '%P %s %T@\\0' | sort -z) > is
            cmp was is
            find out -type f | wc -l
            """)
        let count = Int(ended.outputText.split(separator: "\n").last ?? "") ?? 0
        #expect(ended.status == 0 && count > 20, "\(ended.told)")
        try await stage.requireSound(when: "after the round trip")
        try stage.requireNoCanary()
    }

    @Test("the hunt after every scenario finds what is planted, in any form")
    func theHuntFinds() throws {
        for form in Stage.forms(of: Stage.canary) {
            let stage = try Stage()
            #expect(try stage.canaries().isEmpty)
            try stage.put("planted", Array("\u{0}CCan".utf8) + form + [0])
            for place in [stage.home, stage.temporary] {
                try stage.copy(stage.work + "/planted", to: place)
            }
            #expect(try stage.canaries().count == 2, "\(String(decoding: form, as: UTF8.self))")
        }
        let stage = try Stage()
        try stage.put("code", "LT1AB-CDEFGH-JKLMNP\n")
        try stage.put("x", "an LT1ABCDEFGHJKLMNP in a log")
        try stage.copy(stage.work + "/x", to: stage.temporary + "/x")
        #expect(try stage.canaries().count == 1)
    }
}
