import Foundation
import Testing
import VaultFormat

@testable import VaultIndex

@Suite("Index: finding")
struct QueryTests {
    /// Enough that words in every picture are too many to look up one by one.
    private static let many = 4_600

    private func index(_ count: Int) throws -> PictureIndex {
        let builder = try IndexBuilder.inMemory()
        try builder.add(Sample.pictures(count))
        return try #require(try builder.finish(revision: 1))
    }

    /// The same, the slow way.
    private func expected(_ query: IndexQuery, _ pictures: [IndexedPicture], words: String?)
        -> [Int64]
    {
        let found = pictures.filter { picture in
            if query.bin == .outside, picture.isInBin { return false }
            if query.bin == .inside, !picture.isInBin { return false }
            if let since = query.since, picture.moment < since { return false }
            if let until = query.until, picture.moment >= until { return false }
            for tag in query.tags where !picture.tags.contains(tag) { return false }
            for album in query.albums where !picture.albums.contains(album) { return false }
            if !query.types.isEmpty, !query.types.contains(picture.type.name) { return false }
            if query.camera != nil, picture.maker != "Canon" { return false }
            switch words {
            case "cafe": return picture.caption != nil
            case "-cafe": return picture.caption == nil
            default: return true
            }
        }
        func key(_ picture: IndexedPicture) -> (Int64, Int64, Int64) {
            let bin: Int64 = picture.isInBin ? 1 : 0
            return switch query.order {
            case .newest, .oldest: (picture.moment, bin, picture.row)
            case .size: (Int64(picture.byteCount), bin, picture.row)
            // All names are equally long, and grow with the row.
            case .name: (picture.row, bin, picture.row)
            case .imported: (picture.row, 0, picture.row)
            }
        }
        let ascending = query.order == .oldest || query.order == .name
        let keys = found.map { (key($0), $0.row) }
        return keys.sorted { ascending ? $0.0 < $1.0 : $0.0 > $1.0 }.map(\.1)
    }

