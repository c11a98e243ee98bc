package import VaultFormat

/// A pack that is written to its end and has a name, and is not durable yet: syncing waits for the
/// disk, which another thread can do. Going out of use without it abandons the pack.
package struct FinishedPack: Sendable {
    package let name: PackName
    /// With its padding.
    package let byteCount: UInt64
    private let incoming: any IncomingPack

    init(name: PackName, byteCount: UInt64, incoming: any IncomingPack) {
        self.name = name
        self.byteCount = byteCount
        self.incoming = incoming
    }

    /// See `IncomingPack.makeDurable`; once only.
    package func makeDurable() throws(StoreError) { try incoming.makeDurable(as: name) }

    package func abandon() { incoming.abandon() }
}
