// Measures the index: `index-bench FOLDER build|plain ROWS`, `index-bench FOLDER list|count|months|albums`,
// `index-bench FOLDER search TEXT`, `index-bench FOLDER apply|remove|verify`. Prints seconds inside the process;
// run it under `/usr/bin/time -v` for the whole process and its memory.

import Glibc
import VaultCrypto
import VaultFiles
import VaultFormat
import VaultIndex

func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

let arguments = CommandLine.arguments
guard arguments.count >= 3 else {
    print(
        "usage: index-bench FOLDER build|plain|list|count|months|albums|search|apply|remove|verify [ROWS|TEXT]"
    )
    exit(2)
}
let folder = try FilePath(arguments[1])
let key = IndexKey(Secret(count: 32) { $0.initializeMemory(as: UInt8.self, repeating: 1) })
let vault = VaultID(words: SIMD16(repeating: 1))
let start = now()

func opened() throws -> PictureIndex {
    guard case .ready(let index) = try PictureIndex.open(in: folder, key: key, vault: vault) else {
        print("there is no index: build it first")
        exit(1)
    }
    return index
}

func show(_ what: String, since: Double = start) {
    print("\(what): \(Double(Int((now() - since) * 10_000)) / 10) ms")
}

func batches(_ rows: Int, _ body: ([IndexedPicture]) throws -> Void) rethrows {
    var generated = Generated()
    var batch: [IndexedPicture] = []
    for row in 1...rows {
        batch.append(generated.picture(row))
        if batch.count == 1000 || row == rows {
            try body(batch)
            batch.removeAll(keepingCapacity: true)
        }
    }
}

switch arguments[2] {
case "generate":
    batches(Int(arguments[3])!) { _ in }
    show("generated")
case "build":
    let builder = try IndexBuilder(in: folder, key: key, vault: vault)
    try batches(Int(arguments[3])!) { try builder.add($0) }
    show("added")
    _ = try builder.finish(revision: 1)
case "plain":
    let plain = try PlainIndex(String(decoding: folder.bytes, as: UTF8.self) + "/plain.db")
    batches(Int(arguments[3])!) { for picture in $0 { plain.insert(picture) } }
    show("added")
    plain.finish()
case "list":
    var query = IndexQuery()
    query.limit = 50
    let index = try opened()
    show("opened")
    print("\(try index.find(query).count) hits")
case "search":
    var query = IndexQuery()
    query.limit = 50
    query.text = try SearchText(parsing: arguments[3])
    let index = try opened()
    show("opened")
    print("\(try index.find(query).count) hits shown")
    show("shown")
    print("\(try index.count(query)) hits in all")
case "album":
    var query = IndexQuery()
    query.limit = 50
    query.albums = [arguments[3]]
    print("\(try opened().find(query).count) hits")
case "count": print("\(try opened().count(IndexQuery())) pictures")
case "totals": print(try opened().totals())
case "months": print("\(try opened().months(IndexQuery()).count) months")
case "albums": print("\(try opened().labels(.album).count) albums")
case "hashes":
    var count = 0
    try opened().hashes { _, _, _ in count += 1 }
    print("\(count) hashes")
case "apply":
    var generated = Generated()
    try opened().apply(
        changes: (1...1000).map { generated.picture($0 + 1_000_000) }, revision: 2)
case "remove":
    try opened().apply(
        changes: [], removed: [try opened().find(IndexQuery(first: 1))[0].id], revision: 3)
case "verify": try opened().verify()
default: print("unknown: \(arguments[2])")
}
show(arguments[2])

extension IndexQuery {
    init(first count: Int) {
        self.init()
        limit = count
    }
}
