import VaultCrypto
import VaultFiles
import VaultFormat
import VaultImaging
import VaultRecords
import VaultSharing

/// Fills packages alike: each picture is opened and copied once, and goes into each of them. Of one thread.
final class PackingJob {
    private let side: UInt16?
    private let reader: PictureReader
    private let crew: ImagingCrew?
    private let makers: [any PictureTaker]

    init(
        _ vault: UnlockedVault, _ content: PackageContent, into makers: [any PictureTaker]
    ) throws(VaultError) {
        side = content.side
        reader = try PictureReader(vault)
        if content.side == nil {
            crew = nil
        } else if let imager = content.imager {
            var program = ImagerProgram(path: imager)
            program.mark = content.mark
            let crew = ImagingCrew(program, workers: 1)
            // A mark without letters is better known before there is work.
            do throws(ImagingError) { try crew.check() } catch { throw VaultError(error) }
            self.crew = crew
        } else {
            throw VaultError(.failed, "copies need the program that decodes pictures")
        }
        self.makers = makers
    }

    /// Packs the pictures, in this order.
    ///
    /// - Throws: `failed` for a picture that cannot be copied; `interrupted`.
    func add(
        _ pictures: [RecordID], stop: StopSign, progress: (Progress) -> Void
    ) throws(VaultError) {
        var counted = Progress(totalFiles: pictures.count)
        for id in pictures {
            if stop() { throw VaultError.nothingShared }
            try add(id, stop)
            counted.files += 1
            progress(counted)
        }
    }

    private func add(_ id: RecordID, _ stop: StopSign) throws(VaultError) {
        let sealed = try reader.find(id)
        if let side {
            try addCopy(sealed, side)
        } else {
            try addOriginal(sealed, stop)
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
                hint: "leave it out, or give the file as it is with --original")
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

    private func addOriginal(
        _ sealed: SealedPicture, _ stop: StopSign
    ) throws(VaultError) {
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
            if stop() { throw VaultError.nothingShared }
            try self.each { (maker) throws(SharingError) in try maker.write(piece) }
        }
        try each { (maker) throws(SharingError) in try maker.end(item) }
    }

    private func each(
        _ body: (any PictureTaker) throws(SharingError) -> Void
    ) throws(VaultError) {
        do throws(SharingError) { for maker in makers { try body(maker) } } catch {
            throw VaultError(error)
        }
    }
}
