internal import Foundation
package import VaultCrypto

/// A password as people type it. Spec 11 §2.
package enum LinkPassword {
    package static let byteCounts = 1...1_024

    /// The same in normalization form NFC, so that every keyboard gives the same bytes; `nil` for what is no
    /// UTF-8, is empty, or has more than 1,024 bytes.
    package static func normalized(_ typed: borrowing Secret) -> Secret? {
        typed.withUnsafeBytes { bytes in
            guard byteCounts.contains(bytes.count) else { return nil }
            if bytes.allSatisfy({ $0 < 0x80 }) { return Secret(copying: bytes) }
            // Nothing normalizes text in guarded memory: what is not ASCII takes the way of a string.
            guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
            var normal = Array(text.precomposedStringWithCanonicalMapping.utf8)
            guard byteCounts.contains(normal.count) else { return nil }
            let secret = Secret(count: normal.count) { $0.copyBytes(from: normal) }
            for index in normal.indices { normal[index] = 0 }
            return secret
        }
    }
}
