import CFetch

/// Why a request had no answer.
package enum FetchError: Error, Hashable, Sendable {
    /// libcurl, which speaks HTTP and TLS, is not on this machine.
    case noLibrary
    case outOfMemory
    /// The server cannot be reached, or the connection broke.
    case connection
    /// The server's certificate is not one to be trusted.
    case certificate
    case timeout
    /// The answer is longer than any right one.
    case tooLong
    /// The file of certificates cannot be used.
    case caFile

    init(_ result: Int32) {
        self =
            switch UInt32(bitPattern: result) {
            case lt_fetch_no_library.rawValue: .noLibrary
            case lt_fetch_certificate.rawValue: .certificate
            case lt_fetch_timeout.rawValue: .timeout
            case lt_fetch_too_long.rawValue: .tooLong
            case lt_fetch_ca_file.rawValue: .caFile
            case lt_fetch_connection.rawValue: .connection
            default: .outOfMemory
            }
    }
}

/// Asks one server after the other over HTTP and HTTPS, the one door to the network outwards. It follows
/// no redirect, keeps no cookie, and bounds every answer in size and time. Of one thread.
package final class Fetcher {
    package struct Answer: Sendable {
        package let status: Int
        package let body: [UInt8]
    }

    private let fetch: OpaquePointer

    /// - Parameter caFile: path of a file of certificates to trust instead of the system's, without NUL.
    package init(caFile: [UInt8]?) throws(FetchError) {
        var result: Int32 = 0
        let made: OpaquePointer?
        if let caFile {
            let path = caFile.map { CChar(bitPattern: $0) } + [0]
            made = lt_fetch_new(path, &result)
        } else {
            made = lt_fetch_new(nil, &result)
        }
        guard let made else { throw FetchError(result) }
        fetch = made
    }

    deinit { lt_fetch_free(fetch) }

    /// One request: a POST of JSON when there is a body, else a GET.
    ///
    /// - Parameters:
    ///   - header: one more header line.
    ///   - range: the bytes of the body that are wanted.
    ///   - limit: the answer's body may have so many bytes.
    ///   - seconds: all of it may take so long.
    package func ask(
        _ url: String, json: [UInt8]? = nil, header: String? = nil, range: Range<Int64>? = nil,
        limit: Int, seconds: Int
    ) throws(FetchError) -> Answer {
        let range = range.map { "\($0.lowerBound)-\($0.upperBound - 1)" }
        var (length, status, result) = (0, 0, Int32(0))
        let body = [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
            result = lt_fetch_run(
                fetch, url, json, json?.count ?? 0, header, range, seconds * 1_000,
                buffer.baseAddress!, limit, &length, &status)
            count = length
        }
        guard result == 0 else { throw FetchError(result) }
        return Answer(status: status, body: body)
    }
}
