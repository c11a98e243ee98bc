import Glibc
import VaultFormat
import VaultKit

/// A page to print and put into a safe: the recovery code, its QR code, and how to use it in plain
/// words. It stands alone: no script, and nothing from elsewhere.
enum RecoverySheet {
    /// Longer than any code of ours; the page has room for so much.
    private static let longestCode = 128

    /// Writes the whole page.
    /// - Parameters:
    ///   - code: as it is shown, in groups divided by hyphens. It is written from memory that is wiped.
    ///   - label: what the vault calls this way in.
    ///   - time: when the code was made, in seconds since 1970.
    ///   - descriptor: a file for its owner only, which is the caller's to sync and close.
    static func write(
        code: RawSpan, vault: VaultID, label: String, time: Int64, to descriptor: Int32
    ) throws(VaultError) {
        precondition(code.byteCount <= longestCode, "a recovery code is short")
        let qr = try QRCode(code)
        let drawing = qr.svg(title: "The recovery code as a QR code")
        let facts = self.facts(vault, label, time)
        let page = WipedBytes(capacity: 1 << 14 + drawing.count + facts.utf8.count)
        page.append(Self.beginning)
        append(groupsOf: code, to: page)
        page.append("</p>\n<div class=\"qr\">")
        for index in 0..<drawing.count { page.append(drawing[index]) }
        page.append("</div>\n</section>\n")
        page.append(facts)
        page.append(Self.end)
        if let code = page.write(to: descriptor) {
            throw VaultError(
                code == ENOSPC || code == EDQUOT ? .full : .failed,
                "the recovery sheet cannot be written: " + String(cString: strerror(code)))
        }
    }

    private static func append(groupsOf code: RawSpan, to page: WipedBytes) {
        let hyphen = UInt8(ascii: "-")
        page.append("<span>")
        for index in code.byteOffsets {
            let byte = code.unsafeLoad(fromByteOffset: index, as: UInt8.self)
            if byte == hyphen {
                page.append("<i>-</i></span> <span>")
            } else {
                page.append(byte)
            }
        }
        page.append("</span>")
    }

    private static func facts(_ vault: VaultID, _ label: String, _ time: Int64) -> String {
        """
        <dl>
        <div><dt>Vault</dt><dd class="mono">\(vault.hex)</dd></div>
        <div><dt>Called</dt><dd><bdi>\(HTMLText.escaped(label))</bdi></dd></div>
        <div><dt>Made on</dt><dd>\(Wording.local(time).prefix(10))</dd></div>
        </dl>

        """
    }
}
