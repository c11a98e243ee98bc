import VaultFormat

/// A part of a statement with the values for its places.
struct Fragment: Hashable, Sendable {
    var sql: String
    var values: [Bound]

    init(_ sql: String, _ values: Bound...) {
        self.sql = sql
        self.values = values
    }

    init(_ sql: String, _ values: [Bound]) {
        self.sql = sql
        self.values = values
    }
}

/// The conditions of a query as SQL.
struct QueryText {
    /// What the words must match; a query of FTS5's.
    var match: String?
    /// What they must not match.
    var mismatch: String?
    var labels: [(kind: LabelKind, key: String)] = []
    /// Conditions on `moment` and `bin`, which several tables and indexes hold: `$` stands for the one chosen.
    var simple: [Fragment] = []
    /// Conditions on other columns of `picture`.
    var others: [Fragment] = []

    init(_ query: IndexQuery) {
        var wanted: [String] = []
        var unwanted: [String] = []
        for term in query.text?.terms ?? [] {
            if let fts = term.fts {
                if term.isNegated { unwanted.append(fts) } else { wanted.append(fts) }
            } else {
                add(term)
            }
        }
        if let camera = query.camera {
            wanted += SearchText.words(camera).map { "{camera} : " + SearchText.quoted($0) }
        }
        if !wanted.isEmpty { match = wanted.joined(separator: " AND ") }
        if !unwanted.isEmpty { mismatch = unwanted.joined(separator: " OR ") }
        for (kind, names) in [
            (LabelKind.album, query.albums), (.tag, query.tags), (.subject, query.subjects),
        ] {
            labels += names.map { (kind, PlainText.composed($0)) }
        }
        switch query.bin {
        case .outside: simple.append(Fragment("$.bin = 0"))
        case .inside: simple.append(Fragment("$.bin = 1"))
        case .both: break
        }
        if let since = query.since { simple.append(Fragment("$.moment >= ?", .integer(since))) }
        if let until = query.until { simple.append(Fragment("$.moment < ?", .integer(until))) }
        if let looked = query.looked {
            // A number and no place for one, so that an index of those rows alone can serve.
            others.append(Fragment("looked = \(looked.rawValue)"))
        }
        if !query.types.isEmpty {
            let types = query.types.map { TypeName.condition($0) }
            others.append(
                Fragment(
                    "(" + types.map(\.sql).joined(separator: " OR ") + ")", types.flatMap(\.values))
            )
        }
        if !query.ids.isEmpty {
            let places = Array(repeating: "?", count: query.ids.count).joined(separator: ", ")
            others.append(Fragment("id IN (\(places))", query.ids.map { .bytes($0.bytes) }))
        }
        if let near = query.near { others += Self.near(near) }
    }

    private mutating func add(_ term: SearchText.Term) {
        let not = term.isNegated ? "NOT " : ""
        switch term.meaning {
        case .words: break
        case .type(let name):
            let condition = TypeName.condition(name)
            others.append(Fragment(not + condition.sql, condition.values))
        case .taken(let span):
            simple.append(
                Fragment(
                    not + "($.moment >= ? AND $.moment < ?)", .integer(span.lowerBound),
                    .integer(span.upperBound)))
        }
    }

    /// Exact enough within some hundred kilometres: the sphere is taken for flat.
    private static func near(_ near: IndexQuery.Nearness) -> [Fragment] {
        // 10⁻⁷ degrees to a metre along a meridian.
        let unit = 1e7 * 360 / 40_007_863
        let reach = min(max(near.metres, 0) * unit, 1.8e9)
        let latitude = Double(near.place.latitude)
        let longitude = Int64(near.place.longitude)
        let shrink = max(Cosine.of(degrees: latitude / 1e7), 1e-6)
        // Thousandths, so that whole numbers are precise enough and never too large for their squares.
        let scale = Int64(shrink * 1000)
        let across = "min(abs(longitude - ?), 3600000000 - abs(longitude - ?)) * ? / 1000"
        return [
            Fragment(
                "latitude BETWEEN ? AND ?", .integer(Int64(latitude - reach)),
                .integer(Int64(latitude + reach))),
            Fragment(
                "(latitude - ?) * (latitude - ?) + (\(across)) * (\(across)) <= ?",
                .integer(Int64(latitude)), .integer(Int64(latitude)), .integer(longitude),
                .integer(longitude), .integer(scale), .integer(longitude), .integer(longitude),
                .integer(scale), .integer(Int64(reach * reach))),
        ]
    }
}

/// No library for one number.
enum Cosine {
    /// To some six digits, for −90…90 degrees.
    static func of(degrees: Double) -> Double {
        let x = degrees * .pi / 180
        let square = x * x
        var term = 1.0
        var sum = 1.0
        for n in 1...8 {
            term *= -square / Double((2 * n - 1) * (2 * n))
            sum += term
        }
        return sum
    }
}

/// How people name media types.
enum TypeName {
    /// `image/jpeg`; or `image`, `video`; or `raw`; or the end of a type, such as `jpeg` or `cr2`.
    static func condition(_ name: String) -> Fragment {
        let name = name.lowercased()
        if name.contains("/") { return Fragment("type = ?", .text(name)) }
        switch name {
        case "image", "video", "application":
            return Fragment(
                "substr(type, 1, ?) = ?", .integer(Int64(name.utf8.count) + 1), .text(name + "/"))
        case "raw":
            return Fragment(
                "type IN (" + raw.map { "'\($0)'" }.joined(separator: ", ") + ")")
        default:
            let end = others[name] ?? name
            // "/jpeg" and "-cr2"; never a part of a word.
            return Fragment(
                "substr(type, ?) IN (?, ?)", .integer(-Int64(end.utf8.count) - 1), .text("/" + end),
                .text("-" + end))
        }
    }

    private static let others = [
        "jpg": "jpeg", "tif": "tiff", "mov": "quicktime", "svg": "svg+xml",
    ]
    private static let raw = [
        "image/x-canon-cr2", "image/x-canon-cr3", "image/x-panasonic-rw2", "image/x-olympus-orf",
        "image/x-fuji-raf",
    ]
}
