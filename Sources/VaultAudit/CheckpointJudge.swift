import VaultCrypto
package import VaultFormat

/// Says who signed a checkpoint, or why it is refused. Spec 07 §7.
///
/// Whether it agrees with the log is another question: `LogReport.agreement`.
package struct CheckpointJudge: Sendable {
    private let authority: LogAuthority

    package init(authority: LogAuthority) { self.authority = authority }

    /// Judges a checkpoint's file.
    package func judge(_ bytes: [UInt8]) throws(CheckpointRefusal) -> JudgedCheckpoint {
        let note: SignedNote
        let checkpoint: Checkpoint
        do throws(FormatError) {
            note = try SignedNote(parsing: bytes)
            checkpoint = try Checkpoint(parsing: note.text)
        } catch {
            throw .format(error)
        }
        guard checkpoint.vault == authority.vault else { throw .otherVault(checkpoint.vault) }
        var signers: [CheckpointSigner] = []
        for signature in note.signatures {
            let known = candidates(signature)
            // Somebody else's, such as a witness.
            guard !known.isEmpty else { continue }
            let message = Array(note.text.utf8)
            guard
                let signer = known.first(where: {
                    $0.key.verify(signature: signature.bytes, of: message)
                })?.signer
            else { throw .signature(known[0].signer) }
            guard isInUse(signer, at: checkpoint.size) else { throw .notInUse(signer) }
            signers.append(signer)
        }
        guard !signers.isEmpty else { throw .unknownKeys(note.signatures.map(\.name)) }
        return JudgedCheckpoint(checkpoint: checkpoint, signers: signers)
    }

    /// The keys of this name and ID; more than one only by an accident of four bytes.
    private func candidates(
        _ signature: SignedNote.Signature
    ) -> [(signer: CheckpointSigner, key: VerifyingKey)] {
        let origin = Checkpoint.origin(vault: authority.vault)
        var named: [(signer: CheckpointSigner, key: VerifyingKey?)] = []
        if signature.name == origin {
            named = authority.keys.map { (.vault(epoch: $0.epoch), $0.key) }
        } else {
            for (id, slot) in authority.slots
            where signature.name == Checkpoint.name(vault: authority.vault, slot: id) {
                named.append((.slot(id), slot.key))
            }
        }
        return named.compactMap { signer, key in
            guard let key,
                SignedNote.keyID(name: signature.name, publicKey: key.bytes) == signature.keyID
            else { return nil }
            return (signer, key)
        }
    }

    private func isInUse(_ signer: CheckpointSigner, at size: UInt64) -> Bool {
        switch signer {
        case .vault(let epoch):
            guard let index = authority.keys.firstIndex(where: { $0.epoch == epoch }) else {
                return false
            }
            let next = authority.keys.dropFirst(index + 1).first
            return authority.keys[index].since < size && size <= next?.since ?? .max
        case .slot(let id):
            return size <= authority.slots[id]?.until ?? .max
        }
    }
}

package struct JudgedCheckpoint: Hashable, Sendable {
    package let checkpoint: Checkpoint
    /// One at least.
    package let signers: [CheckpointSigner]
}

package enum CheckpointSigner: Hashable, Sendable {
    /// The vault's signing key of this epoch.
    case vault(epoch: UInt32)
    case slot(SlotID)
}

/// Why a checkpoint is worth nothing.
package enum CheckpointRefusal: Error, Equatable, Sendable {
    /// The file is not a checkpoint of ours.
    case format(FormatError)
    /// It is of another vault.
    case otherVault(VaultID)
    /// None of the keys that signed it is the vault's or a slot's. The names are strangers' words.
    case unknownKeys([String])
    /// The signature is not by the key that it names.
    case signature(CheckpointSigner)
    /// The key was not in use when the log had this size.
    case notInUse(CheckpointSigner)
}
