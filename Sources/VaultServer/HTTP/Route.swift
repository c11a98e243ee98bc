internal import NIOHTTP1
internal import VaultFormat

/// What a request asks for. Spec 11 §8.
enum Route: Equatable {
    enum Post: String {
        case look, view, done
    }

    case page
    case file(String)
    case health
    case post(Post, ShareID)
    case object(ShareID, number: Int)
    /// The page of a request.
    case collect
    case ask(RequestID)
    case deposit(RequestID, DepositID)

    /// Why a request line is none of the table's.
    enum Refusal: Error, Equatable {
        /// Nothing is there; so it answers as a share that is gone does.
        case nothing
        case method(allowed: String)
    }

    /// Nothing is decoded: an address is spelled as the specification spells it, or there is nothing.
    init(_ method: HTTPMethod, _ target: String) throws(Refusal) {
        let isReading = method == .GET || method == .HEAD
        // Messengers put words of their own behind links; to the page, and to nothing else, they are nothing.
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let words = parts[0].split(separator: "/", omittingEmptySubsequences: false)
        guard words.count >= 2, words[0].isEmpty else { throw .nothing }
        switch (words[1], words.count) {
        case ("health", 2) where parts.count == 1:
            guard isReading else { throw .method(allowed: "GET, HEAD") }
            self = .health
        case ("page", 3) where parts.count == 1:
            guard isReading else { throw .method(allowed: "GET, HEAD") }
            self = .file(String(words[2]))
        case ("s", 3):
            _ = try Self.share(words[2])
            guard isReading else { throw .method(allowed: "GET, HEAD") }
            self = .page
        case ("s", 4) where parts.count == 1:
            let share = try Self.share(words[2])
            if let post = Post(rawValue: String(words[3])) {
                guard method == .POST else { throw .method(allowed: "POST") }
                self = .post(post, share)
            } else {
                let number = try Self.number(words[3])
                guard method == .GET else { throw .method(allowed: "GET") }
                self = .object(share, number: number)
            }
        case ("r", 3):
            _ = try Self.request(words[2])
            guard isReading else { throw .method(allowed: "GET, HEAD") }
            self = .collect
        case ("r", 4) where parts.count == 1:
            let request = try Self.request(words[2])
            if words[3] == "look" {
                guard method == .POST else { throw .method(allowed: "POST") }
                self = .ask(request)
            } else {
                let deposit = try Self.deposit(words[3])
                guard method == .PUT else { throw .method(allowed: "PUT") }
                self = .deposit(request, deposit)
            }
        default: throw .nothing
        }
    }

    private static func request(_ text: Substring) throws(Refusal) -> RequestID {
        RequestID(words: try share(text).words)
    }

    private static func deposit(_ text: Substring) throws(Refusal) -> DepositID {
        do {
            return try DepositID(hex: String(text))
        } catch {
            throw .nothing
        }
    }

    private static func share(_ text: Substring) throws(Refusal) -> ShareID {
        guard text.utf8.count == 22 else { throw .nothing }
        do {
            return try ShareID(bytes: Base64URL.decode(String(text)))
        } catch {
            throw .nothing
        }
    }

    /// 0 to 1,000, without leading zeros or signs.
    private static func number(_ text: Substring) throws(Refusal) -> Int {
        guard text.utf8.count <= 4, let number = Int(text), String(number) == text,
            (0..<ShareOffer.objectCounts.upperBound).contains(number)
        else { throw .nothing }
        return number
    }
}
