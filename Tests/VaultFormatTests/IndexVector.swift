import VaultCrypto
import VaultFormat

/// Opens a sealed file of the index as Spec 09 §2 tells it; SQLite opens them block by block.
enum IndexVector {
    static func open(_ vector: VectorFile) throws -> [UInt8] {
        let file = try vector.hex("file")
        guard file.count >= 112 else { throw CryptoError.truncated }
        guard file.starts(with: "LTGINDX\u{1}".utf8) else { throw FormatError.unknown("version") }
        let bytes = try vector.hex("key")
        let key = try IndexKey(checking: Secret(count: bytes.count) { $0.copyBytes(from: bytes) })
            .blockKey()
        let vault = try VaultID(bytes: vector.hex("vault"))
        let kind: UInt8 = try vector.text("kind") == "database" ? 1 : 2
        func block(_ part: UInt8, _ number: UInt64, _ range: Range<Int>) throws -> [UInt8] {
            var associated = Associated.index(vault: vault)
            associated += [part, kind]
            associated += file[8..<24]
            associated += withUnsafeBytes(of: number.bigEndian) { Array($0) }
            return try Box.open(Array(file[range]), under: key, associated: associated)
        }
        var opened = try block(0, 0, 24..<112)
        for (number, start) in stride(from: 112, to: file.count, by: 4136).enumerated() {
            opened += try block(1, UInt64(number), start..<min(start + 4136, file.count))
        }
        return opened
    }
}
