/// One name in a folder, as bytes: whatever Linux allows, valid UTF-8 or not.
/// Never empty, ".", "..", and without slash or NUL, so that it cannot lead to another folder.
package struct FileName: Hashable, Sendable, Comparable {
    package let bytes: [UInt8]

    /// Throws `.invalidName`. The length is not judged: the file system has its own limit.
    package init(bytes: [UInt8]) throws(FileError) {
        if bytes.isEmpty || bytes == [0x2E] || bytes == [0x2E, 0x2E]
            || bytes.contains(where: { $0 == 0 || $0 == 0x2F })
        {
            throw .invalidName
        }
        self.bytes = bytes
    }

    package init(_ text: String) throws(FileError) {
        try self.init(bytes: Array(text.utf8))
    }

    /// For names that a folder listing or another `FileName` has vouched for.
    init(trusted bytes: [UInt8]) { self.bytes = bytes }

    /// By bytes, not by any language's alphabet.
    package static func < (left: Self, right: Self) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }

    /// The name for a terminal or a log: nothing in it can move the cursor.
    package var printable: String { Printable.text(bytes) }

    func withCString<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
        bytes.withCString(body)
    }
}

extension FileName: ExpressibleByStringLiteral {
    /// A name written in the source.
    package init(stringLiteral text: StaticString) {
        do {
            try self.init(bytes: Array(text.description.utf8))
        } catch {
            preconditionFailure("a file name in the source is not one name")
        }
    }
}

extension FileName {
    /// What the names of our temporary files begin with, so that what a crash leaves can be told.
    package static let temporaryPrefix = Array(".lighttight-tmp-".utf8)

    package var isTemporary: Bool { bytes.starts(with: Self.temporaryPrefix) }
}

extension [UInt8] {
    /// Lends the bytes with a NUL behind them. They must not hold one.
    func withCString<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: count + 1) { buffer in
            withUnsafeBytes { UnsafeMutableRawBufferPointer(buffer).copyMemory(from: $0) }
            buffer[count] = 0
            return body(UnsafePointer(buffer.baseAddress!))
        }
    }
}
