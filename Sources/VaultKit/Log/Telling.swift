import VaultFormat

/// What an entry is to tell. Spec 07 §5.
struct Telling: Sendable {
    var action: EntryAction
    var pictures: [RecordID] = []
    var count: Int?
    var slot: SlotID?
    /// Never anything about a picture.
    var remark: String?

    init(
        _ action: EntryAction, pictures: [RecordID] = [], count: Int? = nil, slot: SlotID? = nil,
        remark: String? = nil
    ) {
        self.action = action
        self.pictures = pictures
        self.count = count
        self.slot = slot
        self.remark = remark
    }
}
