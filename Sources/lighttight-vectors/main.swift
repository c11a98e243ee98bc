// Writes Tests/Vectors: `lighttight-vectors FOLDER`. The same bytes on every run and machine.

import FoundationEssentials
import Glibc

guard CommandLine.arguments.count == 2 else {
    print("usage: lighttight-vectors FOLDER")
    exit(2)
}
let folder = CommandLine.arguments[1]
let scene = try Scene()
let vectors =
    try FormatVectors.all() + CodeVectors.all() + HeaderVectors(scene: scene).all()
    + SlotVectors(scene: scene).all()
    + OpenVectors(scene: scene).all() + KeyVectors(scene: scene).all()
    + SealedVectors(scene: scene).all() + ObjectVectors(scene: scene).all()
    + IndexVectors(scene: scene).all() + AuditVectors.all()
    + DepositVectors(scene: scene).all() + RequestVectors(scene: scene).all()

let files = FileManager.default
for (group, members) in Dictionary(grouping: vectors, by: \.group) {
    precondition(Set(members.map(\.name)).count == members.count, "two of \(group) share a name")
    let place = "\(folder)/\(group)"
    try files.createDirectory(atPath: place, withIntermediateDirectories: true)
    // A scenario that is no longer written must not stay behind.
    for file in try files.contentsOfDirectory(atPath: place) where file.hasSuffix(".json") {
        try files.removeItem(atPath: "\(place)/\(file)")
    }
    for vector in members {
        try vector.json.write(
            toFile: "\(place)/\(vector.name).json", atomically: false, encoding: .utf8)
    }
}
try LinkVectors().text().write(toFile: "\(folder)/links.json", atomically: false, encoding: .utf8)
print("\(vectors.count) vectors in \(folder)")
