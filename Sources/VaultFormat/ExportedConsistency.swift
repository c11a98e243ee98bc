/// `consistency.json`: the proof that an export's log begins with that of an older checkpoint.
/// Spec 07 §9.
package struct ExportedConsistency: Hashable, Sendable {
    /// The number of entries of the older checkpoint.
    package let from: UInt64
    /// The number of entries of the export's checkpoint.
    package let to: UInt64
    /// RFC 6962 §2.1.2.
    package let proof: [LogHash]

    package init(from: UInt64, to: UInt64, proof: [LogHash]) {
        self.from = from
        self.to = to
        self.proof = proof
    }

    /// Without a line end.
    package var encoded: [UInt8] {
        // Base64 and numbers need no escapes.
        let proof = self.proof.map { "\"" + Base64.encode($0.bytes) + "\"" }.joined(separator: ",")
        return Array("{\"from\":\(from),\"proof\":[\(proof)],\"to\":\(to)}".utf8)
    }
}
