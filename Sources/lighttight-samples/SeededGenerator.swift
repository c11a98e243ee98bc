/// A repeatable stream of numbers (SplitMix64), so that a sample set is the same everywhere.
///
/// Nothing secret may come from it.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    /// Starts the stream that belongs to `seed` and `stream`; streams of one seed do not overlap in
    /// practice.
    init(seed: UInt64, stream: UInt64 = 0) {
        state = seed &* 0xD134_2543_DE82_EF95 ^ stream &* 0xA24B_AED4_963E_E407
        _ = next()
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number in `0 ..< bound`; the tiny bias does not matter for pictures.
    mutating func below(_ bound: Int) -> Int {
        Int(next().multipliedFullWidth(by: UInt64(bound)).high)
    }

    mutating func fraction() -> Double {
        Double(next() >> 11) / Double(1 << 53)
    }
}
