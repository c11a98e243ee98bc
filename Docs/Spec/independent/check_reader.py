#!/usr/bin/env python3
"""Checks lighttight_reader.py on vaults that are written here, byte by byte, from the pages.

    check_reader.py                                  writes vaults, honest and hostile, and reads them
    check_reader.py VAULT PASSPHRASE-FILE FOLDER     exports VAULT, which must give what FOLDER holds:
                                                     the same paths, bytes and times of modification
"""

import contextlib, hashlib, io, json, os, sqlite3, sys, tempfile  # noqa: E401

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_encrypt as seal_xchacha

sys.dont_write_bytecode = True  # leaves the folder as it is
import lighttight_reader as reader  # noqa: E402

VECTORS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../Tests/Vectors")


def run(*arguments):
    """Gives the reader's exit status and what it said."""
    said, before = io.StringIO(), sys.argv
    sys.argv = ["lighttight_reader.py", *map(os.fsdecode, arguments)]
    try:
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            return reader.main(), said.getvalue()
    finally:
        sys.argv = before


def files_below(folder):
    """Path (bytes) to (SHA-256, time of modification) of every file."""
    found, folder = {}, os.fsencode(folder)
    for place, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(place, name)
            with open(path, "rb") as file:
                digest = hashlib.sha256(file.read()).hexdigest()
            found[os.path.relpath(path, folder)] = digest, os.stat(path).st_mtime_ns
    return found


def compare(vault, passphrase_file, expected):
    with tempfile.TemporaryDirectory() as target:
        status, said = run("export", vault, target, "--passphrase-file", passphrase_file)
        wanted, found = files_below(expected), files_below(target)
    for path in sorted(wanted.keys() | found.keys()):
        if wanted.get(path) != found.get(path):
            print(f"{path!r}: expected {wanted.get(path)}, found {found.get(path)}")
    same = wanted == found and status == 0 and len(wanted) > 0
    print(f"{len(wanted)} files expected, {'all' if same else 'NOT all'} as they were")
    if not same:
        print(said)
    return 0 if same else 1


# ---- A vault by hand ---------------------------------------------------------------------------

def cbor(value):
    def head(major, number):
        for low, width in ((24, 1), (25, 2), (26, 4), (27, 8)):
            if number < 24:
                return bytes([major << 5 | number])
            if number < 1 << 8 * width:
                return bytes([major << 5 | low]) + number.to_bytes(width, "big")
    if isinstance(value, int):
        return head(0, value) if value >= 0 else head(1, -1 - value)
    if isinstance(value, bytes):
        return head(2, len(value)) + value
    if isinstance(value, str):
        return head(3, len(value.encode())) + value.encode()
    if isinstance(value, list):
        return head(4, len(value)) + b"".join(map(cbor, value))
    return head(5, len(value)) + b"".join(cbor(k) + cbor(value[k]) for k in sorted(value))


def box(key, about, plain):
    nonce = os.urandom(24)
    return nonce + seal_xchacha(plain, about, nonce, key)


