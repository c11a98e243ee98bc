import VaultCrypto
import VaultFiles
import VaultFormat

/// What the request, the manifest, the sidecar and the name say about a file.
struct ImportFacts: Sendable {
    var album: String?
    var subject: String?
    var tags: [String] = []
    /// From a sidecar; else the file's own.
    var modified: Int64?
    /// From a sidecar of another program, perhaps through ours.
    var beside: SidecarFacts?
    /// From our sidecar: what a person set right.
    var edit: PictureEdit?
    /// From our sidecar, beside `album`.
    var albums: [String] = []
    /// Seconds since 1970.
    var retainUntil: Int64?

    func occurrence(of place: SourcePlace) -> OccurrenceValue {
        OccurrenceValue(
            root: place.root, path: place.path,
            modified: modified ?? place.modified, subject: subject,
            album: album, memory: place.memory, retainUntil: retainUntil)
    }

    func arrival(of place: SourcePlace, digest: Digest) -> Arrival {
        Arrival(
            source: place, occurrence: occurrence(of: place), tags: tags, beside: beside,
            edit: edit, albums: albums, digest: ContentDigest(digest))
    }
}

/// Gathers them. Later sources of facts win: sidecars of other programs, our own sidecar, then the request, then the name's pattern, then
/// the manifest; tags add up.
struct ImportFactFinder: Sendable {
    private let request: ImportRequest
    private let manifest: Manifest?
    private let pattern: SubjectPattern?

    init(_ request: ImportRequest) throws(VaultError) {
        self.request = request
        if let path = request.manifest {
            manifest = try Manifest(reading: SourcePath.absolute(path))
        } else {
            manifest = nil
        }
        if let pattern = request.subjectPattern {
            self.pattern = try SubjectPattern(pattern)
        } else {
            pattern = nil
        }
    }

    func of(_ source: SourceFile) throws(VaultError) -> ImportFacts {
        var facts = ImportFacts()
        if let deposit = source.place.deposit {
            facts.album = deposit.album
            facts.subject = deposit.subject
            facts.tags = deposit.head.tags
            return facts
        }
        if let archived = source.archived {
            let foreign = ForeignFacts(archived)
            facts.beside = foreign.facts
            facts.album = foreign.album
        } else if !source.foreign.isEmpty || source.albumFile != nil {
            let foreign = ForeignFacts(
                source.foreign, album: source.albumFile, in: source.folder.directory)
            facts.beside = foreign.facts
            facts.album = foreign.album
        }
        if let sidecar = sidecar(of: source) {
            // An empty name is none.
            facts.album = sidecar.album.flatMap { $0.isEmpty ? nil : $0 } ?? facts.album
            facts.subject = sidecar.subject.flatMap { $0.isEmpty ? nil : $0 }
            facts.tags = sidecar.tags.filter { !$0.isEmpty }
            facts.modified = sidecar.modified
            facts.albums = (sidecar.albums ?? []).filter { !$0.isEmpty }
            facts.retainUntil = sidecar.retainUntil
            facts.edit = sidecar.edit?.edit
            facts.beside = sidecar.said?.facts ?? facts.beside
        }
        facts.album = request.album ?? facts.album
        facts.subject = request.subject ?? facts.subject
        facts.tags += request.tags
        if let subject = pattern?.subject(in: source.place.path) { facts.subject = subject }
        if let entry = manifest?.entry(for: source.place.whole) {
            facts.album = entry.album ?? facts.album
            facts.subject = entry.subject ?? facts.subject
            facts.tags += entry.tags
            facts.retainUntil = entry.retainUntil ?? facts.retainUntil
        }
        return facts
    }

    /// Files that the manifest names below what is imported, and that were not met.
    func strays(below folders: [[UInt8]]) -> [[UInt8]] { manifest?.strays(below: folders) ?? [] }

    /// A sidecar that cannot be read says nothing; the picture comes in all the same.
    private func sidecar(of source: SourceFile) -> Sidecar? {
        if let sidecar = source.archived?.sidecar {
            guard let bytes = sidecar.bytes(limit: Sidecar.maximumByteCount) else { return nil }
            return try? Sidecar(parsing: bytes)  // As below.
        }
        guard let name = source.sidecar else { return nil }
        do {
            return try Sidecar(
                parsing: AtomicFile.read(
                    name, in: source.folder.directory, limit: Sidecar.maximumByteCount))
        } catch {
            return nil
        }
    }
}
