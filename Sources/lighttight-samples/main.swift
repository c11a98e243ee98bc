import Glibc

let usage = """
    Makes sample pictures, the same ones each time.

    lighttight-samples demo DIR [--large-bytes 200000000] [--seed 1]
    lighttight-samples camera DIR [--count 400] [--first 0] [--seed 1]
    lighttight-samples members DIR [--count 20000] [--first 1] [--seed 1]

    DIR may exist; a file in it is never overwritten.
    """

func run(_ arguments: [String]) throws(SampleError) {
    guard arguments.count >= 2 else { throw .usage("a set and a folder are needed") }
    var options: [String: Int] = [:]
    var rest = arguments.dropFirst(2)
    while let name = rest.popFirst() {
        guard ["--large-bytes", "--count", "--first", "--seed"].contains(name),
            let value = rest.popFirst().flatMap({ Int($0) }), value >= 0
        else { throw .usage("cannot use \"\(name)\" here") }
        options[name] = value
    }
    let root = try SampleFolder(Array(arguments[1].utf8))
    let seed = UInt64(options["--seed"] ?? 1)
    switch arguments[0] {
    case "demo":
        var demo = DemoSet(in: root, seed: seed)
        try demo.write(largeByteCount: options["--large-bytes"] ?? 200_000_000)
    case "camera":
        try ManyPictures(in: root, seed: seed)
            .writeCamera(first: options["--first"] ?? 0, count: options["--count"] ?? 400)
    case "members":
        try ManyPictures(in: root, seed: seed)
            .writeMembers(first: options["--first"] ?? 1, count: options["--count"] ?? 20_000)
    default:
        throw .usage("no set is called \"\(arguments[0])\"")
    }
}

/// One line on standard error.
func say(_ text: String) {
    var bytes = Array((text + "\n").utf8)
    write(2, &bytes, bytes.count)
}

do throws(SampleError) {
    try run(Array(CommandLine.arguments.dropFirst()))
} catch .usage(let reason) {
    say("\(reason)\n\n\(usage)")
    exit(2)
} catch .system(let call, let number) {
    say("\(call): \(String(cString: strerror(number)))")
    exit(1)
}
