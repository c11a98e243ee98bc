/// What the imager was started with. Spec 10 §1.
struct Options {
    var memory: UInt64 = 1024 << 20
    var landlock = true
    var seccomp = true
    var unprotected = false
    var mark = false

    /// `nil` when an argument makes no sense.
    init?(_ arguments: some Sequence<String>) {
        var seen: Set<String> = []
        for argument in arguments {
            let name = argument.hasPrefix("--memory=") ? "--memory" : argument
            guard seen.insert(name).inserted else { return nil }
            switch argument {
            case "--without=landlock": landlock = false
            case "--without=seccomp": seccomp = false
            case "--unprotected": unprotected = true
            case "--mark": mark = true
            default:
                guard name == "--memory", let mebibytes = UInt64(argument.dropFirst(9)),
                    (512...65_536).contains(mebibytes)
                else { return nil }
                memory = mebibytes << 20
            }
        }
    }
}
