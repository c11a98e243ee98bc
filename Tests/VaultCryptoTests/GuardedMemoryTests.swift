import Foundation
import Testing

@testable import VaultCrypto

@Suite("Secrets")
struct SecretTests {
    @Test("a released secret leaves zeros behind")
    func wiped() {
        let address: UnsafeMutableRawPointer
        do {
            let secret = Secret([UInt8](repeating: 0xA5, count: 32))
            address = secret.base
            #expect(secret.bytes() == [UInt8](repeating: 0xA5, count: 32))
        }
        // The slab stays mapped, so that what remains can be looked at; another test may have
        // taken the slot meanwhile, but not with these bytes.
        let left = Array(UnsafeRawBufferPointer(start: address, count: 32))
        #expect(!left.contains(0xA5) || left != [UInt8](repeating: 0xA5, count: 32))
    }

    @Test("a secret whose filling fails is wiped and gives its slot back")
    func failedFilling() {
        struct Refused: Error {}
        var address: UnsafeMutableRawPointer?
        do {
            let secret = try Secret(count: 32) { (bytes) throws(Refused) in
                address = bytes.baseAddress
                for index in bytes.indices { bytes[index] = 0xB6 }
                throw Refused()
            }
            Issue.record("made a secret of \(secret.count) bytes")
        } catch {
            let left = Array(UnsafeRawBufferPointer(start: address, count: 32))
            #expect(left != [UInt8](repeating: 0xB6, count: 32))
        }
    }

    @Test("a new secret is zero before it is filled")
    func zeroFirst() {
        for count in [1, 31, 32, 33, 5000] {
            let secret = Secret(count: count) { bytes in
                #expect(bytes.count == count && bytes.allSatisfy { $0 == 0 })
                bytes.copyBytes(from: sampleBytes(count))
            }
            #expect(secret.bytes() == sampleBytes(count))
        }
    }

    @Test("secrets alive at once never share memory, from any number of threads")
    func noSharing() async {
        await withTaskGroup(of: Int.self) { group in
            for task in 0..<4 {
                group.addTask {
                    var wrong = 0
                    for round in 0..<2000 {
                        let mark = UInt8(truncatingIfNeeded: task * 64 + round % 64)
                        let first = Secret([UInt8](repeating: mark, count: 32))
                        let second = Secret([UInt8](repeating: ~mark, count: 1 + round % 40))
                        if first.bytes() != [UInt8](repeating: mark, count: 32) { wrong += 1 }
                        if second.bytes().contains(mark) { wrong += 1 }
                    }
                    return wrong
                }
            }
            for await wrong in group { #expect(wrong == 0) }
        }
    }

    @Test("more secrets than a slab holds are all kept apart")
    func manySlabs() {
        final class Holder {
            let secret: Secret
            init(_ number: Int) { secret = Secret(sampleBytes(32, seed: UInt64(number))) }
        }
        let holders = (0..<1000).map(Holder.init)
        for (number, holder) in holders.enumerated() {
            #expect(holder.secret.bytes() == sampleBytes(32, seed: UInt64(number)))
        }
        #expect(Set(holders.map { $0.secret.base }).count == 1000)
    }

    @Test("equal compares content and size")
    func equality() {
        let bytes = sampleBytes(40)
        let secret = Secret(bytes)
        func isEqual(_ other: [UInt8]) -> Bool { Secret.equal(secret, Secret(other)) }
        #expect(isEqual(bytes))
        #expect(isEqual(secret.copy().bytes()))
        #expect(!isEqual(Array(bytes.dropLast())))
        for index in bytes.indices {
            var other = bytes
            other[index] ^= 1
            #expect(!isEqual(other))
        }
    }

    @Test(
        "guarded memory is locked where the system allows it",
        .enabled(
            if: lockableByteCount() >= 1 << 20, "some containers let a process lock nothing at all")
    )
    func locked() {
        let secret = Secret(randomCount: 32)
        #expect(secret.count == 32 && GuardedMemory.isLocked)
    }

    static func lockableByteCount() -> UInt64 {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(8), &limit)  // RLIMIT_MEMLOCK, which Glibc keeps from Swift.
        return UInt64(limit.rlim_cur)
    }
}

@Suite("Keys")
struct KeyTests {
    /// From Python's hashlib.blake2b with the parent as key, salt and person as crypto_kdf has them.
    @Test("subkeys are those that another BLAKE2b derives")
    func derivations() {
        let bytes = [UInt8](0..<32)
        let root = RootKey(bytes)
        let file = FileKey(bytes)
        let derived = [
            root.wrapKey().bytes(), root.tagKey().bytes(), root.deskKey().bytes(),
            root.ringKey().bytes(), file.valueKey().bytes(),
        ]
        let expected = [
            "7f736d1b49123cd5c358539251207ad377db66f10516a0df5cf729eb513c64b2",
            "821712a30209a1ee078d1f54b2adb1517f9d1d573b6ca9749c8bb292cddbfd09",
            "df56f5be8aeee7ddfc3bb795630040b3a4bdadd135cb55b93149512c7871135a",
            "94cb20301857dbe183243f30e6e994f56a23372e1bd22cddb8b6f68015204244",
            "3bb578fadc37792fdfe5f30631eccece2b1076b1c8f54220ca741fb19b39d7aa",
        ]
        #expect(derived == expected.map(hexBytes))
    }

    @Test("a key is made of 32 bytes only", arguments: [0, 31, 33, 64])
    func sizes(count: Int) {
        #expect(failure { _ = try FileKey(checking: Secret(sampleBytes(count))) } == .malformed)
        #expect(
            failure {
                try sampleBytes(count).withUnsafeBytes { _ = try WrapKey(bytes: $0) }
            } == .malformed)
    }

    @Test("a key of another size than 32 bytes stops the program")
    func wrongSizeStops() async {
        await #expect(processExitsWith: .failure) { _ = FileKey(Secret(randomCount: 31)) }
    }
}
