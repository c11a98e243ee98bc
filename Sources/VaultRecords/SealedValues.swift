package import VaultFormat

/// A record's value sealed anew.
package struct SealedValue: Sendable {
    package let id: RecordID
    /// The new version, one more than the one it replaces.
    package let version: UInt32
    package let sealed: [UInt8]
}

/// One occurrence, sealed.
package struct SealedOccurrence: Sendable {
    package let id: RecordID
    package let number: UInt32
    package let version: UInt32
    package let sealed: [UInt8]
    let finder: SealedFinder
}

/// By what an occurrence is found.
struct SealedFinder: Sendable {
    var place: Int64
    /// The subject's tag, and the file key under the subject's key.
    var subject: (tag: Int64, wrapped: [UInt8])?
}
