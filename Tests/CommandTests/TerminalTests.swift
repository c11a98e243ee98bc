import Foundation
import Testing

@Suite("The commands at a terminal", .serialized)
struct TerminalTests {
    private static let driver =
        (#filePath as NSString).deletingLastPathComponent
        + "/Terminal/session.py"
    private static let passphrase = Workplace.passphrase

    enum Step {
        case expect(String), send(String), echo(Bool), signal(String), stopped, status(Int)

        var object: [String: Any] {
            switch self {
            case .expect(let text): ["expect": text]
            case .send(let text): ["send": text]
            case .echo(let on): ["echo": on]
            case .signal(let name): ["signal": name]
            case .stopped: ["stopped": true]
            case .status(let code): ["status": code]
            }
        }
    }

    private func session(
        _ place: Workplace, _ command: [String], _ steps: [Step],
        location: SourceLocation = #_sourceLocation
    ) async throws -> String {
        let json = try JSONSerialization.data(withJSONObject: steps.map(\.object))
        let ended = try await place.run(
            ["/usr/bin/env", "python3", Self.driver, String(decoding: json, as: UTF8.self)]
                + [Workplace.programs + "/lighttight"] + command)
        #expect(
            ended.status == 0, "\(ended.outputText)\n\(ended.errorText)", sourceLocation: location)
        return ended.outputText
    }

    private func madeVault() async throws -> Workplace {
        let place = try Workplace()
        let made = try await place.shell(
            """
            lighttight init --passphrase-file pass --no-recovery-code --cost insecure-for-tests &&
            lighttight import --passphrase-file pass pictures
            """)
        try #require(made.status == 0, "\(made.errorText)")
        return place
    }

    @Test("init asks twice without echo, refuses a weak one, shows the code and asks it back")
    func initialise() async throws {
        let place = try Workplace()
        let screen = try await session(
            place, ["init", "--cost", "insecure-for-tests"],
            [
                .expect("New passphrase: "), .echo(false), .send("password\n"), .expect("weak"),
                .expect("New passphrase: "), .echo(false), .send(Self.passphrase + "\n"),
                .expect("again: "), .echo(false), .send("something else\n"),
                .expect("not the same"), .expect("New passphrase: "),
                .echo(false), .send(Self.passphrase + "\n"),
                .expect("again: "), .echo(false), .send(Self.passphrase + "\n"),
                .expect("recovery code"), .expect("LTR1"), .expect("Type it here"), .echo(true),
                .send("LTR1NOTTHECODE\n"), .expect("not the code"), .expect("Type it here"),
                .send("\n"), .expect("was not checked"), .expect("made a vault in"), .status(0),
            ])
        #expect(!screen.contains(Workplace.canary))
        let found = try CanaryHunt.hunt(in: place)
        #expect(found.isEmpty, "\(found)")
    }

    @Test("a refused passphrase may be typed again, three times in all")
    func threeTries() async throws {
        let place = try await madeVault()
        _ = try await session(
            place, ["list"],
            [
                .expect("Passphrase: "), .echo(false), .send("wrong one\n"),
                .expect("Passphrase: "), .echo(false), .send(Self.passphrase + "\n"),
                .expect("NAME"), .status(0),
            ])
        _ = try await session(
            place, ["list"],
            [
                .expect("Passphrase: "), .echo(false), .send("wrong one\n"),
                .expect("Passphrase: "), .echo(false), .send("wrong one\n"),
                .expect("Passphrase: "), .echo(false), .send("wrong one\n"),
                .expect("error: "), .status(12),
            ])
    }

    @Test(
        "echo comes back when a signal ends the prompt: attack 99",
        arguments: ["INT", "TERM", "HUP"])
    func echoAfterSignal(_ name: String) async throws {
        let place = try await madeVault()
        _ = try await session(
            place, ["list"],
            [.expect("Passphrase: "), .echo(false), .signal(name), .status(130), .echo(true)])
    }

    @Test("Control-C at the prompt ends with 130 and with echo")
    func controlC() async throws {
        let place = try await madeVault()
        _ = try await session(
            place, ["list"],
            [
                .expect("Passphrase: "), .echo(false), .send("half a passphrase\u{3}"),
                .status(130), .echo(true),
            ])
    }

    @Test("a stopped prompt gives the echo back, and takes it again when it goes on: attack 99")
    func echoWhileStopped() async throws {
        let place = try await madeVault()
        _ = try await session(
            place, ["list"],
            [
                .expect("Passphrase: "), .echo(false), .send("half\u{1A}"), .stopped, .echo(true),
                .signal("CONT"), .expect("Passphrase: "), .echo(false),
                .send(Self.passphrase + "\n"), .expect("NAME"), .status(0),
            ])
    }

    @Test("a picture is not written to a terminal unless forced")
    func catOnTerminal() async throws {
        let place = try await madeVault()
        _ = try await session(
            place, ["cat", "00", "--passphrase-file", "pass"],
            [.expect("error: a picture is not for a terminal"), .status(2)])
    }

    @Test("purge asks, and anything but yes destroys nothing")
    func purgeAsks() async throws {
        let place = try await madeVault()
        let removed = try await place.shell(
            "lighttight remove --passphrase-file pass --name '*hill*'")
        try #require(removed.status == 0, "\(removed.errorText)")
        let command = ["purge", "--all", "--passphrase-file", "pass"]
        _ = try await session(
            place, command,
            [
                .expect("Destroy 1 picture for good? Type yes: "), .send("y\n"),
                .expect("nothing was destroyed"), .status(130),
            ])
        _ = try await session(
            place, command,
            [
                .expect("Destroy 1 picture for good? Type yes: "), .send("yes\n"),
                .expect("destroyed 1 picture"), .status(0),
            ])
    }

    @Test("show shows the picture on a terminal, unless it is told not to")
    func pictureOnTerminal() async throws {
        let place = try Workplace()
        let made = try await place.shell(
            """
            lighttight init --passphrase-file pass --no-recovery-code --cost insecure-for-tests &&
            lighttight-samples members real --count 1 &&
            lighttight import --passphrase-file pass real > imported &&
            lighttight list --passphrase-file pass | cut -f 1
            """)
        let id = try #require(made.outputText.split(separator: "\n").last.map(String.init))
        for choice in ["auto", "never"] {
            let screen = try await session(
                place, ["show", "--passphrase-file", "pass", "--picture", choice, id],
                [.expect("picture   \(id)"), .status(0)])
            let blocks = screen.unicodeScalars.count { (0x2580...0x259F).contains($0.value) }
            #expect(choice == "auto" ? blocks > 10 : blocks == 0, "\(screen)")
        }
    }

    @Test("the table of list fits the terminal, whatever the names do: attack 72")
    func tableFits() async throws {
        let place = try Workplace()
        try place.put("pictures/\u{1B}[2J\u{202E}red" + String(repeating: "long ", count: 40), [1])
        let made = try await place.shell(
            """
            lighttight init --passphrase-file pass --no-recovery-code --cost insecure-for-tests &&
            lighttight import --passphrase-file pass pictures
            """)
        try #require(made.status == 0, "\(made.errorText)")
        let screen = try await session(
            place, ["list", "--passphrase-file", "pass"], [.expect("NAME"), .status(0)])
        for line in screen.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
        #expect(!screen.contains("\u{1B}[2J"))
        #expect(!screen.contains("\u{202E}"))
        #expect(screen.contains("…"))
    }
}
