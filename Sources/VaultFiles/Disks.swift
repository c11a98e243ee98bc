import CLinux

/// What the kernel tells of disks, in /sys and /proc.
package struct Disks: Sendable {
    private let system: [UInt8]
    private let processes: [UInt8]

    /// - Parameters:
    ///   - system: where the kernel tells of its devices; another folder for tests.
    ///   - processes: likewise for swap.
    package init(system: String = "/sys", processes: String = "/proc") {
        self.system = Array(system.utf8)
        self.processes = Array(processes.utf8)
    }

    /// The disk that a file system's device (as `FileIdentity` has it) is a part of, whatever lies between:
    /// partitions, encryption, logical volumes. `nil` where the kernel does not say, as for a network's.
    package func disk(of device: UInt64) -> [UInt8]? {
        // The way the C library packs the two numbers.
        let major = (device >> 8) & 0xFFF | (device >> 32) & ~0xFFF
        let minor = device & 0xFF | (device >> 12) & ~0xFF
        let place = system + Array("/dev/block/\(major):\(minor)".utf8)
        guard let name = Self.target(of: place)?.last else { return nil }
        return disk(named: name, depth: 0)
    }

    private func disk(named name: [UInt8], depth: Int) -> [UInt8]? {
        guard depth < 8 else { return nil }
        let place = system + Array("/class/block/".utf8) + name
        if let below = Self.names(in: place + Array("/slaves".utf8)).min(by: {
            $0.lexicographicallyPrecedes($1)
        }) {
            return disk(named: below, depth: depth + 1)
        }
        guard Self.exists(place + Array("/partition".utf8)) else { return name }
        // A partition's folder lies in its disk's.
        return Self.target(of: place)?.dropLast().last ?? name
    }

    /// Swap areas that are written to a disk as they are: not encrypted, not in memory.
    package func openSwaps() -> [[UInt8]] {
        guard let text = Self.read(processes + Array("/swaps".utf8)) else { return [] }
        let lines = text.split(separator: UInt8(ascii: "\n")).dropFirst()
        return lines.compactMap { line in
            guard let place = line.split(separator: UInt8(ascii: " ")).first.map(Array.init),
                let name = place.split(separator: UInt8(ascii: "/")).last.map(Array.init)
            else { return nil }
            if name.starts(with: Array("zram".utf8)) || isEncrypted(name) { return nil }
            return place
        }
    }

    private func isEncrypted(_ name: [UInt8]) -> Bool {
        let uuid = system + Array("/class/block/".utf8) + name + Array("/dm/uuid".utf8)
        return Self.read(uuid)?.starts(with: Array("CRYPT-".utf8)) ?? false
    }

    // MARK: - Reading; what cannot be read says nothing

    private static let maximumByteCount = 1 << 16

    /// Files there have no size, so it is read until they end.
    private static func read(_ path: [UInt8]) -> [UInt8]? {
        do throws(FileError) {
            let file = try Descriptor.openSource(FilePath(bytes: path))
            var failure: FileError?
            let bytes = [UInt8](unsafeUninitializedCapacity: maximumByteCount) { buffer, count in
                do throws(FileError) {
                    count = try file.read(into: UnsafeMutableRawBufferPointer(buffer))
                } catch {
                    failure = error
                }
            }
            return failure == nil ? bytes : nil
        } catch {
            return nil
        }
    }

    private static func exists(_ path: [UInt8]) -> Bool { read(path) != nil }

    private static func names(in path: [UInt8]) -> [[UInt8]] {
        do throws(FileError) {
            var entries = try Directory.open(FilePath(bytes: path), followingLast: true).entries()
            var names: [[UInt8]] = []
            while let entry = try entries.next() { names.append(entry.name.bytes) }
            return names
        } catch {
            return []
        }
    }

    /// The components of what a link says.
    private static func target(of path: [UInt8]) -> [[UInt8]]? {
        let room = 4096
        var count: Int64 = -1
        let bytes = [UInt8](unsafeUninitializedCapacity: room) { buffer, filled in
            count = buffer.withMemoryRebound(to: CChar.self) { buffer in
                path.withCString { lt_read_link($0, buffer.baseAddress, room) }
            }
            filled = max(0, Int(count))
        }
        return count < 0 ? nil : bytes.split(separator: UInt8(ascii: "/")).map(Array.init)
    }
}
