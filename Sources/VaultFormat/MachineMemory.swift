/// What a machine remembers of a vault: the newest log and header that it has seen. Spec 07 §8.
package struct MachineMemory: Hashable, Sendable, Codable {
    package static let format = "lighttight/1 memory"

    private var format: String
    /// Of the header.
    package var generation: UInt64
    /// Of the tree of the log's first `size` entries.
    package var root: JSONBytes
    package var size: UInt64
    package var vault: VaultID

    package init(vault: VaultID, generation: UInt64, size: UInt64, root: LogHash) {
        format = Self.format
        self.generation = generation
        self.root = JSONBytes(root.bytes)
        self.size = size
        self.vault = vault
    }

    package init(parsing bytes: [UInt8]) throws(FormatError) {
        self = try CanonicalJSON.decode(Self.self, from: bytes)
        guard format == Self.format else { throw .unknown("memory format \"\(format)\"") }
        _ = try root.exactly(LogHash.byteCount)
        guard size <= Header.maximumInteger, generation <= Header.maximumInteger else {
            throw .outOfRange("size or generation")
        }
    }

    package var encoded: [UInt8] { CanonicalJSON.encode(self) }
}
