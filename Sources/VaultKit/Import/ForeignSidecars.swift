import VaultFiles
import VaultFormat

/// The sidecars of other programs in one folder: which file describes which. Spec 06 §4.
struct ForeignSidecars: Sendable {
    /// Of each file that is described, the names of what describes it, the best first.
    private(set) var ofFile: [[UInt8]: [[UInt8]]] = [:]
    /// Files that describe another one.
    private(set) var describing: Set<[UInt8]> = []
    /// The file that names the folder as an album.
    private(set) var album: [UInt8]?

    static let none = ForeignSidecars()

    private init() {}

    /// - Parameter names: all names in the folder.
    init(_ names: [[UInt8]]) {
        let described = names.filter { !Self.isSidecar($0) }
        let sidecars = Set(names.filter(Self.isSidecar))
        guard !sidecars.isEmpty else { return }
        let stems = Dictionary(grouping: described, by: { Self.split($0).stem })
        for name in described {
            let found =
                Self.takeout(of: name, stems, sidecars) + Self.xmp(of: name, stems, sidecars)
            guard !found.isEmpty else { continue }
            ofFile[name] = found
            describing.formUnion(found)
        }
        album = Self.albumNames.first(where: sidecars.contains)
        if let album { describing.insert(album) }
    }

    /// What Takeout calls the file of an album, in the languages that we know of.
    private static let albumNames = [
        "metadata.json", "Metadaten.json", "métadonnées.json", "metadatos.json", "metadati.json",
        "metagegevens.json", "metadados.json", "metadane.json",
    ].map { Array($0.utf8) }

    /// What Takeout adds to the names of pictures that were edited there.
    private static let editedMarks = [
        "-edited", "-bearbeitet", "-modifié", "-editado", "-editada", "-modificato", "-bewerkt",
        "-edytowane",
    ].map { Array($0.utf8) }

    private static let added = Array(".supplemental-metadata".utf8)
    private static let json = Array(".json".utf8)
    private static let xmp = Array(".xmp".utf8)
    /// Takeout cuts the names of its sidecars here, before `.json`, in characters.
    private static let longestTakeoutName = 46

    private static func isSidecar(_ name: [UInt8]) -> Bool {
        let lower = lowercased(name)
        return lower.ends(with: xmp)
            || lower.ends(with: json) && !lower.ends(with: Sidecar.suffix)
    }

    // MARK: - Google Takeout

    private static func takeout(
        of name: [UInt8], _ stems: [[UInt8]: [[UInt8]]], _ sidecars: Set<[UInt8]>
    ) -> [[UInt8]] {
        var names = [name]
        let (stem, end) = split(name)
        // An edited picture is described by what describes the one that was edited.
        for mark in editedMarks where stem.ends(with: mark) {
            names.append(Array(stem.dropLast(mark.count)) + end)
        }
        // A Live Photo's film is described by what describes its picture.
        if [".mp4", ".mov"].contains(String(decoding: lowercased(end), as: UTF8.self)) {
            names += (stems[stem] ?? []).filter { $0 != name }
        }
        for name in names {
            if let found = takeoutName(of: name).first(where: sidecars.contains) { return [found] }
        }
        return []
    }

    /// What the sidecar of a file may be called, the likeliest first.
    private static func takeoutName(of name: [UInt8]) -> [[UInt8]] {
        var candidates: [[UInt8]] = []
        func add(_ base: [UInt8], _ number: [UInt8]) {
            for length in stride(from: added.count, through: 0, by: -1) {
                candidates.append(base + added.prefix(length) + number + json)
            }
            // A name that is too long itself is cut.
            let text = String(decoding: base, as: UTF8.self)
            if text.count > longestTakeoutName {
                candidates.append(Array(text.prefix(longestTakeoutName).utf8) + number + json)
            }
        }
        add(name, [])
        // `a(1).jpg` is described by `a.jpg(1).json`.
        let (stem, end) = split(name)
        if stem.last == UInt8(ascii: ")"), let open = stem.lastIndex(of: UInt8(ascii: "(")),
            stem[(open + 1)...].dropLast().allSatisfy({ (0x30...0x39).contains($0) })
        {
            add(Array(stem[..<open]) + end, Array(stem[open...]))
        }
        return candidates
    }

