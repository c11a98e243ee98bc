/// Breaks files as accidents and attackers do, the same way each time.
package struct Mutator {
    private var state: UInt64

    package init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 0x1234_5678_9ABC_DEF1 }

    private mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    package mutating func below(_ bound: Int) -> Int {
        Int(next().multipliedFullWidth(by: UInt64(max(1, bound))).high)
    }

    /// Half of the time near the start, where heads and lengths lie.
    private mutating func place(_ count: Int) -> Int {
        below(2) == 0 ? below(min(count, 512)) : below(count)
    }

    /// One to four changes to a file; `other` lends pieces.
    package mutating func broken(_ file: [UInt8], other: [UInt8]) -> [UInt8] {
        var file = file
        for _ in 0...below(4) where !file.isEmpty { change(&file, other) }
        return file
    }

    private mutating func change(_ file: inout [UInt8], _ other: [UInt8]) {
        let at = place(file.count)
        switch below(8) {
        case 0: file[at] ^= 1 << UInt8(below(8))
        case 1: file[at] = [0x00, 0xFF, 0x7F, 0x80, 0x01][below(5)]
        case 2: file.removeLast(below(file.count))
        case 3: file.removeSubrange(at..<min(file.count, at + 1 + below(64)))
        case 4: file.insert(contentsOf: file[at..<min(file.count, at + 1 + below(256))], at: at)
        case 5:
            // A length or an offset that lies.
            let width = [2, 4, 8][below(3)]
            let lie = [0, 1, -1, 0x7FFF_FFFF, 0x8000_0000, file.count, file.count + 1, at][below(8)]
            let bytes = below(2) == 0 ? big(lie, width) : little(lie, width)
            for (index, byte) in bytes.enumerated() where at + index < file.count {
                file[at + index] = byte
            }
        case 6:
            let from = below(other.count)
            let piece = other[from..<min(other.count, from + 1 + below(512))]
            file.replaceSubrange(at..<min(file.count, at + piece.count), with: piece)
        default:
            for _ in 0..<16 { file[place(file.count)] = UInt8(below(256)) }
        }
    }
}
