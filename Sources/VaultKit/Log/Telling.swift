package import VaultFormat

/// What an entry is to tell. Spec 07 §5.
package struct Telling: Sendable {
    package var action: EntryAction
    package var pictures: [RecordID] = []
    package var count: Int?
    package var slot: SlotID?
    /// Never anything about a picture.
    package var remark: String?
    /// Events of a share server. Spec 11 §9.
    var said: [UInt8] = []

    package init(
        _ action: EntryAction, pictures: [RecordID] = [], count: Int? = nil, slot: SlotID? = nil,
        remark: String? = nil, said: [UInt8] = []
    ) {
        self.action = action
        self.pictures = pictures
        self.count = count
        self.slot = slot
        self.remark = remark
        self.said = said
    }
}
