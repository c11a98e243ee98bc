import VaultFormat

/// A person, and how much there is of them.
package struct SubjectSummary: Sendable {
    package var name: String
    package var pictures = 0
    package var byteCount: UInt64 = 0
    /// How many of the pictures are in the bin, as far as they are this person's.
    package var inBin = 0
    /// When the first and the last of them came in, seconds since 1970.
    package var first = Int64.max
    package var last = Int64.min
    /// The earliest moment until when one is to be kept, and the latest; `nil` where nobody said.
    package var retainUntil: ClosedRange<Int64>?

    package init(name: String) { self.name = name }

    /// - Parameter picture: with this person's occurrences only.
    package mutating func add(_ picture: Picture) {
        pictures += 1
        byteCount += picture.value.byteCount
        if picture.isInBin { inBin += 1 }
        first = min(first, picture.value.imported)
        last = max(last, picture.value.imported)
        for until in picture.occurrences.compactMap(\.retainUntil) {
            let range = retainUntil ?? until...until
            retainUntil = min(range.lowerBound, until)...max(range.upperBound, until)
        }
    }
}

extension UnlockedVault {
    /// Everybody of whom the filter means a picture, by the bytes of their names. In the log before.
    package func subjects(_ filter: PictureFilter) throws(VaultError) -> [SubjectSummary] {
        // By bytes: what looks the same may be two.
        var found: [[UInt8]: SubjectSummary] = [:]
        try pictures(filter) { (picture) throws(VaultError) in
            for name in Set(picture.occurrences.compactMap { $0.subject.map { Array($0.utf8) } }) {
                var own = picture
                own.occurrences.removeAll { $0.subject.map { Array($0.utf8) } != name }
                found[name, default: SubjectSummary(name: String(decoding: name, as: UTF8.self))]
                    .add(own)
            }
        }
        return found.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.value)
    }

    /// One person's pictures, those in the bin too, each with this person's occurrences only, in the order in
    /// which they came in. In the log before, picture by picture.
    ///
    /// - Throws: `noSuchPicture` when there is none.
    package func pictures(ofSubject name: String) throws(VaultError) -> [Picture] {
        let pictures = try unlogged(ofSubject: name)
        try slot.tell(Telling(.viewed, pictures: pictures.map(\.id)))
        return pictures
    }

    /// Writes one person's originals below a folder, those in the bin too, as `export` does, and returns what
    /// the vault knows of them, with the files that each became. In the log before, as an export.
    ///
    /// - Parameter target: made when it does not exist; must be empty.
    package func export(
        subject name: String, to target: [UInt8], stop: @escaping StopSign,
        progress: @escaping @Sendable (Progress) -> Void
    ) throws(VaultError) -> SubjectExport {
        let pictures = try unlogged(ofSubject: name)
        try ExportTarget(target).requireEmpty(target)
        var request = ExportRequest()
        request.filter.subjects = [name]
        request.filter.bin = .both
        request.target = target + Array("/pictures".utf8)
        let files = Gathered()
        let report = try export(
            request, stop: stop, progress: progress, outcome: { files.add($0) })
        return SubjectExport(pictures: pictures, report: report, files: files.all)
    }

    private func unlogged(ofSubject name: String) throws(VaultError) -> [Picture] {
        var filter = PictureFilter()
        filter.subjects = [name]
        filter.bin = .both
        var found: [Picture] = []
        try scan(filter) { (sealed) throws(VaultError) in found.append(sealed.picture) }
        guard !found.isEmpty else { throw Self.noPicture(of: name) }
        return found
    }

    package static func noPicture(of subject: String) -> VaultError {
        VaultError(
            .noSuchPicture,
            "there is no picture of \"\(Printable.text(Array(subject.utf8)))\"",
            hint: "lighttight subject list shows everybody; give the name exactly as there")
    }
}
