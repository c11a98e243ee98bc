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
        let rules = try retentionRules()
        try pictures(filter) { (picture) throws(VaultError) in
            let picture = rules.applied(to: picture)
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

    /// Pictures whose time is over, with the occurrences that this is so of, each saying until when it was to
    /// be kept; the earliest first. In the log before.
    ///
    /// - Parameter moment: seconds since 1970; may lie in the future.
    package func due(at moment: Int64, _ filter: PictureFilter) throws(VaultError) -> [Picture] {
        var filter = filter
        filter.bin = .both
        filter.due = moment
        let rules = try retentionRules()
        var found: [Picture] = []
        try pictures(filter) { (picture) throws(VaultError) in
            found.append(rules.applied(to: picture))
        }
        func first(_ picture: Picture) -> Int64 {
            picture.occurrences.compactMap(\.retainUntil).min() ?? .max
        }
        return found.sorted { first($0) < first($1) }
    }

    private func unlogged(ofSubject name: String) throws(VaultError) -> [Picture] {
        var filter = PictureFilter()
        filter.subjects = [name]
        filter.bin = .both
        var found: [Picture] = []
        let rules = try retentionRules()
        try scan(filter) { (sealed) throws(VaultError) in
            found.append(rules.applied(to: sealed.picture))
        }
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
