"""Small pictures to send about, made here, and what becomes of their pixels."""

import struct, zlib  # noqa: E401


def png(width, height, pixel, level=1):
    """A PNG; `pixel(x, y)` gives red, green, blue."""
    rows = b"".join(b"\0" + bytes(part for x in range(width) for part in pixel(x, y))
                    for y in range(height))

    def chunk(kind, data):
        return (struct.pack(">I", len(data)) + kind + data
                + struct.pack(">I", zlib.crc32(kind + data)))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows, level))
            + chunk(b"IEND", b""))


def pattern(seed, width=48, height=36):
    """A PNG that looks like no other of its size in bytes, and its pixels: red, green, blue, 255."""
    def pixel(x, y):
        return ((x * 5 + seed * 37) % 256, (y * 7 + seed * 91) % 256, (x ^ y ^ seed) % 256)
    pixels = [part for y in range(height) for x in range(width) for part in (*pixel(x, y), 255)]
    return png(width, height, pixel, 0), pixels


def large(byte_count):
    """A PNG of at least so many bytes that shows 48 × 36 pixels: a chunk nobody reads."""
    data, pixels = pattern(9)
    filler = bytes((i * 7919 >> 3) & 255 for i in range(4096)) * (byte_count // 4096 + 1)
    text = (struct.pack(">I", len(filler)) + b"zzZz" + filler
            + struct.pack(">I", zlib.crc32(b"zzZz" + filler)))
    return data[:33] + text + data[33:], pixels


def view(seed, width, height):
    """A quiet landscape, to look at by eye."""
    hills = [(.62, 60, .06), (.72, 37, .05), (.84, 83, .04)]

    def pixel(x, y):
        import math
        up, tone = y / height, 0
        for at, (level, wave, tall) in enumerate(hills):
            if up > level + tall * math.sin((x + seed * 131) / width * 360 / wave):
                tone = at + 1
        red, green, blue = [(255 - 60 * up, 205 - 25 * up + seed * 5 % 40, 165 + 70 * up),
                            (124, 146, 150), (82, 112, 116), (43, 69, 74)][tone]
        return int(red) & 255, int(green) & 255, int(blue) & 255
    return png(width, height, pixel)
