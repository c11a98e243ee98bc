/// One look at a vault: what is wrong with it, with its files, its copies and the machine. Changes nothing,
/// except that the machine remembers a state that is in order. Of one thread.
struct Examination {
    static let day: Int64 = 86_400
    static let month = 30 * day

    let vault: Vault
    let request: DoctorRequest
    var now: Int64 { request.now }
    private(set) var findings: [DoctorFinding] = []

    init(_ vault: Vault, _ request: DoctorRequest) {
        self.vault = vault
        self.request = request
    }

    mutating func add(_ finding: DoctorFinding?) {
        if let finding { findings.append(finding) }
    }

    func has(_ code: DoctorFinding.Code) -> Bool { findings.contains { $0.code == code } }
}

extension Vault {
    /// Finds what is wrong with the vault and around it, in order of danger.
    ///
    /// - Parameter slot: one that is open; some things only its keys can tell.
    package func examine(
        _ request: DoctorRequest, with slot: OpenSlot? = nil, stop: @escaping StopSign,
        progress: @escaping @Sendable (Progress) -> Void
    ) throws(VaultError) -> [DoctorFinding] {
        var look = Examination(self, request)
        try look.lookAtFiles()
        try look.lookAtRecords(stop)
        try look.lookAtPacks(stop, progress)
        try look.lookAtSlots()
        try look.lookAtCopies()
        try look.lookAtMachine()
        // Reading is written to the log, which takes nothing while the state is not settled.
        if let slot, standing == .newest, !look.has(.recordsDamaged), !look.has(.recordsBehind) {
            try look.lookInside(slot, stop)
        } else {
            look.lookAtCheckpoints(nil)
        }
        return look.findings.inOrder()
    }

    /// What is wrong with the files of a vault that does not open.
    package static func examineFiles(
        at path: [UInt8], _ request: DoctorRequest
    ) throws(VaultError) -> [DoctorFinding] {
        let place = try VaultPlace.open(path)
        var findings = try place.examineModes()
        findings += place.examineSecretFiles(request.secretFiles)
        return findings.inOrder()
    }
}
