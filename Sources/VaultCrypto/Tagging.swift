import CSodium

/// A key that makes tags: equal things get equal tags, and without the key a tag tells nothing.
package protocol TaggingKey: Key, ~Copyable {}

extension TagKey: TaggingKey {}
extension ErasureKey: TaggingKey {}
extension DeskKey: TaggingKey {}

extension TaggingKey where Self: ~Copyable {
    /// The tag of a content, from its SHA-256: BLAKE2b-256 keyed with this key. 32 bytes.
    package borrowing func tag(of digest: Digest) -> [UInt8] {
        digest.withUnsafeBytes { hash($0, personal: nil) }
    }

    /// The tag of a place (a path, or whatever names one): the same, personalised with "lt.place"
    /// and eight zero bytes, so that no place has the tag of a content. 32 bytes.
    package borrowing func tag(ofPlace place: [UInt8]) -> [UInt8] {
        place.withUnsafeBytes { tag(ofPlace: $0) }
    }

    package borrowing func tag(ofPlace place: UnsafeRawBufferPointer) -> [UInt8] {
        hash(place, personal: Array("lt.place".utf8) + [UInt8](repeating: 0, count: 8))
    }

    fileprivate borrowing func hash(_ bytes: UnsafeRawBufferPointer, personal: [UInt8]?) -> [UInt8]
    {
        [UInt8](unsafeUninitializedCapacity: 32) { tag, count in
            let result = secret.withBytes { key in
                crypto_generichash_blake2b_salt_personal(
                    tag.baseAddress!, 32, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self),
                    UInt64(bytes.count), key, keyByteCount, nil, personal)
            }
            precondition(result == 0, "a keyed hash of 32 bytes can always be made")
            count = 32
        }
    }
}

extension DeskKey {
    /// Wraps the file keys of one subject. Spec 02 §11.
    package borrowing func subjectKey(_ subject: String) -> SubjectKey {
        SubjectKey(
            Secret(count: keyByteCount) { key in
                var bytes = personalised(subject, "lt.subjk")
                key.copyBytes(from: bytes)
                sodium_memzero(&bytes, bytes.count)
            })
    }

    /// Finds what belongs to one subject. 32 bytes. Spec 02 §11.
    package borrowing func subjectTag(_ subject: String) -> [UInt8] {
        personalised(subject, "lt.subjt")
    }

    private borrowing func personalised(_ subject: String, _ purpose: String) -> [UInt8] {
        let personal = Array(purpose.utf8) + [UInt8](repeating: 0, count: 8)
        let bytes = Array(subject.utf8)
        return bytes.span.withUnsafeBytes { hash($0, personal: personal) }
    }
}
