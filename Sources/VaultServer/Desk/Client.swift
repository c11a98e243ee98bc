/// Who asks, as coarsely as it is told to the vault. Spec 11 §9.
struct Client: Hashable, Sendable {
    /// Family of the browser.
    var browser: String
    /// Network of the address: /24 or /48.
    var network: String

    /// Families by what their browsers alone say of themselves; the first that fits is it.
    private static let families: [(mark: String, family: String)] = [
        ("lighttight", "lighttight"), ("Edg", "Edge"), ("OPR/", "Opera"),
        ("SamsungBrowser", "Samsung Internet"), ("Firefox/", "Firefox"), ("FxiOS", "Firefox"),
        ("CriOS", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
    ]

    static func browser(_ userAgent: String?) -> String {
        guard let userAgent else { return "other" }
        let text = Array(userAgent.utf8.prefix(512))
        let known = families.first { text.holds(Array($0.mark.utf8)) }
        return known?.family ?? "other"
    }
}

extension [UInt8] {
    fileprivate func holds(_ word: [UInt8]) -> Bool {
        guard count >= word.count else { return false }
        return (0...count - word.count).contains { self[$0..<$0 + word.count].elementsEqual(word) }
    }
}
