import Foundation
import Testing
import VaultFormat

@testable import VaultFiles
@testable import VaultKit
@testable import VaultRecords

/// A vault on a machine that remembers, and a doctor who looks at it.
final class Patient {
    let test: TestVault
    var scratch: Scratch { test.scratch }
    var path: String { test.path }
    /// Where this machine remembers; another one for another machine.
    var memory = "memory"
    var remembers = true

    init(pictures: Int = 3) throws {
        test = try TestVault()
        for index in 0..<pictures { try take("\(index).jpg", picture(index)) }
    }

    var context: VaultContext {
        var context = VaultContext()
        if remembers { context.memoryFolder = Array(scratch[memory].utf8) }
        context.sessionFolder = Array(scratch["sessions"].utf8)
        return context
    }

    func open(mending: Bool = false) throws -> Vault {
        try Vault.open(at: Array(path.utf8), context: context, mending: mending)
    }

    func unlock() throws -> OpenSlot { try open().unlock(passphrase()) }

    func take(_ name: String, _ bytes: [UInt8]) throws {
        try scratch.put("in/\(name)", bytes)
        try unlock().pictures().take([scratch["in/\(name)"]])
    }

    func purge(_ name: String) throws {
        let vault = try unlock().pictures()
        let filter = PictureFilter { $0.names = [Array(name.utf8)] }
        _ = try vault.remove(filter)
        _ = try vault.purge(filter, forget: false)
    }

    func backup(to name: String) throws {
        _ = try open(mending: true).backup(
            to: Array(scratch[name].utf8), stop: { false }, progress: { _ in })
    }

    // MARK: - Looking

    static var now: Int64 { Int64(Date().timeIntervalSince1970) }

    func look(
        deep: Bool = false, days: Int64 = 0, secrets: [String] = [], with slot: Bool = false
    ) throws -> [DoctorFinding] {
        var request = DoctorRequest(now: Self.now + days * 86_400)
        request.isDeep = deep
        request.secretFiles = secrets.map { Array(scratch[$0].utf8) }
        let vault = try open()
        return try vault.examine(
            request, with: slot ? vault.unlock(passphrase()) : nil, stop: { false },
            progress: { _ in })
    }

    func find(_ code: DoctorFinding.Code, deep: Bool = false) throws -> DoctorFinding? {
        try look(deep: deep).first { $0.code == code }
    }

    func repair(_ code: DoctorFinding.Code, secrets: [String] = []) throws {
        var request = DoctorRequest(now: Self.now)
        request.secretFiles = secrets.map { Array(scratch[$0].utf8) }
        let vault = try open()
        try vault.repair(code, request, by: code.needsSlot ? vault.unlock(passphrase()) : nil)
    }

    /// What is found is repaired, and then found no more.
    func requireRepairable(
        _ code: DoctorFinding.Code, _ severity: DoctorFinding.Severity, deep: Bool = false,
        secrets: [String] = [], location: SourceLocation = #_sourceLocation
    ) throws {
        func find() throws -> DoctorFinding? {
            try look(deep: deep, secrets: secrets).first { $0.code == code }
        }
        let found = try find()
        #expect(found?.severity == severity, "\(code) before", sourceLocation: location)
        #expect(found?.isRepairable == true, "\(code) before", sourceLocation: location)
        try repair(code, secrets: secrets)
        #expect(try find() == nil, "\(code) after", sourceLocation: location)
    }

    // MARK: - Files

    /// What the records are at this moment.
    func keepRecords(as name: String) throws {
        for file in ["records.db", "records.bak"] {
            try scratch.put("\(name)/\(file)", try #require(scratch.bytes("Vault/\(file)")))
        }
    }

    /// Puts records back, as somebody does who copies files.
    func putBack(_ name: String, _ files: [String] = ["records.db", "records.bak"]) throws {
        for file in files {
            try scratch.remove("Vault/\(file)")
            try FileManager.default.copyItem(
                atPath: scratch["\(name)/\(file)"], toPath: scratch["Vault/\(file)"])
            chmod(scratch["Vault/\(file)"], 0o600)
        }
    }

    /// Changes records.db behind the program's back.
    func alter(_ statement: String) throws {
        let file = try FilePath(scratch["Vault/records.db"])
        try Connection(file, as: .records, .writing, wait: .zero).run {
            (session) throws(RecordsError) in try session.execute(statement)
        }
    }

    func entries(_ action: EntryAction) throws -> [AuditEntry] {
        var filter = AuditFilter()
        filter.actions = [action]
        var found: [AuditEntry] = []
        try unlock().readLog(filter, stop: { false }) { found.append($0.entry) }
        return found
    }

    /// Nothing is wrong with records, packs and log.
    func requireSound(_ location: SourceLocation = #_sourceLocation) throws {
        let found = try unlock().pictures().findings()
        #expect(found.isEmpty, "\(found)", sourceLocation: location)
    }

    var packs: [String] { scratch.files(below: "Vault/packs") }
}
