import CKeyring
import Glibc
package import VaultCrypto
package import VaultFormat

/// Keeps the keys of sessions in the kernel, for a time that the kernel watches. Spec 02 §12.
///
/// They lie in the user's keyring (`@u`), so every process of the same user finds them until they end, be
/// it in another terminal. Where the kernel keeps no keys for us (some containers), everything
/// throws `keyringBlocked`.
package enum SessionKeyring {
    /// How long a session may last.
    package static let secondsRange: ClosedRange<UInt32> = 1...(1 << 31 - 1)
    private static let payloadByteCount = keyByteCount + 8

    /// Keeps a key, in place of an earlier one of the same slot.
    ///
    /// - Parameters:
    ///   - seconds: how long, within `secondsRange`.
    ///   - now: seconds since 1970; only for telling people when it ends.
    package static func store(
        _ key: borrowing SessionKey, vault: VaultID, slot: SlotID, for seconds: UInt32, now: Int64
    ) throws(KeysError) {
        precondition(secondsRange.contains(seconds), "a session lasts 1 to 2^31 - 1 seconds")
        let end = UInt64(clamping: now) &+ UInt64(seconds)
        let payload = Secret(count: payloadByteCount) { payload in
            key.withUnsafeBytes { payload.copyMemory(from: $0) }
            payload.storeBytes(of: end.bigEndian, toByteOffset: keyByteCount, as: UInt64.self)
        }
        let result = payload.withUnsafeBytes { payload in
            lt_key_store(
                description(vault, slot), payload.baseAddress, payload.count, seconds)
        }
        guard result >= 0 else { throw .keyringBlocked(errno: -result) }
    }

    /// The key of a session that has not ended.
    package static func find(vault: VaultID, slot: SlotID) throws(KeysError) -> SessionKey? {
        guard let payload = try payload(vault, slot) else { return nil }
        return payload.withUnsafeBytes { payload in
            SessionKey(
                Secret(copying: UnsafeRawBufferPointer(rebasing: payload[..<keyByteCount])))
        }
    }

    /// When the session ends, in seconds since 1970 by the clock that `store` was told; `nil` when it
    /// has ended.
    package static func end(vault: VaultID, slot: SlotID) throws(KeysError) -> Int64? {
        guard let payload = try payload(vault, slot) else { return nil }
        let end = payload.withUnsafeBytes {
            UInt64(bigEndian: $0.loadUnaligned(fromByteOffset: keyByteCount, as: UInt64.self))
        }
        return Int64(clamping: end)
    }

    /// Ends a session. False when there was none.
    @discardableResult
    package static func forget(vault: VaultID, slot: SlotID) throws(KeysError) -> Bool {
        guard let key = try serial(vault, slot) else { return false }
        return try found(Int64(lt_key_forget(key))) != nil
    }

    /// Asks the kernel for a key that there cannot be. Throws `keyringBlocked` where it keeps none for us.
    package static func requireWorking() throws(KeysError) {
        _ = try found(lt_key_find("lighttight:none"))
    }

    /// `nil` when there is no such key, or one that no session wrote.
    private static func payload(_ vault: VaultID, _ slot: SlotID) throws(KeysError) -> Secret? {
        guard let key = try serial(vault, slot) else { return nil }
        var result: Int64 = 0
        let payload = Secret(count: payloadByteCount) {
            result = lt_key_read(key, $0.baseAddress, $0.count)
        }
        guard try found(result) == Int64(payloadByteCount) else { return nil }
        return payload
    }

    private static func serial(_ vault: VaultID, _ slot: SlotID) throws(KeysError) -> Int64? {
        try found(lt_key_find(description(vault, slot)))
    }

    /// What a call returned; `nil` when the key has ended, by now or before.
    private static func found(_ result: Int64) throws(KeysError) -> Int64? {
        switch result {
        case 0...: return result
        case -Int64(ENOKEY), -Int64(EKEYEXPIRED), -Int64(EKEYREVOKED): return nil
        default: throw .keyringBlocked(errno: Int32(clamping: -result))
        }
    }

    private static func description(_ vault: VaultID, _ slot: SlotID) -> String {
        "lighttight:\(vault.hex):\(slot.hex)"
    }
}
