import VaultCrypto
import VaultFiles
import VaultFormat
import VaultImaging
import VaultRecords
import VaultSharing

/// Makes the packages of one request: each picture is opened and copied once, and sealed for each
/// recipient. Of one thread.
final class ShareJob {
    private let vault: UnlockedVault
    private let request: ShareRequest
    private let reader: PictureReader
    private let crew: ImagingCrew?
    let makers: [PackageMaker]

    /// Begins the packages. What was begun is abandoned when this throws.
    init(
        _ vault: UnlockedVault, _ request: ShareRequest, _ shares: SharesFolder,
        password: borrowing Secret?
    ) throws(VaultError) {
        self.vault = vault
        self.request = request
        reader = try PictureReader(vault)
        if request.side == nil {
            crew = nil
        } else if let imager = request.imager {
            crew = ImagingCrew(ImagerProgram(path: imager), workers: 1)
        } else {
            throw VaultError(.failed, "copies need the program that decodes pictures")
        }
        var makers: [PackageMaker] = []
        do throws(SharingError) {
            for _ in request.recipients {
                makers.append(try PackageMaker(in: shares, password: password))
            }
        } catch {
            for maker in makers { maker.abandon() }
            throw VaultError(error)
        }
        self.makers = makers
    }

    /// Seals one more picture into every package.
    func add(_ id: RecordID) throws(VaultError) {
        let sealed = try reader.find(id)
        if let side = request.side {
            try addCopy(sealed, side)
        } else {
            try addOriginal(sealed)
        }
    }

    private func addCopy(_ sealed: SealedPicture, _ side: UInt16) throws(VaultError) {
        guard let crew else { preconditionFailure("copies have a crew") }
        let copy: Preview
        do throws(VaultError) {
            copy = try LookJob.rendition(sealed, side: side, crew: crew, reader)
        } catch {
            guard error.code == .failed else { throw error }
            throw VaultError(
                .failed, error.message,
                hint: "leave it out, or share the file as it is with --original")
        }
        let item = LinkManifest.Item(
            type: "image/jpeg", size: Int64(copy.jpeg.count), width: Int(copy.size.width),
            height: Int(copy.size.height))
        try each { (maker) throws(SharingError) in
            try maker.begin(item.size)
            try copy.jpeg.span.bytes.withUnsafeBytes { (bytes) throws(SharingError) in
                try maker.write(bytes)
            }
            try maker.end(item)
        }
    }

    private func addOriginal(_ sealed: SealedPicture) throws(VaultError) {
        let value = sealed.picture.value
        let size = value.look?.facts?.size.map { (Int($0.width), Int($0.height)) }
        let shown = size.flatMap { size in
            [size.0, size.1].allSatisfy(LinkManifest.sides.contains) ? size : nil
        }
        let item = LinkManifest.Item(
            type: value.type.name, size: Int64(clamping: value.byteCount), width: shown?.0,
            height: shown?.1)
        guard LinkManifest.sizes.contains(item.size) else {
            throw VaultError(.failed, "picture \(sealed.picture.id.hex.prefix(12)) is too large")
        }
        try each { (maker) throws(SharingError) in try maker.begin(item.size) }
        try reader.read(sealed) { (piece) throws(VaultError) in
            try self.each { (maker) throws(SharingError) in try maker.write(piece) }
        }
        try each { (maker) throws(SharingError) in try maker.end(item) }
    }

    /// Ends the packages; they are durable then, and nobody serves them.
    func finish() throws(VaultError) {
        let request = request
        try each { (maker) throws(SharingError) in
            try maker.finish(
                note: request.note, isOriginal: request.side == nil, expires: request.expires,
                views: request.views)
        }
    }

    private func each(_ body: (PackageMaker) throws(SharingError) -> Void) throws(VaultError) {
        do throws(SharingError) { for maker in makers { try body(maker) } } catch {
            throw VaultError(error)
        }
    }
}
