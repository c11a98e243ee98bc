import Foundation
import Glibc
import Testing
import VaultFormat

@testable import VaultFiles
@testable import VaultKit
@testable import VaultRecords

extension UnlockedVault {
    /// Puts a value in the place of a record's that does not open.
    func spoil(_ id: RecordID) throws {
        let version = try PictureReader(self).find(id).version
        try meddle { writer in
            try writer.replaceValue(
                SealedValue(
                    id: id, version: version + 1, sealed: [UInt8](repeating: 7, count: 200)))
        }
    }

    /// Changes the records under an entry that tells of a repair.
    func meddle(_ body: (RecordsWriter) throws -> Void) throws {
        try change(locked.draft(), telling: { _ in Telling(.repaired) }, body)
        try settle()
    }

    /// Turns one bit of a picture's object.
    func rot(_ picture: Picture, at place: Int = 100) throws {
        let name = picture.value.location.pack.hex
        let path =
            "\(String(decoding: self.place.path.bytes, as: UTF8.self))/packs/\(name.prefix(2))/\(name)"
        let file = open(path, O_RDWR)
        #expect(file >= 0)
        defer { close(file) }
        let offset = off_t(picture.value.location.offset) + off_t(place)
        var byte: UInt8 = 0
        #expect(pread(file, &byte, 1, offset) == 1)
        byte ^= 1
        #expect(pwrite(file, &byte, 1, offset) == 1)
    }
}

func status(_ path: String) throws -> FileStatus {
    try Descriptor.openSource(FilePath(bytes: Array(path.utf8))).status()
}
