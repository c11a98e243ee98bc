import Glibc
import Testing

@testable import VaultFiles

@Suite("Disks and file systems, as the kernel tells of them")
struct DisksTests {
    /// A tree like /sys: sda with a partition, encryption on the partition, a volume on that; and sdb.
    private func system() throws -> Scratch {
        let scratch = try Scratch()
        func make(_ path: String) throws {
            _ = try scratch.open().openOrMakeFolders(beneath: FilePath(path))
        }
        for folder in [
            "class/block", "dev/block", "devices/sda/sda1/slaves", "devices/sdb/slaves",
            "devices/dm-0/slaves/sda1", "devices/dm-0/dm", "devices/dm-1/slaves/dm-0",
            "devices/dm-1/dm",
        ] { try make(folder) }
        func put(_ path: String, _ text: String) throws {
            let file = try FilePath(path)
            let folder = try scratch.open().openFolder(beneath: file.parent)
            let name = try FileName(bytes: file.lastComponent ?? [])
            try folder.createExclusive(name).write(Array(text.utf8))
        }
        try put("devices/sda/sda1/partition", "1\n")
        try put("devices/dm-0/dm/uuid", "CRYPT-LUKS2-00\n")
        try put("devices/dm-1/dm/uuid", "LVM-00\n")
        for (name, number, place) in [
            ("sda1", "8:1", "sda/sda1"), ("sdb", "8:16", "sdb"), ("dm-0", "254:0", "dm-0"),
            ("dm-1", "254:1", "dm-1"),
        ] {
            for link in ["class/block/\(name)", "dev/block/\(number)"] {
                try #require(symlink("../../devices/\(place)", scratch.inside(link)) == 0)
            }
        }
        return scratch
    }

    @Test(
        "a device's disk is found through partitions, encryption and volumes",
        arguments: [
            (0x801, "sda"), (0x810, "sdb"), (0xFE00, "sda"), (0xFE01, "sda"), (0x25, nil),
        ] as [(UInt64, String?)])
    func disk(_ device: UInt64, _ name: String?) throws {
        let scratch = try system()
        let disks = Disks(system: String(decoding: scratch.path.bytes, as: UTF8.self))
        #expect(disks.disk(of: device).map { String(decoding: $0, as: UTF8.self) } == name)
    }

    @Test("only swap that is written as it is counts as open")
    func swaps() throws {
        let scratch = try system()
        try scratch.put(
            "swaps",
            Array(
                """
                Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority
                /dev/zram0                              partition\t100\t\t0\t\t100
                /dev/dm-0                               partition\t100\t\t0\t\t-2
                /dev/dm-1                               partition\t100\t\t0\t\t-2
                /swapfile                               file\t\t100\t\t0\t\t-3

                """.utf8))
        let place = String(decoding: scratch.path.bytes, as: UTF8.self)
        let open = Disks(system: place, processes: place).openSwaps()
        #expect(open.map { String(decoding: $0, as: UTF8.self) } == ["/dev/dm-1", "/swapfile"])
        #expect(Disks(processes: place + "/none").openSwaps().isEmpty)
    }

    @Test("this machine's own answers are read without harm")
    func here() throws {
        let scratch = try Scratch()
        let status = try scratch.open().status()
        _ = Disks().disk(of: status.identity.device)
        _ = Disks().openSwaps()
        #expect(try scratch.open().fileSystem().freeByteCount > 0)
    }

    @Test("a file system is told by its number")
    func kinds() {
        func kind(_ type: UInt64) -> FileSystemFacts.Kind {
            FileSystemFacts(type: type, freeByteCount: 1).kind
        }
        #expect(kind(0xEF53) == .usual)
        #expect(kind(0x4D44) == .withoutModes)
        #expect(kind(0x6969) == .network)
        #expect(kind(0xFFFF_FFFF_FF53_4D42) == .network)
        #expect(kind(0x0102_1994) == .memory)
    }

    @Test("a mode is set on files and folders, never through a link")
    func modes() throws {
        let scratch = try Scratch()
        try scratch.put("file")
        try scratch.open().makeFolder("folder")
        try #require(symlink("file", scratch.inside("link")) == 0)
        let folder = try scratch.open()
        try folder.setMode(0o644, of: "file")
        try folder.setMode(0, of: "file")
        try folder.setMode(0o600, of: "file")
        try folder.setMode(0o2770, of: "folder")
        #expect(try folder.status(of: "file").mode == 0o600)
        #expect(try folder.status(of: "folder").mode == 0o2770)
        #expect(throws: FileError.notRegular(.symbolicLink)) {
            try folder.setMode(0o644, of: "link")
        }
    }
}
