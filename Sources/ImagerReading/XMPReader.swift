import VaultFormat

/// Takes the facts of an XMP packet that lies in a picture.
enum XMPReader {
    static func read(_ span: Span, into draft: inout Draft) throws(ReadingError) {
        guard span.byteCount <= UInt64(XMPPacket.longest) else { throw .tooMuch }
        let bytes = try span.bytes(at: 0, count: Int(span.byteCount))
        let packet: XMPPacket
        do throws(FormatError) {
            packet = try XMPPacket(parsing: bytes)
        } catch {
            throw .malformed
        }
        draft.facts.caption = packet.caption ?? draft.facts.caption
        if !packet.keywords.isEmpty { draft.facts.keywords = packet.keywords }
        draft.facts.rating = packet.rating ?? draft.facts.rating
        draft.xmpTime = packet.taken ?? draft.xmpTime
    }
}
