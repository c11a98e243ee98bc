internal import NIOCore
internal import VaultFormat

/// What of a file has come and is not written yet. On the connection's event loop only.
final class Upload {
    /// Beyond so many bytes that wait for the disk nothing more is read from the connection.
    static let waitingByteCount = 131_072

    let id: RequestID
    let deposit: DepositID
    let client: Client
    let begun = NIODeadline.now()
    /// `nil` until it was judged by its head.
    var receiving: Receiving?
    var waiting: [UInt8] = []
    /// Something is being written, or judged.
    var isBusy = true
    /// All of it was read from the connection.
    var isWhole = false
    /// The connection is not read from.
    var isHeld = false

    init(_ id: RequestID, _ deposit: DepositID, by client: Client) {
        self.id = id
        self.deposit = deposit
        self.client = client
    }
}
