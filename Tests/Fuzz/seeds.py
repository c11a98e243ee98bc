#!/usr/bin/env python3
"""Makes the first seeds of the fuzzers of Tests/Vectors: the inputs of its scenarios, good and bad, as the
parsers see them. Writes into Tests/Fuzz/seeds what is not there yet; the fuzzers add to it."""

import hashlib, json, os, sys  # noqa: E401

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(HERE, "../../Docs/Spec/independent"))
import lighttight_reader as reader  # noqa: E402

VECTORS = os.path.join(HERE, "../Vectors")
GREATEST = 4096


def put(parser, data):
    folder = os.path.join(HERE, "seeds", parser)
    os.makedirs(folder, exist_ok=True)
    if len(data) <= GREATEST:
        # As libFuzzer names them.
        with open(os.path.join(folder, hashlib.sha1(data).hexdigest()), "wb") as file:
            file.write(data)


def opened(group, given):
    """The plaintext of a sealed value; none where it is not to be opened."""
    take = lambda name: bytes.fromhex(given[name])  # noqa: E731
    rest = {
        "content": lambda: [reader.u64(given["sequence"])],
        "detail": lambda: [take("record")],
        "record": lambda: [take("record"), reader.u32(given["version"])],
        "occurrence": lambda: [take("record"), reader.u32(given["number"]),
                               reader.u32(given["version"])],
    }[group]()
    purpose = b"entry" if group == "content" else group.encode()
    key = take("key")
    if group in ("record", "occurrence"):
        key = reader.subkey(key, b"lt.value")
    try:
        return reader.open_box(key, reader.associated(purpose, take("vault"), *rest), take("sealed"), "")
    except reader.Refused:
        return None


def slots(header):
    try:
        # One header has more slots than may be, all alike.
        for slot in json.loads(header)["slots"][:4]:
            yield json.dumps(slot, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    except (ValueError, KeyError, TypeError, RecursionError):
        return


ASKED = {"sample": bytes([8, 6, 2, 1, 4, 5, 0, 0, 0]), "record": bytes([9, 6, 2, 0, 4, 2, 0, 1, 5, 4]),
         "occurrence": bytes([12, 6, 2, 2, 1, 4, 4, 5, 0, 0, 0, 1, 1]), "private": bytes([4, 6, 2, 2, 2]),
         "owner": bytes([2, 6, 2])}

for group in sorted(os.listdir(VECTORS)):
    folder = os.path.join(VECTORS, group)
    for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else ():
        with open(os.path.join(folder, name), encoding="utf-8") as file:
            given = json.load(file)["inputs"]
        if group == "json-header":
            put("header", bytes.fromhex(given["header"]))
            for slot in slots(bytes.fromhex(given["header"])):
                put("slot", slot)
        elif group in ("leaf", "rows", "note", "session"):
            put(group, bytes.fromhex(given[group]))
            if group == "note":
                put("checkpoint", bytes.fromhex(given["note"]).partition(b"\n\n")[0] + b"\n")
        elif group in ("recovery-code", "key-file"):
            put(group, given["code"].encode())
        elif group == "cbor":
            put("cbor", ASKED[given["schema"]] + bytes.fromhex(given["bytes"]))
        elif group in ("content", "detail", "record", "occurrence"):
            if plain := opened(group, given):
                put(group, plain)

vault = "000102030405060708090a0b0c0d0e0f"
root = "A" * 43
for size in (0, 1, (1 << 53) - 1, 1 << 53):
    put("memory", (f'{{"format":"lighttight/1 memory","generation":{size},"root":"{root}",'
                   f'"size":{size},"vault":"{vault}"}}').encode())
put("sidecar", b'{\n  "bytes" : 1,\n  "format" : "lighttight-sidecar/1",\n  "id" : "' + vault.encode()
    + b'",\n  "imported" : 0,\n  "modified" : -1,\n  "path" : "a/b.jpg",\n  "pathBytes" : "YS9iLmpwZw",\n'
    + b'  "sha256" : "' + b"0" * 64 + b'",\n  "tags" : [\n    "sea"\n  ],\n  "type" : "image/jpeg"\n}\n')
put("takeout", b'{"title":"a","description":"b","photoTakenTime":{"timestamp":"1600000000"},"geoData":'
    b'{"latitude":47.5,"longitude":-13.6,"altitude":508.2},"people":[{"name":"Ada"}]}')
put("xmp", b"<x><rdf:Description xmp:Rating='4' exif:GPSLatitude='47,31.8N' exif:GPSLongitude='13,39,0W' "
    b"exif:DateTimeOriginal='2020-09-13T12:26:40.5+02:00'><dc:subject><rdf:Bag><rdf:li>a &amp; &#x42;</rdf:li>"
    b"</rdf:Bag></dc:subject><dc:description><rdf:Alt><rdf:li>b</rdf:li></rdf:Alt></dc:description>"
    b"</rdf:Description></x>")
for first, texts in ((0, ("", "AA==", "AAA=", "-_==", "AB==", "+/+/")), (1, ("AA", "AAA", "-_-_", "AB")),
                     (2, ("00ff", "0", "AA"))):
    for text in texts:
        put("base64", bytes([first]) + text.encode())
for start in (b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"RIFF\0\0\0\0WEBP", b"II*\0\0\0\0\0CR",
              b"MM\0*", b"IIU\0", b"IIRO", b"FUJIFILMCCD-RAW", b"BM\0\0\0\0\0\0\0\0", b"\xff\x0a",
              b"\0\0\0\x0cJXL \r\n\x87\n", b"8BPS", b"%PDF-", b"\x1aE\xdf\xa3", b"PK\x03\x04", b"<svg",
              b"\0\0\0\x18ftypheic", b"\0\0\0\x18ftypavif", b"\0\0\0\x18ftypqt  ", b"ftyp"):
    put("media-type", start)
