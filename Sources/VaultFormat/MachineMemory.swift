/// The newest state of a vault that a machine has seen, kept outside of the vault: whoever puts back
/// an older one is found out. Spec 07 §8.
package struct MachineMemory: Hashable, Sendable, Codable {
    package static let format = "lighttight/1 memory"
    /// A longer file is refused before it is parsed, in bytes.
    package static let maximumByteCount = 4096
    private static let times = 0...Int64(Header.maximumInteger)

    /// When this machine last made a checkpoint, in seconds since 1970.
    package let checkpoint: Int64?
    package private(set) var format = Self.format
    /// The header's.
    package let generation: UInt64
    /// All that was changed up to this revision of the records was looked at, as far as imports do.
    package let looked: Int64?
    private let root: JSONBytes
    /// The number of entries of the log.
    package let size: UInt64
    package let vault: VaultID

    /// - Precondition: `generation` and `size` are at most 2⁵³ − 1.
    package init(
        vault: VaultID, generation: UInt64, size: UInt64, root: LogHash, checkpoint: Int64? = nil,
        looked: Int64? = nil
    ) {
        precondition(
            generation <= Header.maximumInteger && size <= Header.maximumInteger,
            "no JSON reader keeps a larger number exact")
        self.vault = vault
        // A clock that is wrong by so much says nothing.
        self.checkpoint = checkpoint.flatMap { Self.times.contains($0) ? $0 : nil }
        self.generation = generation
        self.looked = looked.flatMap { Self.times.contains($0) ? $0 : nil }
        self.size = size
        self.root = JSONBytes(root.bytes)
    }

    /// Root of the tree of these entries.
    package var rootHash: LogHash {
        do {
            return try LogHash(bytes: root.bytes)
        } catch {
            preconditionFailure("the root's size was checked")
        }
    }

    package var encoded: [UInt8] { CanonicalJSON.encode(self) }

    package init(parsing bytes: [UInt8]) throws(FormatError) {
        guard bytes.count <= Self.maximumByteCount else { throw .outOfRange("memory size") }
        let probe = try CanonicalJSON.format(of: bytes)
        guard probe == Self.format else { throw .unknown("memory format") }
        self = try CanonicalJSON.decode(Self.self, from: bytes)
        _ = try root.exactly(32)
        guard generation <= Header.maximumInteger, size <= Header.maximumInteger else {
            throw .outOfRange("memory")
        }
        for number in [checkpoint, looked] {
            if let number, !Self.times.contains(number) { throw .outOfRange("memory") }
        }
    }
}
