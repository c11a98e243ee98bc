import Foundation
import Glibc
import TestProcesses
import Testing
import VaultCrypto
import VaultFiles
import VaultFormat
import VaultSharing

@testable import VaultServer

@Suite("The server's program, killed while it gives a view")
struct KillTests {
    /// The program as it serves a folder, with a fault planned.
    private final class Served {
        private let spawned: Spawned

        init(_ shares: SharesSample, fault: String) throws {
            // Beside the test bundle, with which it was built.
            let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
            let program = (own as NSString).deletingLastPathComponent + "/lighttight"
            spawned = try Spawned(
                ["share", "serve", "--listen", "127.0.0.1:0", "--shares"].reduce(
                    into: [Array(program.utf8)]
                ) { $0.append(Array($1.utf8)) } + [shares.path.bytes],
                in: ".", environment: ["LIGHTTIGHT_FAULT": fault],
                capture: NSTemporaryDirectory() + "/lighttight-served-" + UUID().uuidString)
        }

        /// `nil` when it was killed before it listened.
        func port() throws -> Int? {
            while true {
                let said = try spawned.outputSoFar()
                if said.last == "\n" {
                    return Int(said.dropLast().split(separator: ":").last!)
                }
                guard try !spawned.hasEnded() else { return nil }
                usleep(2_000)
            }
        }

        /// Whether SIGKILL ended it; else it is asked to end.
        func end() throws -> Bool {
            if try !spawned.hasEnded() { kill(spawned.process, SIGTERM) }
            return try spawned.wait().isKilled
        }
    }

    @Test("Killed at any step of giving the one view: given at most once, and told whenever it was")
    func killed() async throws {
        try #require(FaultPlan.isAvailable)
        for point in 1...200 {
            let wasKilled = try await onThread { try self.killed(at: point) }
            if !wasKilled { return #expect(point > 10) }
        }
        Issue.record("it never comes to an end")
    }

    @Test("Killed at any step of taking a file: there once, whole, or not; sent again it is there")
    func killedTaking() async throws {
        try #require(FaultPlan.isAvailable)
        for point in 1...200 {
            let wasKilled = try await onThread { try self.killedTaking(at: point) }
            if !wasKilled { return #expect(point > 15) }
        }
        Issue.record("it never comes to an end")
    }

    private func killedTaking(at point: Int) throws -> Bool {
        let shares = try SharesSample()
        let asked = try shares.ask(files: 1)
        let id = DepositID.drawn()
        let bytes = asked.deposit(id, byteCount: 20_480)
        let served = try Served(shares, fault: "kill@\(point)")
        var taken = false
        if let port = try served.port() {
            let client = try RawClient(port: port)
            client.send(ServerSample.head(asked, id, byteCount: bytes.count))
            client.send(bytes)
            taken = RawAnswer(client.receive())?.status == 201
        }
        let wasKilled = try served.end()
        let there = try shares.came(asked)
        if taken || !there.isEmpty { #expect(there == [id.hex: bytes], "killed at \(point)") }
        let next = try ServerSample(shares)
        let again = try next.put(asked, id, bytes)
        #expect(again.status == 201 || again.status == 200, "killed at \(point)")
        #expect(!taken || again.status == 200, "killed at \(point): forgotten")
        #expect(try shares.came(asked) == [id.hex: bytes], "killed at \(point)")
        let other = DepositID.drawn()
        #expect(
            try next.put(asked, other, asked.deposit(other)).status == 403,
            "killed at \(point): one more came")
        let told = try shares.events().count { $0.kind == .received }
        #expect((1...2).contains(told), "killed at \(point): told \(told) times")
        return wasKilled
    }

    private func killed(at point: Int) throws -> Bool {
        let shares = try SharesSample()
        let share = try shares.share(views: 1, objects: [100, 200])
        let served = try Served(shares, fault: "kill@\(point)")
        var given = 0
        if let port = try served.port() {
            let client = try RawClient(port: port)
            client.send(ServerSample.view(share, ticket: [UInt8](repeating: 7, count: 32)))
            given = RawAnswer(client.receive())?.status ?? 0
        }
        let wasKilled = try served.end()
        let next = try ServerSample(shares)
        let again = try next.view(share, ticket: [UInt8](repeating: 8, count: 32)).status
        if given == 200 { #expect(again == 404, "killed at \(point): given twice") }
        // The first one may come back for what it was not told.
        let first = try next.view(share, ticket: [UInt8](repeating: 7, count: 32)).status
        #expect([again, first].count { $0 == 200 } == 1, "killed at \(point): lost")
        let opened = try shares.events().count { $0.kind == .opened }
        #expect((1...2).contains(opened), "killed at \(point): told \(opened) times")
        return wasKilled
    }
}
