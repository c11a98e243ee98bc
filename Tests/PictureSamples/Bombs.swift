/// Files that want to cost more than they are worth.
package enum Bombs {
    /// A program for `python3 -c`, which takes a folder and writes bombs into it: `shown-` still have a picture,
    /// `other-` are none.
    package static let maker = #"""
        import struct, sys, zlib, gzip, io, zipfile
        def chunk(n, d): return struct.pack(">I", len(d)) + n + d + struct.pack(">I", zlib.crc32(n + d))
        def png(w, h, extra=b"", raw=None, depth=8, colour=0, mark=b""):
            raw = raw if raw is not None else (b"\0" + b"\x55" * w) * h
            return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", w, h, depth, colour, 0, 0, 0))
                + extra + chunk(b"IDAT", zlib.compress(raw, 9)) + chunk(b"IEND", b""))
        def put(n, d): open(sys.argv[1] + "/" + n, "wb").write(d)
        zeros = zlib.compress(bytes(200 << 20), 9)
        put("shown-large.png", png(16000, 8000, raw=bytes(8000 * 2001), depth=1))
        put("profile.png", png(50, 50, chunk(b"iCCP", b"x\0\0" + zeros)))
        put("shown-text.png", png(50, 50, chunk(b"zTXt", b"Comment\0\0" + zeros[:60000])))
        put("shown-xmp.png", png(50, 50, chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + zeros)))
        put("more-than-said.png", png(50, 50, raw=bytes(100 << 20)))
        put("frames.png", png(50, 50, chunk(b"acTL", struct.pack(">II", 2**31 - 1, 0))))
        put("shown-chunks.png", png(50, 50, chunk(b"teSt", b"") * 30000))
        frame = b"\x21\xf9\4\0\0\0\0\0" + b"\x2c" + struct.pack("<HHHHB", 0, 0, 60000, 60000, 0) + b"\2\1\x44\0"
        put("frames.gif", b"GIF89a" + struct.pack("<HHBBB", 60000, 60000, 0, 0, 0) + frame * 5000 + b";")
        small = b"\x21\xf9\4\0\0\0\0\0" + b"\x2c" + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\2\2\x44\1\0"
        put("many.gif", b"GIF89a" + struct.pack("<HHBBB", 1, 1, 0x80, 0, 0) + bytes(6) + small * 100000 + b";")
        put("other-gzip.png", gzip.compress(bytes(50 << 20)))
        box = io.BytesIO(); z = zipfile.ZipFile(box, "w", zipfile.ZIP_DEFLATED); z.writestr("a.jpg", bytes(50 << 20)); z.close()
        put("other-zip.jpg", box.getvalue())
        put("other-svg.png", b"<svg xmlns='http://www.w3.org/2000/svg'><image href='file:///etc/passwd'/></svg>")
        put("other-html.jpg", b"<!DOCTYPE html><script>1</script>")
        put("other-xml.jpg", b"<?xml version='1.0'?><!DOCTYPE svg><svg/>")
        put("other-pdf.jpg", b"%PDF-1.7\n1 0 obj")
        put("other-mvg.jpg", b"push graphic-context\nimage over 0,0 0,0 '/etc/passwd'\npop graphic-context")
        put("other-matrix.jpg", b"2 2\n1 2\n3 4\n")
        """#
}
