import Glibc

/// All names of one folder in byte order, in one piece of memory: a folder may hold half a million.
struct NameList {
    private struct Place {
        /// The first eight bytes as a number that sorts like them: most comparisons end here.
        let head: UInt64
        let start: Int32
        let length: UInt16
        let type: UInt8
    }

    private var bytes: [UInt8] = []
    private var places: [Place] = []

    /// Reads a folder from the descriptor's position, which must be its beginning.
    init(of folder: borrowing Directory, _ entries: RawEntries) throws(FileError) {
        while try entries.fill(from: folder) {
            while let (name, type) = entries.next() {
                // 2 GiB of names in one folder: whoever made it did not keep pictures there.
                guard bytes.count + name.count < Int32.max, name.count <= UInt16.max else {
                    throw .tooLarge
                }
                places.append(
                    Place(
                        head: Self.head(name), start: Int32(bytes.count),
                        length: UInt16(name.count), type: type))
                bytes.append(contentsOf: name)
            }
        }
        sort()
    }

    var count: Int { places.count }

    func kind(_ index: Int) -> FileKind { FileKind(type: places[index].type) }

    func name(_ index: Int) -> ArraySlice<UInt8> {
        let place = places[index]
        return bytes[Int(place.start)..<Int(place.start) + Int(place.length)]
    }

    /// Looks a name up in logarithmic time.
    func contains(_ name: [UInt8]) -> Bool {
        var range = 0..<places.count
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            let found = self.name(middle)
            if found.elementsEqual(name) { return true }
            if found.lexicographicallyPrecedes(name) {
                range = (middle + 1)..<range.upperBound
            } else {
                range = range.lowerBound..<middle
            }
        }
        return false
    }

    private mutating func sort() {
        bytes.withUnsafeBytes { bytes in
            places.sort { left, right in
                if left.head != right.head { return left.head < right.head }
                let order = memcmp(
                    bytes.baseAddress! + Int(left.start), bytes.baseAddress! + Int(right.start),
                    Int(min(left.length, right.length)))
                return order == 0 ? left.length < right.length : order < 0
            }
        }
    }

    private static func head(_ name: UnsafeRawBufferPointer) -> UInt64 {
        if name.count >= 8 { return UInt64(bigEndian: name.loadUnaligned(as: UInt64.self)) }
        // No name holds a NUL, so padding with zeros keeps the order.
        var head: UInt64 = 0
        for index in 0..<8 { head = head << 8 | (index < name.count ? UInt64(name[index]) : 0) }
        return head
    }
}
