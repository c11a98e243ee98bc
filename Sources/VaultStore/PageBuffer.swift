/// Memory that begins on a page, kept for the life of a writer or reader. Its content is undefined
/// at first, and not wiped at the end: it holds pictures and ciphertext, never keys.
package final class PageBuffer {
    package let bytes: UnsafeMutableRawBufferPointer

    package init(byteCount: Int) {
        bytes = .allocate(byteCount: byteCount, alignment: 4096)
    }

    deinit { bytes.deallocate() }

    package var count: Int { bytes.count }

    package subscript(range: Range<Int>) -> UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(rebasing: bytes[range])
    }
}
