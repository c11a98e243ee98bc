import Dispatch
import Foundation
import Synchronization
import Testing
import VaultFormat

@testable import VaultKit

@Suite("Commands at the same time")
struct RaceTests {
    let test: TestVault
    var vault: UnlockedVault { test.vault }
    var scratch: Scratch { test.scratch }

    init() throws { test = try TestVault() }

    /// Runs bodies on threads of their own; what one throws is an issue.
    private func together(_ bodies: [@Sendable () throws -> Void]) {
        let group = DispatchGroup()
        for body in bodies {
            group.enter()
            Thread.detachNewThread {
                do { try body() } catch { Issue.record("\(error)") }
                group.leave()
            }
        }
        group.wait()
    }

    @Test("57: two importers of the same files make one object of each")
    func twoImporters() throws {
        for index in 0..<400 { try scratch.put("in/\(index).jpg", picture(index / 2)) }
        let folder = scratch["in"]
        let (one, other) = (vault, try test.again())
        together([{ try one.take([folder]) }, { try other.take([folder]) }])
        let all = try vault.list()
        #expect(all.count == 200)
        #expect(all.allSatisfy { $0.occurrences.count == 2 })
        #expect(try vault.findings().isEmpty)
        // What one of them sealed in vain is reclaimed.
        try vault.squeeze()
        try vault.put(to: scratch["out"])
        #expect(scratch.files(below: "out").count == 400)
        #expect(try vault.findings().isEmpty)
    }

    @Test("58: import beside remove and purge leaves nothing under a dead key")
    func importAndPurge() throws {
        for index in 0..<300 { try scratch.put("in/\(index).jpg", picture(index)) }
        let folder = scratch["in"]
        try vault.take([folder])
        let (one, other) = (vault, try test.again())
        together([
            {
                for round in 0..<3 {
                    try one.take([folder]) {
                        $0.album = "\(round)"; $0.again = true
                    }
                }
            },
            {
                for _ in 0..<3 {
                    _ = try other.remove(.everything)
                    _ = try other.purge(.everything, forget: false)
                }
            },
        ])
        #expect(try vault.findings().allSatisfy { !$0.isDamage })
        try vault.take([folder]) { $0.again = true }
        _ = try vault.restore(.everything)
        try vault.put(to: scratch["out"])
        for index in 0..<300 { #expect(scratch.bytes("out/in/\(index).jpg") == picture(index)) }
    }

    @Test("59: export and verify beside compact find every picture")
    func exportAndCompact() throws {
        for index in 0..<240 { try scratch.put("in/\(index).jpg", picture(index, 60_000)) }
        for part in 0..<4 {
            try vault.take((part * 60..<part * 60 + 60).map { scratch["in/\($0).jpg"] })
        }
        _ = try vault.remove(PictureFilter { $0.names = [Array("?.jpg".utf8)] })
        _ = try vault.purge(PictureFilter(), forget: true)
        let (one, two, three) = (vault, try test.again(), try test.again())
        let out = scratch["out"]
        let exported = Told<Int>()
        together([
            { exported.add(try one.put(to: out).report.exported) },
            { try two.squeeze() },
            {
                let damage = try three.findings().filter(\.isDamage)
                #expect(damage.isEmpty)
            },
        ])
        #expect(exported.all == [230])
        for index in 10..<240 {
            #expect(scratch.bytes("out/\(index).jpg") == picture(index, 60_000))
        }
        #expect(try vault.findings().isEmpty)
    }
}
