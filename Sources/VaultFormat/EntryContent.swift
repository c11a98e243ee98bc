/// What was done, for whoever holds the audit key. Spec 07 §5.
package struct EntryContent: Hashable, Sendable {
    /// As many pictures as a sealed content surely has room for; more are only counted.
    package static let maximumPictureCount = 200_000

    package var action: EntryAction
    /// The pictures concerned.
    package var pictures: [RecordID]
    /// How many pictures or things are concerned, where they are not listed.
    package var count: UInt64?
    /// The slot concerned.
    package var slot: SlotID?
    /// A label, a role, a reason; never anything about a picture.
    package var remark: String?
    /// Name of the system's user.
    package var user: String?
    /// Name of the machine.
    package var machine: String?
    /// Events of a share server as it wrote them, each with its length before it. Spec 11 §9.
    package var said: [UInt8]

    package init(
        _ action: EntryAction, pictures: [RecordID] = [], count: UInt64? = nil,
        slot: SlotID? = nil, remark: String? = nil, user: String? = nil, machine: String? = nil,
        said: [UInt8] = []
    ) {
        self.action = action
        self.pictures = pictures
        self.count = count
        self.slot = slot
        self.remark = remark
        self.user = user
        self.machine = machine
        self.said = said
    }

    package var encoded: [UInt8] {
        var writer = CBORWriter()
        let optional = [
            !pictures.isEmpty, count != nil, slot != nil, remark != nil, user != nil,
            machine != nil, !said.isEmpty,
        ]
        writer.map(count: 1 + optional.count { $0 })
        writer.key(1)
        writer.text(action.rawValue)
        if !pictures.isEmpty {
            var ids: [UInt8] = []
            ids.reserveCapacity(pictures.count * RecordID.byteCount)
            for picture in pictures {
                withUnsafeBytes(of: picture.words) { ids.append(contentsOf: $0) }
            }
            writer.key(2)
            writer.byteString(ids)
        }
        if let count {
            writer.key(3)
            writer.unsigned(count)
        }
        if let slot {
            writer.key(4)
            writer.byteString(slot.bytes)
        }
        for (key, text) in [(5, remark), (6, user), (7, machine)] as [(UInt8, String?)] {
            guard let text else { continue }
            writer.key(key)
            writer.text(text)
        }
        if !said.isEmpty {
            writer.key(8)
            writer.byteString(said)
        }
        return writer.bytes
    }

    package init(parsing buffer: UnsafeRawBufferPointer) throws(FormatError) {
        var reader = CBORReader(buffer)
        var action: EntryAction?
        var pictures: [RecordID] = []
        var count: UInt64?
        var slot: SlotID?
        var remark: String?
        var user: String?
        var machine: String?
        var said: [UInt8] = []
        try reader.map { (key, reader) throws(FormatError) in
            switch key {
            case 1: action = EntryAction(rawValue: try reader.text())
            case 2: pictures = try Self.pictures(&reader)
            case 3: count = try reader.unsigned()
            case 4: slot = try reader.identifier(SlotID.self)
            case 5: remark = try reader.text()
            case 6: user = try reader.text()
            case 7: machine = try reader.text()
            case 8:
                said = try reader.byteString()
                guard !said.isEmpty else { throw .notCanonical }
            default: throw .unknown("content member \(key)")
            }
        }
        try reader.finish()
        guard let action else { throw .unexpected("content without an action") }
        self.init(
            action, pictures: pictures, count: count, slot: slot, remark: remark, user: user,
            machine: machine, said: said)
    }

    private static func pictures(_ reader: inout CBORReader) throws(FormatError) -> [RecordID] {
        let bytes = try reader.borrowedBytes()
        guard !bytes.isEmpty, bytes.count.isMultiple(of: RecordID.byteCount) else {
            throw .notCanonical
        }
        return stride(from: 0, to: bytes.count, by: RecordID.byteCount).map {
            RecordID(at: $0, in: bytes)
        }
    }
}
