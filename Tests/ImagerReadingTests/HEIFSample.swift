import PictureSamples

/// The boxes of a HEIF picture: one item with a turn, Exif in the file and XMP in the box of facts.
enum HEIFSample {
    static let file: [UInt8] = {
        let exif = big(0, 4) + FactTests.exif(orientation: 3).encoded
        let xmp = Array("<a xmp:Rating='2'/>".utf8)
        let items =
            fullBox("infe", version: 2, big(1, 2) + big(0, 2) + Array("hvc1".utf8) + [0])
            + fullBox("infe", version: 2, big(2, 2) + big(0, 2) + Array("Exif".utf8) + [0])
            + fullBox(
                "infe", version: 2,
                big(3, 2) + big(0, 2) + Array("mime\0application/rdf+xml\0".utf8))
        func meta(_ exifAt: Int) -> [UInt8] {
            fullBox(
                "meta",
                fullBox("hdlr", big(0, 4) + Array("pict".utf8) + big(0, 13))
                    + fullBox("pitm", big(1, 2)) + fullBox("iinf", big(3, 2) + items)
                    + box(
                        "iprp",
                        box(
                            "ipco",
                            fullBox("ispe", big(4032, 4) + big(3024, 4)) + box("irot", [3]))
                            + fullBox("ipma", big(1, 4) + big(1, 2) + [2, 0x81, 0x82]))
                    + box("idat", xmp)
                    + fullBox(
                        "iloc", version: 1,
                        [0x44, 0x00] + big(2, 2) + big(2, 2) + big(0, 2) + big(0, 2) + big(1, 2)
                            + big(exifAt, 4) + big(exif.count, 4) + big(3, 2) + big(1, 2)
                            + big(0, 2) + big(1, 2) + big(0, 4) + big(xmp.count, 4)))
        }
        let start = box("ftyp", Array("heic".utf8) + big(0, 4))
        return start + meta(start.count + meta(0).count + 8) + box("mdat", exif)
    }()
}
