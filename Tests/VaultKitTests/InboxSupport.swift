import Foundation
import Testing
import VaultFormat

@testable import VaultKit

/// A vault with an owner and whoever else is needed, and pictures to deposit.
final class Gym {
    let test: TestVault
    var scratch: Scratch { test.scratch }
    /// As opened after the last slot was added.
    private(set) var owner: OpenSlot

    init() throws {
        test = try TestVault()
        owner = test.vault.slot
    }

    /// Adds a slot of a role and opens it, as another process would.
    func slot(_ role: Role, _ label: String? = nil) throws -> OpenSlot {
        let label = label ?? role.rawValue
        var request = SlotRequest()
        request.role = role
        request.label = label
        request.cost = .insecureForTests
        request.acceptWeak = true
        let id = try opened(test.path).addSlot(request, passphrase: passphrase("\(label) passphrase"))
        owner = try opened(test.path)
        return try again(label, id)
    }

    func again(_ label: String, _ id: SlotID) throws -> OpenSlot {
        try Vault.open(at: Array(test.path.utf8)).unlock(passphrase("\(label) passphrase"), only: id)
    }

    func opened(_ path: String) throws -> OpenSlot {
        try Vault.open(at: Array(path.utf8)).unlock(passphrase())
    }

    /// Names of the files in the inbox, sorted.
    var inbox: [String] { scratch.files(below: "Vault/inbox") }

    func path(_ id: DepositID) -> String { "Vault/inbox/\(id.hex).deposit" }
}

extension OpenSlot {
    @discardableResult
    func put(
        _ paths: [String], _ change: (inout DepositRequest) -> Void = { _ in }
    ) throws -> [DepositedFile] {
        var request = DepositRequest()
        request.paths = paths.map { Array($0.utf8) }
        change(&request)
        let told = Told<DepositedFile>()
        let report = try deposit(
            request, stop: { false }, progress: { _ in }, outcome: { told.add($0) })
        #expect(report.deposited == told.all.count { $0.kind == .deposited })
        return told.all
    }

    @discardableResult
    func accept(
        _ choice: DepositChoice = .all, signedOnly: Bool = false, again: Bool = false
    ) throws -> [DepositOutcome] {
        let told = Told<DepositOutcome>()
        let report = try acceptDeposits(
            choice, signedOnly: signedOnly, again: again, stop: { false }, progress: { _ in },
            outcome: { told.add($0) })
        #expect(report.imported == told.all.count { $0.kind == .imported })
        #expect(report.failed == told.all.count { $0.kind == .failed })
        return told.all
    }

    /// The entries of deposits, oldest first.
    func depositEntries() throws -> [AuditEntry] {
        var filter = AuditFilter()
        filter.actions = [.deposited]
        var entries: [AuditEntry] = []
        try readLog(filter, stop: { false }) { entries.append($0.entry) }
        return entries
    }
}