def seal_object(key, context, plain):
    salt = os.urandom(24)
    made = reader.expand("sha512", key, b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0" + salt
                         + context, 76)
    out, base = salt + made[44:], int.from_bytes(made[32:44], "big")
    for index in range(len(plain) // reader.CHUNK + 1):
        piece = plain[index * reader.CHUNK:(index + 1) * reader.CHUNK]
        out += AESGCM(made[:32]).encrypt((base ^ index).to_bytes(12, "big"), piece, None)
    return out


def write_vault(folder, pictures, vector="recovery"):
    """`pictures`: lists of (content, [path], members to add to the record or its occurrences)."""
    with open(os.path.join(VECTORS, f"open/{vector}.json"), encoding="utf-8") as file:
        header = bytes.fromhex(json.load(file)["inputs"]["header"])
    with open(os.path.join(VECTORS, "subkey/wrap.json"), encoding="utf-8") as file:
        root = bytes.fromhex(json.load(file)["inputs"]["key"])
    vault = bytes.fromhex(json.loads(header)["vault"])
    wrap, tags = reader.subkey(root, b"lt.wrap."), reader.subkey(root, b"lt.dedup")
    desk = reader.subkey(root, b"lt.desk.")
    sealed, pack = [], b""
    for content, paths, more in pictures:
        record, key = os.urandom(16), os.urandom(32)
        sealed.append((record, key, content, paths, more, len(pack)))
        pack += seal_object(key, reader.associated(b"object", vault, record, b"\0"), content)
    thumbnails, places = b"", {}
    for record, key, _, _, more, _ in sealed:
        if "thumbnail" in more:
            places[record] = len(thumbnails)
            thumbnails += seal_object(
                key, reader.associated(b"object", vault, record, b"\1"), more["thumbnail"])
    thumbnails += os.urandom(reader.padme(len(thumbnails)) - len(thumbnails)) if thumbnails else b""
    pack += os.urandom(reader.padme(len(pack)) - len(pack))
    name, small = hashlib.sha256(pack).digest(), hashlib.sha256(thumbnails).digest()
    for one, content in ((name, pack),) + ((small, thumbnails),) * bool(thumbnails):
        os.makedirs(os.path.join(folder, "packs", one.hex()[:2]), exist_ok=True)
        with open(os.path.join(folder, "packs", one.hex()[:2], one.hex()), "wb") as file:
            file.write(content)
    database = sqlite3.connect(os.path.join(folder, "records.db"))
    for sql in (*reader.SCHEMA, f"PRAGMA application_id={0x4C544731}", "PRAGMA user_version=1"):
        database.execute(sql)
    put = lambda sql, *values: database.execute(  # noqa: E731
        f"INSERT INTO {sql} VALUES({','.join('?' * len(values))})", values)
    put("vault", 1, header, 1, 1), put("pack", name, len(pack), 1)
    if thumbnails:
        put("pack", small, len(thumbnails), 1)
    put("keyring", "index", 1, box(reader.subkey(root, b"lt.ring."), reader.associated(
        b"keyring", vault, reader.u32(1), b"index"), os.urandom(32)))
    for row, (record, key, content, paths, more, offset) in enumerate(sealed, 1):
        digest, value_key = hashlib.sha256(content).digest(), reader.subkey(key, b"lt.value")
        value = cbor({1: digest, 2: len(content), 3: "image/jpeg", 4: name, 5: offset, 6: 7,
                      **({7: more["tags"]} if "tags" in more else {}),
                      **({9: {1: 1, 3: {1: 1, 2: 4, 3: 3}, 6: small, 7: places[record],
                              8: len(more["thumbnail"]), 9: 4, 10: 3}} if record in places else {})})
        put("filekey", row, reader.duplicate_tag(tags, digest),
            box(wrap, reader.associated(b"file key", vault, record), key))
        put("record", row, record, 1, 1, box(value_key, reader.associated(
            b"record", vault, record, reader.u32(1)), value), 0, b"")
        for number, path in enumerate(paths, 1):
            about = reader.associated(b"occurrence", vault, record, reader.u32(number), reader.u32(1))
            put("occurrence", row, number, 1, box(value_key, about, cbor({
                1: b"/from", 2: path, 3: 10**18 + number,
                **({4: more["subject"]} if "subject" in more else {}),
                **({7: more["removed"]} if "removed" in more else {})})))
            subject = [None, None]
            if "subject" in more:
                known = more["subject"].encode()
                subject = [reader.subject_tag(desk, known), box(
                    reader.subject_key(desk, known),
                    reader.associated(b"desk", vault, record, reader.u32(number)), key)]
            put("finder", row, number, reader.place_tag(tags, b"/from", path), *subject)
    database.commit()
    database.close()
    with open(os.path.join(folder, "records.db"), "rb") as one, \
            open(os.path.join(folder, "records.bak"), "wb") as two:
        two.write(one.read())
    return os.path.join(folder, "packs", name.hex()[:2], name.hex())


def expect(condition, what, said=""):
    if not condition:
        sys.exit(f"check_reader: {what}\n{said}")


def check():
    names = [b"a.jpg", b"2024/\xff\xc3 odd\n.jpg", b"deep/er/b.jpg"]
    large = bytes(range(256)) * 200
    with open(os.path.join(VECTORS, "../../Docs/Spec/04-records.md"), encoding="utf-8") as page:
        expect("```sql\n" + "\n".join(reader.SCHEMA) + "\n```" in page.read(), "schema of 04 §2")
    with tempfile.TemporaryDirectory() as here:
        at = lambda *parts: os.path.join(here, *parts)  # noqa: E731
        with open(os.path.join(VECTORS, "recovery-code/groups.json"), encoding="utf-8") as file:
            code = json.load(file)["inputs"]["code"]
        with open(at("code"), "w", encoding="ascii") as file:
            file.write(code + "\n")
        with open(os.path.join(VECTORS, "key-file/groups.json"), encoding="utf-8") as file, \
                open(at("key file"), "w", encoding="ascii") as copy:
            copy.write(json.load(file)["inputs"]["code"])
        with open(at("passphrase"), "wb") as file:
            file.write(b"correct horse battery staple\n")
        by_code = ("--recovery-code-file", at("code"))

        pack = write_vault(at("honest"), [
            (b"", [names[0]], {}), (large, names[1:], {"subject": "4711"}), (b"binned", [b"bin.jpg"], {"removed": 8}),
            (b"another", [names[0]], {"tags": ["sea", "sun"], "thumbnail": b"\xff\xd8\xff small"})])
        for way in (by_code, ("--passphrase-file", at("passphrase"))):
            status, said = run("check", at("honest"), *way)
            expect(status == 0 and "4 pictures opened, 0 complaints" in said, "an honest vault", said)
        write_vault(at("kept"), [(b"", [names[0]], {})], vector="key-file")
        by_passphrase = ("--passphrase-file", at("passphrase"))
        status, said = run("check", at("kept"), *by_passphrase, "--key-file", at("key file"))
        expect(status == 0 and "1 pictures opened, 0 complaints" in said, "a key file", said)
        for more in ((), ("--key-file", at("code"))):
            status, said = run("check", at("kept"), *by_passphrase, *more)
            expect(status == 1 and "opened" not in said, "without the key file", said)
        status, said = run("export", at("honest"), at("out"), *by_code)
        found = files_below(at("out"))
        expect(status == 0 and len(found) == 4, "export of an honest vault", said)
        second = [path for path in found if path.startswith(b"a~") and path.endswith(b".jpg")]
        expect(len(second) == 1 and set(found) - set(second) == set(names), "names of an export")
        expect(found[names[2]] == (hashlib.sha256(large).hexdigest(), 10**18 + 2), "bytes and times")
        status, said = run("list", at("honest"), *by_code)
        expect(status == 0 and said.count("\n") == 5 and " bin " in said, "list", said)
        expect(compare(at("honest"), at("passphrase"), at("out")) == 0, "compare finds the same")
        os.utime(at("out", "a.jpg"), ns=(0, 0))
        with contextlib.redirect_stdout(io.StringIO()):
            expect(compare(at("honest"), at("passphrase"), at("out")) == 1, "compare sees a time")

        with open(at("honest/records.db"), "r+b") as file:  # 05 §4: the second copy, and say so
            file.truncate(5000)
        status, said = run("check", at("honest"), *by_code)
        expect(status == 1 and "records.db" in said and "4 pictures opened" in said, "records.bak",
               said)
        write_vault(at("other"), [(b"x", [b"x"], {"thumbnail": b"no JPEG"})])
        status, said = run("check", at("other"), *by_code)
        expect(status == 1 and "thumbnail" in said and "1 complaints" in said, "a thumbnail", said)
        with open(pack, "r+b") as file:  # one bit of the large picture
            file.seek(20000)
            byte = file.read(1)[0]
            file.seek(20000)
            file.write(bytes([byte ^ 1]))
        status, said = run("export", at("honest"), at("damaged"), *by_code)
        expect(status == 1 and set(files_below(at("damaged"))) == {names[0], *second},
               "nothing of a damaged picture stays", said)
        os.unlink(at("honest/records.bak"))
        status, said = run("list", at("honest"), *by_code)
        expect(status == 1 and "neither" in said, "both databases gone", said)

        hostile = [b"../x", b"/x", b"a/../../x", b"a//x", b"./x", b"", b"a/", b"x\0y", b"link/x"]
        write_vault(at("hostile"), [(bytes([n]), [path], {}) for n, path in enumerate(hostile)])
        os.makedirs(at("target")), os.makedirs(at("outside"))
        os.symlink(at("outside"), at("target/link"))
        status, said = run("export", at("hostile"), at("target"), *by_code)
        expect(status == 1 and f"{len(hostile)} complaints" in said, "hostile paths", said)
        expect(not files_below(at("target")) and not files_below(at("outside"))
               and not os.path.exists(at("x")), "a file left the target", said)

        spoilt = {  # 04 §1
            "a trigger": "CREATE TRIGGER t AFTER INSERT ON record BEGIN SELECT 1; END",
            "a view": "CREATE VIEW v AS SELECT 1", "an index": "CREATE INDEX i ON pack(bytes)",
            "a column": "ALTER TABLE pack ADD COLUMN more", "a table less": "DROP TABLE erased",
            "another application": "PRAGMA application_id=1", "a version": "PRAGMA user_version=2"}
        for number, (what, sql) in enumerate(spoilt.items()):
            write_vault(at(f"spoilt{number}"), [(b"", [b"x"], {})])
            for file in ("records.db", "records.bak"):
                database = sqlite3.connect(at(f"spoilt{number}", file))
                database.execute(sql)
                database.commit(), database.close()
            status, said = run("list", at(f"spoilt{number}"), *by_code)
            expect(status == 1 and said.count("(unknown)") == 2 and "neither" in said, what, said)
        meddled = {  # 04 §2 and §5, 02 §11: with the number of pictures that are complained of
            "a finder more": (1, "INSERT INTO finder VALUES(1, 9, 1, NULL, NULL)"),
            "a finder less": (1, "DELETE FROM finder WHERE row = 1"),
            "another place": (1, "UPDATE finder SET place = place + 1 WHERE row = 1"),
            "another subject": (1, "UPDATE finder SET subject = 1 WHERE row = 1"),
            "no subject": (1, "UPDATE finder SET subject = NULL, wrapped = NULL WHERE row = 1"),
            "a file key of another": (2, "UPDATE finder SET wrapped = (SELECT wrapped FROM finder"
                                         " WHERE row = 3 - finder.row)"),
            "another root key": (0, "UPDATE vault SET epoch = 2")}
        for number, (what, (count, sql)) in enumerate(meddled.items()):
            write_vault(at(f"meddled{number}"), [(bytes([n]), [b"x%d" % n], {"subject": "4711"})
                                                 for n in range(2)])
            database = sqlite3.connect(at(f"meddled{number}", "records.db"))
            database.execute(sql)
            database.commit(), database.close()
            status, said = run("check", at(f"meddled{number}"), *by_code)
            wanted = (f"2 pictures opened, {count} complaints" if count
                      else "number of the root key (authentication)")
            expect(status == 1 and wanted in said, what, said)
    print("check_reader: all as expected")
    return 0


if __name__ == "__main__":
    if len(sys.argv) not in (1, 4):
        sys.exit(__doc__)
    sys.exit(compare(*sys.argv[1:]) if len(sys.argv) == 4 else check())
