/// The public halves of the keyring, with their epochs. Spec 02 §3, §8.
package struct PublicKeys: Hashable, Sendable, Codable {
    package struct Epoch: Hashable, Sendable, Codable, PublicEpoch {
        package var epoch: UInt32
        package var `public`: JSONBytes

        package init(epoch: UInt32, public key: [UInt8]) {
            self.epoch = epoch
            self.public = JSONBytes(key)
        }
    }

    /// Ascending epochs; the last is in use.
    package var audit: [Epoch]
    package var deposit: [Epoch]
    package var signing: [SigningEpoch]

    package init(audit: [Epoch], deposit: [Epoch], signing: [SigningEpoch]) {
        self.audit = audit
        self.deposit = deposit
        self.signing = signing
    }

    func check() throws(FormatError) {
        try Self.check(audit)
        try Self.check(deposit)
        try Self.check(signing)
        for key in signing { try key.check() }
        guard signing[0].signed == nil, signing[0].since == 0 else {
            throw .unexpected("first signing key with a predecessor")
        }
        guard signing.dropFirst().allSatisfy({ $0.signed != nil }) else {
            throw .unexpected("signing key that none before it signed")
        }
        guard zip(signing, signing.dropFirst()).allSatisfy({ $0.since < $1.since }) else {
            throw .notCanonical
        }
    }

    private static func check(_ keys: [some PublicEpoch]) throws(FormatError) {
        guard !keys.isEmpty, keys.count <= 4096 else { throw .outOfRange("number of keys") }
        guard zip(keys, keys.dropFirst()).allSatisfy({ $0.epoch < $1.epoch }) else {
            throw .notCanonical
        }
        guard keys[0].epoch >= 1 else { throw .outOfRange("epoch") }
        for key in keys { _ = try key.public.exactly(32) }
    }
}

/// A public key of one epoch.
private protocol PublicEpoch {
    var epoch: UInt32 { get }
    var `public`: JSONBytes { get }
}

/// One of the vault's public signing keys; each but the first is signed by the one before it. Spec 02 §7.
package struct SigningEpoch: Hashable, Sendable, Codable, PublicEpoch {
    package var epoch: UInt32
    package var `public`: JSONBytes
    /// By the key before it in the list, over `Associated.successor`.
    package var signed: JSONBytes?
    /// Sequence of the entry with which the key came; 0 for the first.
    package var since: UInt64

    package init(epoch: UInt32, public key: [UInt8], signed: [UInt8]? = nil, since: UInt64 = 0) {
        self.epoch = epoch
        self.public = JSONBytes(key)
        self.signed = signed.map { JSONBytes($0) }
        self.since = since
    }

    func check() throws(FormatError) {
        if let signed { _ = try signed.exactly(64) }
        guard since <= Header.maximumInteger else { throw .outOfRange("sequence") }
    }
}
