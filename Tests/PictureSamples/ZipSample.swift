/// Writes ZIP files, honest ones and others. Entries are stored as they are.
package struct ZipSample {
    package struct Entry {
        package var name: [UInt8]
        package var bytes: [UInt8]
        /// What the directory says instead of the truth.
        package var saidSize: UInt32?
        package var saidChecksum: UInt32?
        package var method: UInt16 = 0
        package var flags: UInt16 = 0x800
        /// As Unix knows it.
        package var mode: UInt16 = 0o100644
        /// Lies where this entry lies, in its place.
        package var over: Int?

        package init(_ name: String, _ bytes: [UInt8]) {
            self.name = Array(name.utf8)
            self.bytes = bytes
        }
    }

    package var entries: [Entry]

    package init(_ entries: [Entry]) { self.entries = entries }

    package var bytes: [UInt8] {
        var all: [UInt8] = []
        var directory: [UInt8] = []
        var places: [Int] = []
        for entry in entries {
            let place = entry.over.map { places[$0] } ?? all.count
            places.append(place)
            let size = entry.saidSize ?? UInt32(entry.bytes.count)
            let packed = entry.method == 0 ? size : UInt32(entry.bytes.count)
            let checksum = entry.saidChecksum ?? Self.checksum(entry.bytes)
            // Version, flags, method, 2020-09-13 12:26:40.
            let common =
                Self.two(20) + Self.two(entry.flags) + Self.two(entry.method) + Self.two(0x6354)
                + Self.two(0x512D) + Self.four(checksum) + Self.four(packed) + Self.four(size)
                + Self.two(UInt16(entry.name.count)) + Self.two(0)
            if entry.over == nil {
                all += [0x50, 0x4B, 3, 4] + common + entry.name + entry.bytes
            }
            // Made on Unix.
            directory +=
                [0x50, 0x4B, 1, 2, 30, 3] + common + Self.two(0) + Self.two(0) + Self.two(0)
                + Self.four(UInt32(entry.mode) << 16) + Self.four(UInt32(place)) + entry.name
        }
        let count = Self.two(UInt16(entries.count))
        return all + directory + [0x50, 0x4B, 5, 6, 0, 0, 0, 0] + count + count
            + Self.four(UInt32(directory.count)) + Self.four(UInt32(all.count)) + [0, 0]
    }

    private static func two(_ number: UInt16) -> [UInt8] {
        [UInt8(truncatingIfNeeded: number), UInt8(number >> 8)]
    }

    private static func four(_ number: UInt32) -> [UInt8] {
        two(UInt16(truncatingIfNeeded: number)) + two(UInt16(number >> 16))
    }

    /// CRC-32, as ZIP has it.
    package static func checksum(_ bytes: [UInt8]) -> UInt32 {
        var sum: UInt32 = 0xFFFF_FFFF
        for byte in bytes {
            sum ^= UInt32(byte)
            for _ in 0..<8 { sum = sum & 1 == 0 ? sum >> 1 : sum >> 1 ^ 0xEDB8_8320 }
        }
        return ~sum
    }
}
