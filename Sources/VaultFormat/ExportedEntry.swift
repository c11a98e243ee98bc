/// A line of `entries.jsonl`: one entry with the proof that it stands in the log. Spec 07 §9.
package struct ExportedEntry: Hashable, Sendable {
    package let sequence: UInt64
    package let leaf: [UInt8]
    package let rows: [UInt8]
    /// From the leaf upwards, in the tree of the export's checkpoint.
    package let proof: [LogHash]

    package init(sequence: UInt64, leaf: [UInt8], rows: [UInt8], proof: [LogHash]) {
        self.sequence = sequence
        self.leaf = leaf
        self.rows = rows
        self.proof = proof
    }

    /// With its line end.
    package var line: [UInt8] {
        // Base64 and numbers need no escapes.
        let proof = self.proof.map { "\"" + Base64.encode($0.bytes) + "\"" }.joined(separator: ",")
        let line =
            "{\"sequence\":\(sequence),\"leaf\":\"\(Base64.encode(leaf))\","
            + "\"rows\":\"\(Base64.encode(rows))\",\"proof\":[\(proof)]}\n"
        return Array(line.utf8)
    }
}
