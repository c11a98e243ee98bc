import VaultCrypto
package import VaultFormat
import VaultKeys

/// A slot that stays open for a while.
package struct SessionFacts: Sendable {
    package var slot: SlotID
    package var label: String
    package var role: Role
    /// When it ends, in seconds since 1970.
    package var end: Int64
}

extension Vault {
    /// Asks the kernel whether it keeps keys for us, so that nobody types a passphrase for nothing. Throws
    /// `unsupported` where it does not.
    package static func requireSessions() throws(VaultError) {
        try keeping { () throws(KeysError) in try SessionKeyring.requireWorking() }
    }

    /// Opens a slot and keeps it open: the kernel holds a key for `seconds`, and whoever runs as this user can
    /// work with the vault meanwhile. In the log.
    ///
    /// - Parameters:
    ///   - also: leaves sessions of other slots of this vault open; otherwise they end.
    package func beginSession(
        _ secret: borrowing Passphrase, keyFile: borrowing KeyFile?, only slot: SlotID?,
        seconds: UInt32, also: Bool
    ) throws(VaultError) -> SessionFacts {
        let folder = try SessionFolder(context.sessionFolder)
        let open: OpenSlot
        let file: SessionFile
        let key = SessionKey.random()
        do throws(KeysError) {
            let half = try half(secret, keyFile, slot)
            open = OpenSlot(self, try SlotOpener.open(header, with: half))
            file = half.session(under: key)
        } catch {
            if error == .refused || error == .refusedKeyFileMissing { logRefusal(slot) }
            throw VaultError(error)
        }
        let now = Wall.seconds
        try keeping { () throws(KeysError) in
            try SessionKeyring.store(
                key, vault: file.vault, slot: file.slot, for: seconds, now: now)
        }
        do throws(VaultError) {
            try folder.write(file)
            try open.tell(
                Telling(.unlocked, slot: open.id, remark: "for \(seconds) seconds"))
        } catch {
            try endSession(of: open.id)
            throw error
        }
        if !also {
            for other in try sessions() where other.slot != open.id {
                try endSession(of: other.slot)
            }
        }
        return SessionFacts(
            slot: open.id, label: open.label, role: open.role, end: now + Int64(seconds))
    }

    /// The sessions of this vault that have not ended. What is left of others is removed.
    package func sessions() throws(VaultError) -> [SessionFacts] {
        let folder = try SessionFolder(context.sessionFolder)
        var open: [SessionFacts] = []
        for (vault, slot) in try folder.all() where vault == header.vault {
            let end = try keeping { () throws(KeysError) in
                try SessionKeyring.end(vault: vault, slot: slot)
            }
            guard let end, let held = header.slots.first(where: { $0.id == slot }) else {
                try endSession(of: slot)
                continue
            }
            open.append(SessionFacts(slot: slot, label: held.label, role: held.role, end: end))
        }
        return open.sorted { $0.slot < $1.slot }
    }

    /// Opens a slot by its session; `nil` when there is none. Where the kernel keeps no keys there is none.
    ///
    /// - Parameter slot: whose; `nil` for the only one there is.
    /// - Throws: `usage` when there are several and none is named.
    package func openSession(of slot: SlotID?) throws(VaultError) -> OpenSlot? {
        let folder: SessionFolder
        let open: [SlotID]
        do throws(VaultError) {
            folder = try SessionFolder(context.sessionFolder)
            open = try folder.all().filter { $0.vault == header.vault }.map(\.slot)
                .filter { slot == nil || $0 == slot }
        } catch {
            guard error.code == .unsupported else { throw error }
            return nil
        }
        var keys: [RoleKeys] = []
        for slot in open {
            if let opened = try openSession(slot, folder) { keys.append(opened) }
        }
        guard keys.count < 2 else {
            throw VaultError(
                .usage, "two slots of this vault are unlocked",
                hint: "name one with --as: "
                    + keys.map { "\"\(label(of: $0.slot))\"" }.joined(separator: " or "))
        }
        return keys.first.map { OpenSlot(self, $0) }
    }

    private func openSession(
        _ slot: SlotID, _ folder: SessionFolder
    ) throws(VaultError) -> RoleKeys? {
        do throws(KeysError) {
            guard let key = try SessionKeyring.find(vault: header.vault, slot: slot) else {
                return nil
            }
            let file: SessionFile
            do throws(VaultError) {
                file = try folder.read(header.vault, slot)
            } catch {
                return nil  // Ended, or damaged, meanwhile.
            }
            return try SlotOpener.open(header, with: OpenHalf(file, with: key))
        } catch {
            switch error {
            // Nobody's any more: not a session, and no reason not to ask.
            case .noSuchSlot, .refused, .keyringBlocked: return nil
            default: throw VaultError(error)
            }
        }
    }

    /// Ends the session of a slot. False when there was none.
    @discardableResult
    package func endSession(of slot: SlotID) throws(VaultError) -> Bool {
        try Self.endSession(SessionFolder(context.sessionFolder), header.vault, slot)
    }

    /// Ends the sessions of this vault. Returns how many.
    package func endSessions() throws(VaultError) -> Int {
        try Self.endSessions(SessionFolder(context.sessionFolder), of: header.vault)
    }

    /// Ends every session of this user, of whatever vault. Returns how many.
    package static func endAllSessions(_ context: VaultContext) throws(VaultError) -> Int {
        try endSessions(SessionFolder(context.sessionFolder), of: nil)
    }

    private static func endSessions(
        _ folder: SessionFolder, of wanted: VaultID?
    ) throws(VaultError) -> Int {
        var count = 0
        var failure: VaultError?
        for (vault, slot) in try folder.all() where wanted == nil || vault == wanted {
            do throws(VaultError) {
                if try endSession(folder, vault, slot) { count += 1 }
            } catch {
                failure = error  // The others end all the same.
            }
        }
        if let failure { throw failure }
        return count
    }

    /// The file first: without it the key is worth nothing, be it that the kernel does not let go of it.
    private static func endSession(
        _ folder: SessionFolder, _ vault: VaultID, _ slot: SlotID
    ) throws(VaultError) -> Bool {
        try folder.remove(vault, slot)
        return try keeping { () throws(KeysError) in
            try SessionKeyring.forget(vault: vault, slot: slot)
        }
    }
}

/// Runs operations on the kernel's keyring and turns their errors into the façade's.
private func keeping<R: ~Copyable>(
    _ body: () throws(KeysError) -> R
) throws(VaultError) -> R {
    do throws(KeysError) { return try body() } catch { throw VaultError(error) }
}
