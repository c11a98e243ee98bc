/// Why bytes are not what the specification says. No case carries content, so it may be shown.
package enum FormatError: Error, Equatable, Sendable {
    /// The bytes end before the value does.
    case truncated
    /// A fixed-length value has another length.
    case wrongLength(expected: Int, actual: Int)
    /// Bytes follow the end of the value.
    case trailingBytes
    /// The value is readable, but is not in its one encoding.
    case notCanonical
    /// A member that must be there is missing, or has the wrong type.
    case unexpected(String)
    /// A number lies outside its documented range.
    case outOfRange(String)
    /// A format version, kind or role that this program does not know.
    case unknown(String)
    /// A typing error: the checksum of something typed by a person does not match.
    case checksum
}
