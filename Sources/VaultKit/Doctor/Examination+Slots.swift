import VaultFormat

// The ways to open the vault.
extension Examination {
    static let quarter = 90 * day

    mutating func lookAtSlots() throws(VaultError) {
        let slots = try vault.slots()
        lookAtOwners(slots)
        for slot in slots { add(Self.weakness(slot)) }
        lookAtUnused(slots)
        lookAtRotation()
    }

    private mutating func lookAtOwners(_ slots: [SlotFacts]) {
        let owners = slots.filter { $0.role == .owner }
        let people = owners.filter { $0.kind != .recovery }
        let addCode = ["lighttight", "key", "add", "--recovery", "--label", "Recovery"]
        if owners.count == 1 {
            let only = owners[0].kind == .recovery ? "a recovery code" : "one passphrase"
            add(
                DoctorFinding(
                    .singleOwner, .warning, "Only \(only) opens everything.",
                    meaning:
                        "If it is forgotten or lost, the pictures are gone: nobody can help, neither a "
                        + "company nor a programmer.",
                    action: owners[0].kind == .recovery
                        ? "Add a passphrase" : "Add a recovery code, and keep it on paper",
                    command: owners[0].kind == .recovery
                        ? ["lighttight", "key", "add", "--label", "NAME"] : addCode))
        } else if !slots.contains(where: { $0.kind == .recovery }) {
            add(
                DoctorFinding(
                    .noRecovery, .warning, "No recovery code opens the vault.",
                    meaning:
                        "If the passphrases are forgotten, the pictures are gone: nobody can help.",
                    action: "Add one, and keep it on paper", command: addCode))
        }
        if people.count > 1 {
            add(
                DoctorFinding(
                    .manyOwners, .advice,
                    DoctorWords.count(people.count, "slot") + " are owners': "
                        + DoctorWords.list(people.map { DoctorWords.quoted($0.label) }) + ".",
                    meaning:
                        "Each owner can see and destroy everything, and take the others' slots away.",
                    action: "If one of them need not, give it a smaller role",
                    command: ["lighttight", "key", "change", "--help"]))
        }
    }

    /// Below what `init` takes today.
    static func weakness(_ slot: SlotFacts) -> DoctorFinding? {
        guard let memory = slot.memory, let passes = slot.passes else { return nil }
        let standard = InitRequest.Cost.standard
        let cost = memory.multipliedReportingOverflow(by: UInt64(passes))
        let isWeak =
            !cost.overflow && cost.partialValue < standard.memory * UInt64(standard.passes)
        guard isWeak || memory < standard.memory else { return nil }
        return DoctorFinding(
            .weakSlot, .warning,
            "Trying a passphrase on slot \(DoctorWords.quoted(slot.label)) costs a thief less than it should: "
                + "\(memory >> 20) MiB × \(passes), and today's measure is "
                + "\(standard.memory >> 20) MiB × \(standard.passes).",
            meaning:
                "Whoever has a copy of the vault's files can try more passphrases in the same time.",
            action: "Set the passphrase again, which may be the same; it takes today's measure",
            command: ["lighttight", "key", "change", "--as", slot.label])
    }

    /// A recovery code is meant to lie unused. A vault that nobody opens has no slot too many.
    private mutating func lookAtUnused(_ slots: [SlotFacts]) {
        let daily = slots.filter { $0.kind != .recovery }
        guard daily.contains(where: { ($0.lastUsed ?? .min) > now - Self.quarter }) else { return }
        for slot in daily where (slot.lastUsed ?? .min) <= now - Self.quarter {
            let name = DoctorWords.quoted(slot.label)
            let text =
                slot.lastUsed.map {
                    "Slot \(name) was last used " + DoctorWords.days(now - $0) + " ago."
                } ?? "Slot \(name) was never used."
            add(
                DoctorFinding(
                    .unusedSlot, .advice, text,
                    meaning: "It opens the vault for whoever knows or finds its passphrase.",
                    action: "If nobody needs it any more, an owner takes it away",
                    command: ["lighttight", "key", "remove", slot.label]))
        }
    }

    private mutating func lookAtRotation() {
        guard let last = vault.header.retired.last, let key = vault.header.keys.signing.last,
            last.until >= key.since
        else { return }
        add(
            DoctorFinding(
                .notRotated, .advice,
                "Slot \(DoctorWords.quoted(last.label)) was taken away, and the vault's keys are still those "
                    + "that it knew.",
                meaning:
                    "If its holder kept a copy of the keys, pictures that come in from now on open with "
                    + "them too.",
                action: "If you do not trust them with that, an owner makes new keys",
                command: ["lighttight", "key", "rotate"]))
    }
}
