import VaultFiles
package import VaultFormat

extension UnlockedVault {
    /// Looks at pictures that were not looked at yet: facts, hash and thumbnail. Spec 04 §10.
    ///
    /// A picture that cannot be read is marked with the reason and is as whole as before. Looks are
    /// committed in batches: after a stop or an error the same request goes on where it ended.
    ///
    /// - Parameters:
    ///   - outcome: is told of pictures that ought to have a thumbnail and have none.
    ///   - report: is told in the end what was committed, whether this throws or not.
    /// - Throws: `failed` when the imager cannot be used, which no picture is to blame for.
    package func look(
        _ request: LookRequest, stop: @escaping StopSign,
        progress: @escaping @Sendable (Progress) -> Void,
        outcome: @escaping @Sendable (LookOutcome) -> Void,
        report: (LookReport) -> Void
    ) throws(VaultError) {
        // Packs are written, as in an import: who removes orphans waits for its end.
        let lock = try files("the vault") { () throws(FileError) in
            try place.lock("import", .shared, wait: .seconds(10))
        }
        let job = try LookJob(self, request, stop: stop, progress: progress, outcome: outcome)
        defer { report(job.report) }
        do throws(VaultError) {
            try job.run()
            try settle()
        } catch {
            // What was committed before the stop has its second copy too; the first error counts.
            try? settle()
            throw error
        }
        _ = consume lock
    }

    /// The one picture whose ID begins so. Throws `noSuchPicture`.
    package func resolved(_ prefix: String) throws(VaultError) -> RecordID {
        try resolve([prefix])[0]
    }

    /// A picture's thumbnail, a JPEG; `nil` when it has none. In the log before it is handed out.
    package func thumbnail(of id: RecordID) throws(VaultError) -> [UInt8]? {
        try slot.tell(Telling(.viewed, pictures: [id]))
        let reader = try PictureReader(self)
        return try reader.thumbnail(of: reader.find(id))
    }

    /// Makes a small copy of a picture, a JPEG without metadata. In the log before it is handed out.
    ///
    /// - Parameters:
    ///   - side: the longest side in pixels, 64 to 8,192; a smaller picture is not enlarged.
    ///   - imager: the path of `lighttight-imager`.
    /// - Throws: `failed` for a picture that cannot be shown.
    package func rendition(
        of id: RecordID, side: UInt16, imager: [UInt8]
    ) throws(VaultError) -> [UInt8] {
        try slot.tell(Telling(.viewed, pictures: [id]))
        let reader = try PictureReader(self)
        let sealed = try reader.find(id)
        return try LookJob.rendition(sealed, side: side, imager: imager, reader)
    }
}