    @Test("queries of every combination find what a look at every picture finds, page by page")
    func combinations() throws {
        let index = try index(Self.many)
        let pictures = Sample.pictures(Self.many)
        var tried = 0
        for order in IndexQuery.Order.allCases {
            for words in [nil, "cafe", "-cafe", "img", "jpg"] as [String?] {
                for labels in 0..<4 {
                    for rest in 0..<5 {
                        var query = IndexQuery()
                        query.order = order
                        query.text = try words.map { try SearchText(parsing: $0) }
                        query.tags = labels == 1 ? ["sea"] : labels == 2 ? ["sea", "Sonne"] : []
                        query.albums = labels == 3 ? ["Italia"] : []
                        switch rest {
                        case 1: query.since = 1_520_000_000
                        case 2: query.types = ["video/mp4", "image/x-canon-cr2"]
                        case 3:
                            query.bin = .both
                            query.until = 1_580_000_000
                        case 4:
                            query.bin = .inside
                            query.camera = "canon"
                        default: break
                        }
                        let all = expected(query, pictures, words: words)
                        #expect(try index.count(query) == all.count)
                        query.limit = 20
                        query.offset = 3
                        let first = try index.find(query)
                        #expect(
                            first.map(\.row) == Array(all.dropFirst(3).prefix(20)),
                            "\(order) \(words ?? "") \(labels) \(rest)")
                        query.offset = 0
                        let common = try index.find(query, common: 1)
                        #expect(common.map(\.row) == Array(all.prefix(20)))
                        query.after = first.last?.cursor
                        if query.after != nil {
                            let next = Array(all.dropFirst(23).prefix(20))
                            #expect(try index.rows(query) == next)
                            #expect(try index.find(query, common: 1).map(\.row) == next)
                        }
                        tried += 1
                    }
                }
            }
        }
        #expect(tried == 500)
    }

    @Test("a page in any order is read along an index; nothing of one moment is sorted first")
    func plans() throws {
        let index = try index(10)
        for order in IndexQuery.Order.allCases {
            for bin in [IndexQuery.Bin.outside, .both] {
                for after in [false, true] {
                    var query = IndexQuery()
                    query.order = order
                    query.bin = bin
                    query.limit = 2
                    if after { query.after = try index.find(query).last?.cursor }
                    try index.connection.run { (session) throws(IndexError) in
                        let page = try Selection(query, session).page("id", query)
                        let plan = try session.query("EXPLAIN QUERY PLAN " + page.sql, page.values)
                        while try plan.step() {
                            #expect(!plan.text(3).contains("TEMP"), "\(order), \(bin), \(after)")
                        }
                    }
                }
            }
        }
    }

    @Test("months, albums, tags and subjects are counted without the bin")
    func surveys() throws {
        let index = try index(700)
        let pictures = Sample.pictures(700)
        let shown = pictures.filter { !$0.isInBin }
        let months = try index.months(IndexQuery())
        #expect(months.reduce(0) { $0 + $1.count } == shown.count)
        #expect(
            months.map { $0.year * 12 + $0.month }
                == months.map { $0.year * 12 + $0.month }.sorted())
        let span = try #require(CalendarSpan.parse("2018-02"))
        let february = try #require(months.first { $0.year == 2018 && $0.month == 2 })
        #expect(february.count == shown.count { span.contains($0.moment) })
        let tags = try index.labels(.tag)
        #expect(tags.map(\.name) == ["Sonne", "sea"])
        #expect(tags[1].count == shown.count { $0.tags.contains("sea") })
        #expect(try index.labels(.subject).count == shown.count)
        var hashes = 0
        try index.hashes { row, id, hash in
            #expect(hash == pictures[Int(row) - 1].hash && id == Sample.id(Int(row)))
            hashes += 1
        }
        #expect(hashes == 700)
    }

    @Test("what was not looked at yet is found in any order, and counted through changes")
    func waiting() throws {
        var pictures = Sample.pictures(100)
        for index in pictures.indices where index % 3 != 0 { pictures[index].looked = .done }
        pictures[4].looked = .unreadable
        let builder = try IndexBuilder.inMemory()
        try builder.add(pictures)
        let index = try #require(try builder.finish(revision: 1))
        var query = IndexQuery()
        query.looked = .notYet
        query.bin = .both
        for order in IndexQuery.Order.allCases {
            query.order = order
            #expect(
                try index.rows(query).sorted() == stride(from: 1, through: 100, by: 3).map { $0 })
        }
        query.looked = .unreadable
        #expect(try index.rows(query) == [5])
        #expect(
            try index.totals() == .init(pictures: 100, inBin: 9, notLooked: 34))
        pictures[0].looked = .done
        pictures[1].isInBin = true
        try index.apply(
            changes: [pictures[0], pictures[1], Sample.picture(200)],
            removed: [Sample.id(4), Sample.id(11)], revision: 2)
        #expect(try index.totals() == .init(pictures: 99, inBin: 9, notLooked: 33))
        try index.verify()
    }

    @Test("a stack is found whole, an ID by its first digits")
    func stacksAndIDs() throws {
        let index = try index(100)
        #expect(try index.find(stack: Array("stack 3".utf8)).map(\.row) == [24, 25])
        #expect(try index.find(stack: Array("stack".utf8)).isEmpty)
        let id = Sample.id(33).hex
        for count in [20, 31, 32] {
            #expect(try index.find(idPrefix: String(id.prefix(count))).map(\.row) == [33])
        }
        #expect(try index.find(idPrefix: "").isEmpty)
        #expect(try index.find(idPrefix: "xyz").isEmpty)
        #expect(try index.find(idPrefix: id + "0").isEmpty)
    }

    @Test("what is near is found, across the date line too")
    func near() throws {
        var pictures = Sample.pictures(4)
        let places = [
            (480_000_000, 160_000_000), (480_800_000, 160_000_000), (480_000_000, 161_000_000),
            (-170_000_000, 1_799_999_000),
        ]
        for (index, place) in places.enumerated() {
            pictures[index].isInBin = false
            pictures[index].place = Place(latitude: Int32(place.0), longitude: Int32(place.1))
        }
        let builder = try IndexBuilder.inMemory()
        try builder.add(pictures)
        let index = try #require(try builder.finish(revision: 1))
        func rows(_ latitude: Int32, _ longitude: Int32, _ metres: Double) throws -> [Int64] {
            var query = IndexQuery()
            query.near = .init(
                place: Place(latitude: latitude, longitude: longitude), metres: metres)
            query.order = .name
            return try index.rows(query)
        }
        // 0.08° of latitude are 8.9 km, 0.1° of longitude at 48° north 7.4 km.
        #expect(try rows(480_000_000, 160_000_000, 100) == [1])
        #expect(try rows(480_000_000, 160_000_000, 7_300) == [1])
        #expect(try rows(480_000_000, 160_000_000, 7_600) == [1, 3])
        #expect(try rows(480_000_000, 160_000_000, 9_000) == [1, 2, 3])
        #expect(try rows(-170_000_000, -1_799_999_000, 1_000) == [4])
        #expect(try rows(900_000_000, 0, 1e9).count == 4)
    }

    @Test(
        "names of people and places are found in any case, with and without accents, composed or not",
        arguments: [
            ("José Núñez", "jose nunez"), ("Jose\u{301}", "JOSÉ"), ("ÅSE", "ase"), ("Ase", "åse"),
            ("Łódź", "łodz"), ("Ελένη", "ελενη"), ("Мария", "мария"), ("が", "か\u{3099}"),
            ("か\u{3099}くせい", "がくせい"), ("각", "\u{1100}\u{1161}\u{11A8}"), ("O'Brien", "o'brien"),
            ("Anne-Marie", "anne marie"), ("004711", "004711"), ("IMG_1234.jpg", "img_1234"),
        ])
    func spellings(written: String, typed: String) throws {
        let builder = try IndexBuilder.inMemory()
        var picture = Sample.picture(1)
        picture.subjects = [written]
        picture.paths = [[]]
        var named = Sample.picture(2)
        named.paths = [Array(written.utf8)]
        try builder.add([picture, named, Sample.picture(3)])
        let index = try #require(try builder.finish(revision: 1))
        #expect(try index.rows(typed) == [1, 2] || index.rows(typed) == [2, 1])
        #expect(try index.rows("subject:\"\(typed)\"") == [1])
        #expect(try index.rows("name:\"\(typed)\"") == [2])
        var query = IndexQuery()
        query.subjects = [written.decomposedStringWithCanonicalMapping]
        #expect(try index.rows(query) == [1])
    }

    @Test("words, beginnings, phrases, fields and what must not be")
    func language() throws {
        var pictures = Sample.pictures(5)
        let captions = ["long beach", "beach long", "beaches", "Rome, long ago", "nothing"]
        for (index, caption) in captions.enumerated() {
            pictures[index].caption = caption
            pictures[index].albums = index < 2 ? ["Long Beach 2024"] : []
            pictures[index].taken = CaptureTime(
                local: CalendarSpan.day(2020 + Int64(index), 2, 28), source: .exif)
        }
        let builder = try IndexBuilder.inMemory()
        try builder.add(pictures)
        let index = try #require(try builder.finish(revision: 1))
        for (text, rows) in [
            ("beach", [1, 2]), ("BEACH*", [1, 2, 3]), ("\"long beach\"", [1, 2]),
            ("caption:\"long beach\"", [1]), ("caption:long -caption:beach", [4]),
            ("long - beach", [1, 2]), ("-long", [3, 5]), ("-\"long beach\" long", [4]),
            ("album:2024 caption:\"beach long\"", [2]), ("taken:2021", [2]),
            ("taken:2022-02-28", [3]), ("-taken:2020 beach", [2]), ("type:mp4", [5]),
            ("-type:video", [1, 2, 3, 4]), ("type:image/jpeg rome", [4]), ("type:jpg rome", [4]),
            ("bea", []), ("caption:be* long", [1, 2]), ("rome,", [4]), ("", [1, 2, 3, 4, 5]),
        ] as [(String, [Int64])] {
            #expect(try index.rows(text) == rows, "\(text)")
        }
    }

    @Test("whatever is typed, the database never complains")
    func hostile() throws {
        let index = try index(30)
        var lines = [
            "\"", "a\"b", "AND", "OR NOT NEAR(a b)", "NEAR", "a AND", "(", "a:b:c", "^a", "a + b",
            "{name}: a",
            "'; DROP TABLE picture; --", "%", "_", "*", "a*b*", "\u{0}a\u{0}", "-", "--a", "-\"\"",
            "\"\"",
            "name:", "name:\"\"", "name:*", "taken:2024-13", "🏖",
            String(repeating: "a ", count: 63),
            String(repeating: "\"a\" ", count: 64), "name:name:x", "\u{202E}a", "a\u{301}",
            "\u{301}", "ﬁ", "ß",
        ]
        // Pieces of the language in any order; the same each time.
        var random = UInt64(11)
        let pieces = [
            "\"", "*", "-", ":", "a", "name", " ", "(", ")", "AND", "NOT", "^", "é", "\0", "{", "+",
        ]
        for _ in 0..<600 {
            var line = ""
            for _ in 0..<8 {
                random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                line += pieces[Int(random >> 33) % pieces.count]
            }
            lines.append(line)
        }
        var found = 0
        for line in lines {
            var query = IndexQuery()
            query.camera = line
            do {
                query.text = try SearchText(parsing: line)
                found += try index.count(query)
            } catch is SearchError {
                continue
            } catch {
                Issue.record("\(line): \(error)")
            }
        }
        #expect(found > 0)
    }
}
