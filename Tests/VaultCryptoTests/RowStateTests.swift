import Testing

@testable import VaultCrypto

@Suite("What an entry commits to, Spec 07 §4")
struct RowStateTests {
    private func bigEndian(_ value: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: value.bigEndian) { Array($0) }
    }

    private func lp(_ bytes: [UInt8]) -> [UInt8] { bigEndian(UInt32(bytes.count)) + bytes }

    private struct Occurrence {
        var number: UInt32
        var version: UInt32
        var sealed: [UInt8]
        var place: Int64
        var subject: (tag: Int64, wrapped: [UInt8])?
    }

    private func state(
        _ hasher: inout RowStateHasher, id: [UInt8], sealed: [UInt8], detail: [UInt8],
        wrapped: [UInt8], _ occurrences: [Occurrence]
    ) -> Digest {
        id.withUnsafeBytes { id in
            sealed.withUnsafeBytes { sealed in
                detail.withUnsafeBytes { detail in
                    wrapped.withUnsafeBytes { wrapped in
                        hasher.begin(
                            id: id, revision: -2, version: 3, sealed: sealed, entry: 4,
                            detail: detail, tag: .min, wrapped: wrapped,
                            occurrenceCount: UInt32(occurrences.count))
                    }
                }
            }
        }
        for occurrence in occurrences {
            occurrence.sealed.withUnsafeBytes { sealed in
                guard let subject = occurrence.subject else {
                    hasher.occurrence(
                        number: occurrence.number, version: occurrence.version, sealed: sealed,
                        place: occurrence.place, subject: nil)
                    return
                }
                subject.wrapped.withUnsafeBytes {
                    hasher.occurrence(
                        number: occurrence.number, version: occurrence.version, sealed: sealed,
                        place: occurrence.place, subject: (subject.tag, $0))
                }
            }
        }
        return hasher.finish()
    }

    @Test("the state of a row is the hash of its fields one after the other")
    func rows() {
        let (id, sealed) = (sampleBytes(16), sampleBytes(150, seed: 2))
        let (detail, wrapped) = (sampleBytes(70, seed: 3), sampleBytes(72, seed: 4))
        let occurrences = [
            Occurrence(number: 1, version: 2, sealed: sampleBytes(90, seed: 5), place: -9),
            Occurrence(
                number: 7, version: 1, sealed: [], place: 5,
                subject: (-1, sampleBytes(72, seed: 6))),
        ]
        var hasher = RowStateHasher()
        let start =
            Array("lighttight/1 row".utf8) + [0] + id + bigEndian(Int64(-2)) + bigEndian(UInt32(3))
            + lp(sealed) + bigEndian(Int64(4))
        let end = bigEndian(Int64.min) + lp(wrapped)
        let second = sampleBytes(90, seed: 5)
        let places: [UInt8] =
            bigEndian(UInt32(2)) + bigEndian(UInt32(1)) + bigEndian(UInt32(2)) + lp(second)
            + bigEndian(Int64(-9)) + [0] + bigEndian(UInt32(7)) + bigEndian(UInt32(1)) + lp([])
            + bigEndian(Int64(5)) + [1] + bigEndian(Int64(-1)) + lp(sampleBytes(72, seed: 6))
        #expect(
            state(
                &hasher, id: id, sealed: sealed, detail: detail, wrapped: wrapped, occurrences)
                == Digest(hashing: start + lp(detail) + end + places))
        // The same hasher again, with nothing in it that may be empty.
        #expect(
            state(&hasher, id: id, sealed: sealed, detail: [], wrapped: wrapped, [])
                == Digest(hashing: start + lp([]) + end + bigEndian(UInt32(0))))
    }

    @Test("the tables of keys and of copies are hashed row by row")
    func tables() {
        var hasher = TableHasher()
        hasher.keyring(purpose: "audit", epoch: 1, wrapped: [1, 2])
        hasher.keyring(purpose: "audit-before", epoch: 2, wrapped: [])
        #expect(
            hasher.finish()
                == Digest(
                    hashing: lp(Array("audit".utf8)) + bigEndian(UInt32(1)) + lp([1, 2])
                        + lp(Array("audit-before".utf8)) + bigEndian(UInt32(2)) + lp([])))
        let id = sampleBytes(16)
        hasher.copy(id: id, place: [47, 255], revision: 5, time: -1)
        #expect(
            hasher.finish()
                == Digest(
                    hashing: id + lp([47, 255]) + bigEndian(Int64(5)) + bigEndian(Int64(-1))))
        #expect(hasher.finish() == Digest(hashing: []))
    }
}
