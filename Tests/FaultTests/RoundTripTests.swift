import Foundation
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
}
