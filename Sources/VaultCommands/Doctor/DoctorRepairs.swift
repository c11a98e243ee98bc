import VaultKit

/// Mends one thing after the other, in order of danger.
struct DoctorRepairs {
    private let command: DoctorCommand
    private let request: DoctorRequest
    private let report: DoctorReport
    private let console: Console
    private var vault: Vault
    private var slot: OpenSlot?
    /// How many repairs were begun and did not succeed.
    private(set) var failed = 0

    init(
        _ command: DoctorCommand, _ request: DoctorRequest, _ vault: Vault, _ report: DoctorReport,
        _ console: Console
    ) {
        self.command = command
        self.request = request
        self.vault = vault
        self.report = report
        self.console = console
    }

    /// Returns what was mended. One that fails is told, and the next is tried.
    mutating func run(_ findings: [DoctorFinding]) -> Set<DoctorFinding.Code> {
        var mended: Set<DoctorFinding.Code> = []
        var tried: Set<DoctorFinding.Code> = []
        for finding in findings where finding.isRepairable && command.isWanted(finding.code) {
            let code = finding.code
            guard tried.insert(code).inserted, command.yes || Self.ask(code) else { continue }
            do throws(VaultError) {
                try mend(code)
                mended.insert(code)
                report.mended(code)
            } catch {
                failed += 1
                console.warning("\(code.rawValue): \(error.message)", hint: error.hint)
            }
        }
        return mended
    }

    private mutating func mend(_ code: DoctorFinding.Code) throws(VaultError) {
        if code.needsSlot, slot == nil { slot = try command.secrets.open(vault, console) }
        try vault.repair(code, request, by: slot)
        if code.replacesRecords {
            vault = try command.open(command.common.place(), console)
            slot = nil
        }
    }

    static func ask(_ code: DoctorFinding.Code) -> Bool {
        let answer = Terminal()?.askLine("Mend \(code.rawValue)? Type yes or no: ")
        return answer == Array("yes".utf8) || answer == Array("y".utf8)
    }
}
