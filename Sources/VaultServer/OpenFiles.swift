internal import Glibc

/// The process's open files.
enum OpenFiles {
    /// Lets the process have as many open files as its many connections need, where that is allowed.
    static func allowMany() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = min(limit.rlim_max, 8_192)
        // Refused: then some connections are, which is no worse.
        _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    /// Why an address cannot be listened on.
    static func words(_ code: Int32) -> String {
        switch code {
        case EADDRINUSE: "another program listens there"
        case EACCES, EPERM: "permission denied; ports below 1024 are the system's"
        case EADDRNOTAVAIL: "this machine has no such address"
        default: String(cString: strerror(code))
        }
    }
}