    // MARK: - XMP

    private static let rawEnds: Set<String> = [
        ".dng", ".cr2", ".cr3", ".nef", ".nrw", ".arw", ".pef", ".srw", ".rw2", ".raf", ".orf",
    ]

    /// `a.jpg.xmp` describes `a.jpg`; `a.xmp` the raw picture of that name, or without one every `a`.
    private static func xmp(
        of name: [UInt8], _ stems: [[UInt8]: [[UInt8]]], _ sidecars: Set<[UInt8]>
    ) -> [[UInt8]] {
        let (stem, end) = split(name)
        func isRaw(_ end: [UInt8]) -> Bool {
            rawEnds.contains(String(decoding: lowercased(end), as: UTF8.self))
        }
        let others = stems[stem] ?? []
        let mayShare = isRaw(end) || !others.contains { isRaw(split($0).end) }
        for ending in [xmp, Array(".XMP".utf8)] {
            if sidecars.contains(name + ending) { return [name + ending] }
            if mayShare, sidecars.contains(stem + ending) { return [stem + ending] }
        }
        return []
    }

    // MARK: - Names

    /// A name's part before its last dot, and the rest with the dot.
    private static func split(_ name: [UInt8]) -> (stem: [UInt8], end: [UInt8]) {
        guard let dot = name.lastIndex(of: UInt8(ascii: ".")), dot > 0 else { return (name, []) }
        return (Array(name[..<dot]), Array(name[dot...]))
    }

    private static func lowercased(_ name: [UInt8]) -> [UInt8] {
        name.map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 }
    }
}

/// What the sidecars of other programs say of one file.
struct ForeignFacts: Sendable {
    var facts: SidecarFacts?
    var album: String?

    /// One that cannot be read says nothing; the picture comes in all the same.
    init(_ names: [FileName], album albumFile: FileName?, in folder: borrowing Directory) {
        for name in names {
            let read = Self.facts(Self.bytes(name, in: folder), of: name.bytes)
            guard let read, !read.isEmpty else { continue }
            facts = read
            break
        }
        album = albumFile.flatMap { Self.album(Self.bytes($0, in: folder)) }
    }

    /// The same for an entry of an archive.
    init(_ file: ArchivedFile) {
        let limit = TakeoutFile.maximumByteCount
        for (name, place) in file.describing {
            let read = Self.facts(place.bytes(limit: limit), of: name)
            guard let read, !read.isEmpty else { continue }
            facts = read
            break
        }
        album = file.albumFile.flatMap { Self.album($0.bytes(limit: limit)) }
    }

    /// Not an album's: then it names none.
    private static func album(_ bytes: [UInt8]?) -> String? {
        // What cannot be read names none either.
        guard let bytes, let file = try? TakeoutFile(parsing: bytes), !file.isOfPicture else {
            return nil
        }
        return file.title
    }

    private static func facts(_ bytes: [UInt8]?, of name: [UInt8]) -> SidecarFacts? {
        guard let bytes else { return nil }
        do throws(FormatError) {
            return name.suffix(4).elementsEqual("json".utf8)
                ? try TakeoutFile(parsing: bytes).facts
                : try XMPPacket(parsing: bytes).sidecarFacts
        } catch {
            return nil  // It says nothing.
        }
    }

    private static func bytes(_ name: FileName, in folder: borrowing Directory) -> [UInt8]? {
        // As above.
        try? AtomicFile.read(name, in: folder, limit: TakeoutFile.maximumByteCount)
    }
}
