/// The state of a record's row that an entry commits to. Spec 07 §4.
///
/// Its fields in their one order: `begin`, `occurrence` as often as `begin` said, `finish`. It can
/// be used again after that. Nothing is allocated for a row: a vault has half a million.
package struct RowStateHasher: ~Copyable, Sendable {
    private var fields = FieldHasher()
    private var missing: UInt32 = 0

    package init() {}

    /// - Parameters:
    ///   - id: 16 bytes.
    ///   - detail: empty where there is none.
    ///   - wrapped: the file key of `filekey`.
    package mutating func begin(
        id: UnsafeRawBufferPointer, revision: Int64, version: UInt32,
        sealed: UnsafeRawBufferPointer, entry: Int64, detail: UnsafeRawBufferPointer, tag: Int64,
        wrapped: UnsafeRawBufferPointer, occurrenceCount: UInt32
    ) {
        precondition(missing == 0, "a row's state is finished before the next one begins")
        precondition(id.count == 16, "a record ID has 16 bytes")
        Self.prefix.withUTF8Buffer { fields.raw(UnsafeRawBufferPointer($0)) }
        fields.raw(id)
        fields.i64(revision)
        fields.u32(version)
        fields.lp(sealed)
        fields.i64(entry)
        fields.lp(detail)
        fields.i64(tag)
        fields.lp(wrapped)
        fields.u32(occurrenceCount)
        missing = occurrenceCount
    }

    /// The next occurrence by number.
    package mutating func occurrence(
        number: UInt32, version: UInt32, sealed: UnsafeRawBufferPointer, place: Int64,
        subject: (tag: Int64, wrapped: UnsafeRawBufferPointer)?
    ) {
        precondition(missing > 0, "a row's state has as many occurrences as it began with")
        missing -= 1
        fields.u32(number)
        fields.u32(version)
        fields.lp(sealed)
        fields.i64(place)
        fields.u8(subject == nil ? 0 : 1)
        if let subject {
            fields.i64(subject.tag)
            fields.lp(subject.wrapped)
        }
    }

    package mutating func finish() -> Digest {
        precondition(missing == 0, "a row's state has as many occurrences as it began with")
        return fields.finish()
    }

    private static let prefix: StaticString = "lighttight/1 row\0"
}

/// The digests of whole small tables that an entry commits to, keys 5 and 6 of Spec 07 §4. Rows
/// are fed in their order, of one table only; it can be used again after `finish`.
package struct TableHasher: ~Copyable, Sendable {
    private var fields = FieldHasher()

    package init() {}

    /// A row of `keyring`; they come by purpose, as bytes, and epoch.
    package mutating func keyring(purpose: String, epoch: UInt32, wrapped: [UInt8]) {
        fields.lp(Array(purpose.utf8))
        fields.u32(epoch)
        fields.lp(wrapped)
    }

    /// A row of `copy`; they come by ID, which has 16 bytes.
    package mutating func copy(id: [UInt8], place: [UInt8], revision: Int64, time: Int64) {
        precondition(id.count == 16, "a copy ID has 16 bytes")
        id.withUnsafeBytes { fields.raw($0) }
        fields.lp(place)
        fields.i64(revision)
        fields.i64(time)
    }

    /// A row of `card`; they come by kind and ID, which has 16 bytes.
    package mutating func card(kind: UInt32, id: [UInt8], version: UInt32, sealed: [UInt8]) {
        precondition(id.count == 16, "a card ID has 16 bytes")
        fields.u32(kind)
        id.withUnsafeBytes { fields.raw($0) }
        fields.u32(version)
        fields.lp(sealed)
    }

    package mutating func finish() -> Digest { fields.finish() }
}

/// Hashes fields in the notation of Spec 01 §2, without allocating.
struct FieldHasher: ~Copyable, Sendable {
    private var hasher = SHA256Hasher()

    mutating func raw(_ bytes: UnsafeRawBufferPointer) { hasher.update(bytes) }

    mutating func u8(_ value: UInt8) { withUnsafeBytes(of: value) { hasher.update($0) } }

    mutating func u32(_ value: UInt32) {
        withUnsafeBytes(of: value.bigEndian) { hasher.update($0) }
    }

    mutating func i64(_ value: Int64) {
        withUnsafeBytes(of: value.bigEndian) { hasher.update($0) }
    }

    mutating func lp(_ bytes: UnsafeRawBufferPointer) {
        u32(UInt32(bytes.count))
        hasher.update(bytes)
    }

    mutating func lp(_ bytes: [UInt8]) { bytes.withUnsafeBytes { lp($0) } }

    mutating func finish() -> Digest { hasher.finalize() }
}
