import Testing
import VaultFormat

@Suite("Records and occurrences, Spec 04 §3, §4")
struct ValueTests {
    private func record(_ numbers: inout Numbers) throws -> RecordValue {
        var value = RecordValue(
            digest: try ContentDigest(bytes: numbers.bytes(32)), byteCount: numbers.next(),
            type: MediaType(name: "image/heic"),
            location: ObjectLocation(
                pack: try PackName(bytes: numbers.bytes(32)), offset: numbers.next() >> 20),
            imported: Int64(bitPattern: numbers.next()),
            tags: (0..<Int.random(in: 0...4, using: &numbers)).map { _ in
                String(decoding: numbers.bytes(6), as: UTF8.self)
            })
        if Bool.random(using: &numbers) { value.albums = ["Éte", "été"].sorted() }
        if Bool.random(using: &numbers) { value.look = try numbers.look() }
        if Bool.random(using: &numbers) {
            value.edit = PictureEdit(
                taken: SaidTime(local: -1, minutesEast: 60),
                place: Place(latitude: -1, longitude: 2), caption: "two\nlines")
        }
        if Bool.random(using: &numbers) { value.sidecar = numbers.sidecar() }
        return value
    }

    private func occurrence(_ numbers: inout Numbers) -> OccurrenceValue {
        OccurrenceValue(
            root: numbers.bytes(20), path: numbers.bytes(60),
            modified: Int64(bitPattern: numbers.next()),
            subject: Bool.random(using: &numbers) ? "4711" : nil,
            album: Bool.random(using: &numbers) ? "Été \u{1F4F7}" : nil,
            memory: Bool.random(using: &numbers)
                ? FileMemory(
                    device: numbers.next(), inode: numbers.next(), byteCount: numbers.next(),
                    changed: Int64(bitPattern: numbers.next())) : nil,
            retainUntil: Bool.random(using: &numbers) ? Int64(bitPattern: numbers.next()) : nil)
    }

    @Test("any record is parsed back and printed as the same bytes")
    func records() throws {
        var numbers = Numbers(seed: 10)
        for _ in 0..<1000 {
            let value = try record(&numbers)
            let parsed = try parse(value.encoded) { try RecordValue(parsing: $0) }
            #expect(parsed == value && parsed.encoded == value.encoded)
        }
    }

    @Test("any occurrence is parsed back and printed as the same bytes")
    func occurrences() throws {
        var numbers = Numbers(seed: 11)
        for _ in 0..<1000 {
            let value = occurrence(&numbers)
            let parsed = try parse(value.encoded) { try OccurrenceValue(parsing: $0) }
            #expect(parsed == value && parsed.encoded == value.encoded)
        }
    }

    @Test("tags are sorted as bytes, each once; bytes that look the same are two tags")
    func tags() throws {
        var numbers = Numbers(seed: 12)
        var value = try record(&numbers)
        let composed = "caf\u{e9}"
        let decomposed = "cafe\u{301}"
        value = RecordValue(
            digest: value.digest, byteCount: 1, type: .unknown, location: value.location,
            imported: 0,
            tags: ["zoo", composed, "Zebra", decomposed, "zoo", "\u{1F4F7}"])
        #expect(
            value.tags.map { Array($0.utf8) }
                == ["Zebra", decomposed, composed, "zoo", "\u{1F4F7}"].map { Array($0.utf8) })
        let parsed = try parse(value.encoded) { try RecordValue(parsing: $0) }
        #expect(parsed.encoded == value.encoded)
    }

    @Test("a record or occurrence cut at any place is refused")
    func truncated() throws {
        var numbers = Numbers(seed: 13)
        let record = try record(&numbers).encoded
        let occurrence = occurrence(&numbers).encoded
        for count in record.indices {
            #expect(throws: FormatError.truncated) {
                try parse(Array(record[..<count])) { try RecordValue(parsing: $0) }
            }
        }
        for count in occurrence.indices {
            #expect(throws: FormatError.truncated) {
                try parse(Array(occurrence[..<count])) { try OccurrenceValue(parsing: $0) }
            }
        }
    }

    @Test("ATTACK 11: changed bytes are refused, or are the one encoding of another value")
    func mutations() throws {
        var numbers = Numbers(seed: 14)
        for _ in 0..<10000 {
            var first = try record(&numbers).encoded
            first[Int.random(in: first.indices, using: &numbers)] ^=
                1 << UInt8.random(in: 0...7, using: &numbers)
            var second = occurrence(&numbers).encoded
            second[Int.random(in: second.indices, using: &numbers)] ^=
                1 << UInt8.random(in: 0...7, using: &numbers)
            do {
                #expect(try parse(first) { try RecordValue(parsing: $0) }.encoded == first)
            } catch is FormatError {}
            do {
                #expect(try parse(second) { try OccurrenceValue(parsing: $0) }.encoded == second)
            } catch is FormatError {}
        }
    }
}

extension Numbers {
    /// A look that may have been stored.
    mutating func look() throws -> LookValue {
        var facts = PictureFacts(kind: .heic)
        facts.taken = CaptureTime(local: 1, milliseconds: 2, minutesEast: -3, source: .gps)
        facts.model = "m"
        facts.keywords = ["k"]
        facts.isIncomplete = Bool.random(using: &self)
        if let trouble = LookTrouble.allCases.randomElement(using: &self), Bool.random(using: &self)
        {
            return LookValue(facts: trouble.isImagers ? nil : facts, result: .unseen(trouble))
        }
        let thumbnail = StoredThumbnail(
            location: ObjectLocation(pack: try PackName(bytes: bytes(32)), offset: next()),
            byteCount: UInt32.random(in: 1...1 << 18, using: &self),
            size: PixelSize(width: 320, height: UInt32.random(in: 1...320, using: &self)))
        let hash = PictureHash(
            bytes: [UInt8](repeating: 7, count: 32),
            quality: UInt8.random(in: 0...100, using: &self))
        return LookValue(
            version: UInt16.random(in: 1...UInt16.max, using: &self), facts: facts,
            result: .seen(
                LookValue.Seen(
                    thumbnail: thumbnail, hash: Bool.random(using: &self) ? hash : nil,
                    isFromEmbedded: Bool.random(using: &self))))
    }

    /// Facts of a sidecar that may have been stored.
    mutating func sidecar() -> SidecarFacts {
        var facts = SidecarFacts(kind: Bool.random(using: &self) ? .takeout : .xmp)
        facts.taken = SaidTime(local: 5, milliseconds: 6, minutesEast: 0)
        facts.place = Place(latitude: 1, longitude: -1, altitude: 3)
        facts.caption = "c"
        facts.keywords = ["a", "b"]
        facts.rating = 5
        return facts
    }
}
