#!/usr/bin/env python3
"""Checks lighttight_log.py.

    check_log.py                       on the vectors, and on logs that are written here with keys at hand:
                                       honest ones, and ones that break a single rule
    check_log.py FOLDER OLDER PART     on a whole export that the program wrote, with an older checkpoint,
                                       and on a selection that was exported --against it: they must hold,
                                       and each of many copies that somebody meddled with be refused
"""

import base64, contextlib, io, json, os, shutil, sys, tempfile, types  # noqa: E401

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

sys.dont_write_bytecode = True  # leaves the folder as it is
import lighttight_log as log  # noqa: E402


def run(*arguments):
    """Gives the verifier's exit status and what it said."""
    said, before = io.StringIO(), sys.argv
    sys.argv = ["lighttight_log.py", *arguments]
    try:
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            return log.main(), said.getvalue()
    finally:
        sys.argv = before


WRONG = []
VECTORS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../Tests/Vectors")


def expect(wanted, what, *arguments, saying=""):
    status, said = run(*arguments)
    if status != wanted or saying not in said:
        WRONG.append(what)
        print(f"{what}: expected {wanted} and \"{saying}\", found {status} and:\n{said}")


def enc(data):
    return base64.b64encode(data).decode()


def public(key):
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def url(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


# ---- An export that the program wrote ----------------------------------------------------------

def read_lines(folder):
    with open(os.path.join(folder, "entries.jsonl"), "rb") as file:
        return file.read().splitlines(keepends=True)


def in_line(index, change):
    """Changes one entry's members; `change` gets and gives the line's value."""
    def apply(folder):
        lines = read_lines(folder)
        value = json.loads(lines[index])
        change(value)
        lines[index] = log.printed(value, ordered=False) + b"\n"
        write_lines(lines)(folder)
    return apply


def write_lines(lines):
    def apply(folder):
        made = lines(read_lines(folder)) if callable(lines) else lines
        with open(os.path.join(folder, "entries.jsonl"), "wb") as file:
            file.write(b"".join(made))
    return apply


def flip(name, place):
    """Flips the lowest bit of a member's byte, in place."""
    def change(value):
        data = bytearray(base64.b64decode(value[name]))
        data[place] ^= 1
        value[name] = enc(bytes(data))
    return change


def flip_proof(place):
    def change(value):
        data = bytearray(base64.b64decode(value["proof"][place]))
        data[5] ^= 1
        value["proof"][place] = enc(bytes(data))
    return change


def in_file(name, change):
    def apply(folder):
        with open(os.path.join(folder, name), "rb") as file:
            data = file.read()
        with open(os.path.join(folder, name), "wb") as file:
            file.write(change(data))
    return apply


def in_json(name, change):
    def apply(data):
        value = json.loads(data)
        change(value)
        return log.printed(value)
    return in_file(name, apply)


def swap_actor(value):
    """Puts another slot's ID into a leaf: key 9 is the last but one, 1 + 1 + 16 bytes before 67."""
    data = bytearray(base64.b64decode(value["leaf"]))
    assert data[-67 - 18:-67 - 16] == b"\x09\x50"
    data[-67 - 16:-67] = swap_actor.other
    value["leaf"] = enc(bytes(data))


def next_digit(text):
    return str((int(text) + 1) % 10)


def change_note(line, change):
    def apply(data):
        lines = data.decode().split("\n")
        lines[line] = change(lines[line])
        return "\n".join(lines).encode()
    return in_file("checkpoint.txt", apply)


def other_letter(text, at):
    return text[:at] + ("B" if text[at] == "A" else "A") + text[at + 1:]


def meddled(folder):
    count = len(read_lines(folder))
    middle = count // 2
    signed = next(i for i in range(middle, count)
                  if 9 in log.parse_leaf(base64.b64decode(json.loads(read_lines(folder)[i])["leaf"])))
    with_rows = next(i for i in reversed(range(count)) if json.loads(read_lines(folder)[i])["rows"])
    with open(os.path.join(folder, "header.json"), "rb") as file:
        header = json.loads(file.read())
    actor = log.parse_leaf(base64.b64decode(json.loads(read_lines(folder)[signed])["leaf"]))[9]
    swap_actor.other = next(bytes.fromhex(s["id"]) for s in header["slots"] + header["retired"]
                            if bytes.fromhex(s["id"]) != actor)
    for index in (0, middle, count - 1):
        length = len(base64.b64decode(json.loads(read_lines(folder)[index])["leaf"]))
        for place in (0, 2, 5, 20, length // 2, length - 1):
            yield f"a bit of byte {place} of leaf {index}", in_line(index, flip("leaf", place))
        yield f"a bit of the proof of {index}", in_line(index, flip_proof(0))
        yield f"a bit of the proof's end of {index}", in_line(index, flip_proof(-1))
        yield f"a shorter proof of {index}", in_line(index, lambda v: v["proof"].pop())
        yield f"a longer proof of {index}", in_line(index, lambda v: v["proof"].append(v["proof"][0]))
        yield f"another sequence of {index}", in_line(
            index, lambda v: v.update(sequence=v["sequence"] + 1))
        yield f"line {index} removed", write_lines(lambda l, i=index: l[:i] + l[i + 1:])
        yield f"line {index} twice", write_lines(lambda l, i=index: l[:i + 1] + l[i:])
    yield "two lines swapped", write_lines(
        lambda l: l[:middle - 1] + [l[middle], l[middle - 1]] + l[middle + 1:])
    yield "two leaves swapped", lambda f: (
        a := json.loads(read_lines(f)[middle]), b := json.loads(read_lines(f)[middle - 1]),
        in_line(middle, lambda v: v.update(leaf=b["leaf"], rows=b["rows"]))(f),
        in_line(middle - 1, lambda v: v.update(leaf=a["leaf"], rows=a["rows"]))(f))
    yield "the last ten bytes cut off", write_lines(lambda l: [b"".join(l)[:-10]])
    yield "the last line end cut off", write_lines(lambda l: [b"".join(l)[:-1]])
    yield "no entries", write_lines(lambda l: [])
    yield "a member more", in_line(middle, lambda v: v.update(more=1))
    yield "a space", write_lines(lambda l: [l[0].replace(b",", b", ", 1), *l[1:]])
    yield "a line of text", write_lines(lambda l: [*l, b"hello\n"])
    yield "a bit of the rows", in_line(with_rows, flip("rows", -1))
    yield "no rows", in_line(with_rows, lambda v: v.update(rows=""))
    yield "rows of another entry", in_line(
        signed, lambda v: v.update(rows=enc(b"\xa1\x06\x58\x20" + bytes(32))))
    yield "another actor", in_line(signed, swap_actor)
    yield "another size", change_note(1, lambda t: t[:-1] + next_digit(t[-1]))
    yield "another root", change_note(2, lambda t: other_letter(t, 7))
    yield "another log", change_note(0, lambda t: t[:-1] + next_digit(t[-1] if t[-1].isdigit() else "0"))
    yield "a line more", change_note(2, lambda t: t + "\nmore")
    yield "another key", change_note(4, lambda t: other_letter(t, t.rindex(" ") + 2))
    yield "another signature", change_note(4, lambda t: other_letter(t, len(t) - 30))
    yield "another signer", change_note(4, lambda t: t.replace(" lighttight", " lighthouse"))
    yield "no signature", change_note(4, lambda t: "")
    yield "an empty checkpoint", in_file("checkpoint.txt", lambda data: b"")
    slot = lambda h: h["slots"][0]  # noqa: E731
    for what, change in {
        "another label": lambda h: slot(h).update(label="Mallory"),
        "another role": lambda h: slot(h).update(role="auditor"),
        "another key of a slot": lambda h: slot(h).update(signing=url(bytes(range(32)))),
        "another key of the vault": lambda h: h["keys"]["signing"][-1].update(
            public=url(bytes(range(32)))),
        "another generation": lambda h: h.update(generation=h["generation"] + 1),
        "another vault": lambda h: h.update(vault="0" * 32),
        "another private half": lambda h: slot(h)["private"].update(sealed=url(bytes(146))),
        "a slot less": lambda h: h["slots"].pop(),
        "no removed slots": lambda h: h.update(retired=[]),
        "a removed slot's later end": lambda h: h["retired"][-1].update(until=10**9),
        "another signature of the header": lambda h: h.update(signature=url(bytes(64))),
        "another link of the chain": lambda h: h["keys"]["signing"][-1].update(signed=url(bytes(64))),
        "no chain": lambda h: h["keys"].update(signing=h["keys"]["signing"][-1:]),
        "another beginning of a key": lambda h: h["keys"]["signing"][-1].update(since=1),
        "a member more": lambda h: h.update(more=1),
    }.items():
        yield what, in_json("header.json", change)
    yield "a header with a line end", in_file("header.json", lambda data: data + b"\n")
    for name in ("header.json", "checkpoint.txt", "entries.jsonl"):
        yield f"no {name}", lambda f, n=name: os.unlink(os.path.join(f, n))


def check_export(folder, older, part):
    with open(os.path.join(folder, "header.json"), "rb") as file:
        vault = json.loads(file.read())["vault"]
    expect(0, "a whole export", folder, saying="IT HOLDS: all")
    expect(0, "with its vault", folder, "--vault", vault, saying=vault)
    expect(0, "with an older checkpoint", folder, "--older", older, saying="It goes on from")
    expect(1, "another vault", folder, "--vault", "0" * 32, saying="of vault")
    expect(1, "a selection unasked", part, saying="--part")
    expect(0, "a selection", part, "--part", "--older", older, saying="WHAT IS THERE HOLDS: a selection")
    count = 5
    for what, change in meddled(folder):
        with tempfile.TemporaryDirectory() as here:
            copy = shutil.copytree(folder, os.path.join(here, "copy"))
            change(copy)
            expect(1, what, copy, "--older", older, saying="REFUSED")
            count += 1
    proof = "consistency.json"
    for what, change in {
        "a bit of the proof of consistency": in_json(
            proof, lambda v: v["proof"].__setitem__(0, enc(bytes(32)))),
        "a shorter proof of consistency": in_json(proof, lambda v: v["proof"].pop()),
        "a proof of other sizes": in_json(proof, lambda v: v.update({"from": v["from"] + 1})),
        "no proof of consistency": lambda f: os.unlink(os.path.join(f, proof)),
        "a bit of a selected leaf": in_line(0, flip("leaf", 30)),
        "a bit of a selected proof": in_line(0, flip_proof(0)),
    }.items():
        with tempfile.TemporaryDirectory() as here:
            copy = shutil.copytree(part, os.path.join(here, "copy"))
            change(copy)
            expect(1, what, copy, "--part", "--older", older, saying="REFUSED")
            count += 1
    with tempfile.TemporaryDirectory() as here:
        at = os.path.join(here, "older.txt")
        for line, change in ((1, lambda t: t + "0"), (2, lambda t: other_letter(t, 3)),
                             (4, lambda t: other_letter(t, len(t) - 9))):
            shutil.copy(older, os.path.join(here, "checkpoint.txt"))
            change_note(line, change)(here)
            os.rename(os.path.join(here, "checkpoint.txt"), at)
            expect(1, f"line {line} of the older checkpoint", folder, "--older", at, saying="REFUSED")
            count += 1
    return count


# ---- Logs by hand ------------------------------------------------------------------------------

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
    return head(5, len(value)) + b"".join(cbor(k) + cbor(value[k]) for k in sorted(value))


def tree(leaves):  # RFC 6962 §2.1
    if len(leaves) < 2:
        return log.sha256(b"\0", leaves[0]) if leaves else log.sha256()
    k = 1 << (len(leaves) - 1).bit_length() - 1
    return log.node(tree(leaves[:k]), tree(leaves[k:]))


def path(m, leaves):  # §2.1.1
    if len(leaves) < 2:
        return []
    k = 1 << (len(leaves) - 1).bit_length() - 1
    return path(m, leaves[:k]) + [tree(leaves[k:])] if m < k else (
        path(m - k, leaves[k:]) + [tree(leaves[:k])])


def subproof(m, leaves, whole=True):  # §2.1.2
    if m == len(leaves):
        return [] if whole else [tree(leaves)]
    k = 1 << (len(leaves) - 1).bit_length() - 1
    return subproof(m, leaves[:k], whole) + [tree(leaves[k:])] if m <= k else (
        subproof(m - k, leaves[k:], False) + [tree(leaves[:k])])


class Maker:
    """A vault of two signing keys and three slots, of which one is removed by entry 6. `rules` names what
    is done otherwise than the pages say."""

    def __init__(self, **rules):
        self.rules, self.vault = rules, bytes(range(16))
        self.keys = [Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in (1, 2)]
        self.slots = {name: (bytes([n]) * 16, Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32))
                      for name, n in (("ada", 3), ("ben", 4), ("gone", 5), ("stranger", 6))}
        self.leaves, self.rows = [], []
        for sequence, actor in enumerate(
                ("ada", "ben", "gone", None, "ada", "gone", "ada", "ben", "ada")):
            self.entry(sequence, rules.get("actor", {}).get(sequence, actor))

    def header(self):
        if "header" in self.rules.get("cut", ()):
            return b"{}"
        since = self.rules.get("since", 4)
        successor = self.keys[0].sign(
            b"lighttight/1 successor\n" + self.vault + log.struct.pack(">IQ", 2, since)
            + public(self.keys[1]))
        header = {
            "format": "lighttight/1", "generation": 3, "vault": self.vault.hex(),
            "keys": {"audit": [{"epoch": 1, "public": url(bytes(32))}],
                     "deposit": [{"epoch": 1, "public": url(bytes(32))}],
                     "signing": [
                         {"epoch": 1, "public": url(public(self.keys[0])), "since": 0},
                         {"epoch": 2, "public": url(public(self.keys[1])), "since": since,
                          "signed": url(self.rules.get("successor", successor))}]},
            "retired": [{"id": self.slots["gone"][0].hex(), "label": "Gone", "role": "desk",
                         "signing": url(public(self.slots["gone"][1])), "until": 6}],
            "slots": [{"bundle": "", "id": self.slots[name][0].hex(), "kind": "recovery",
                       "label": name, "receiving": url(bytes(32)), "role": "owner",
                       "signing": url(public(self.slots[name][1]))} for name in ("ada", "ben")]}
        self.rules.get("edit", lambda header: None)(header)
        signer = self.keys[self.rules.get("signer", 1)]
        signature = signer.sign(b"lighttight/1 header\n" + log.printed(header))
        for slot in header["slots"]:
            slot["private"] = {"commitment": url(bytes(32)), "sealed": url(bytes(146)),
                               "kdf": {"name": "hkdf-sha256", "salt": url(bytes(16))}}
        return log.printed({**header, "signature": self.rules.get("text", lambda t: t)(url(signature))})

    def entry(self, sequence, actor):
        rules = self.rules.get("entry", {}).get(sequence, {})
        rows = {0: {4: bytes(32), 5: bytes(32)}, 1: {1: bytes(8) + bytes(32)}, 3: {6: bytes(32)},
                6: {4: log.sha256(self.header()) if "header" not in self.rules else bytes(32)}
                }.get(sequence, {})
        rows = rules.get("rows", rows)
        data = rows if isinstance(rows, bytes) else cbor(rows) if rows else b""
        leaf = {1: sequence, 2: 1000 + sequence, 3: tree(self.leaves), 4: sequence,
                6: 1, 7: bytes(80), 8: bytes(60)}
        if data:
            leaf[5] = log.sha256(data)
        if actor:
            leaf[9] = self.slots[actor][0]
        leaf.update(rules.get("leaf", {}))
        leaf = {key: value for key, value in leaf.items() if value is not None}
        if 9 in leaf:
            key = self.slots[rules.get("signer", actor)][1]
            leaf[10] = key.sign(b"lighttight/1 entry\n" + self.vault + cbor(leaf))
        leaf = cbor(leaf)
        self.leaves.append(rules.get("bytes", lambda made: made)(leaf))
        self.rows.append(data)

    def note(self, size=None, by=("vault 2",), root=None, text=None):
        origin = f"lighttight/1/{self.vault.hex()}"
        size = len(self.leaves) if size is None else size
        said = text or f"{origin}\n{size}\n{enc(root or tree(self.leaves[:size]))}\n"
        note = said + "\n"
        for who in by:
            kind, _, which = who.partition(" ")
            name, key = ((origin, self.keys[int(which) - 1]) if kind == "vault" else
                         (f"{origin}/{self.slots[which][0].hex()}", self.slots[which][1]))
            if kind == "forged":
                id, key = key, Ed25519PrivateKey.generate()
            else:
                id = key
            id = log.sha256(name.encode(), b"\n\1", public(id))[:4]
            note += f"\u2014 {name} {enc(id + key.sign(said.encode()))}\n"
        return note.encode()

    def export(self, folder, note=None, only=None, older=None):
        os.makedirs(folder)
        files = {"header.json": self.header(), "checkpoint.txt": note or self.note(), "entries.jsonl": b""}
        for index, (leaf, rows) in enumerate(zip(self.leaves, self.rows)):
            if only is None or index in only:
                files["entries.jsonl"] += log.printed({
                    "sequence": index, "leaf": enc(leaf), "rows": enc(rows),
                    "proof": [enc(h) for h in path(index, self.leaves)]}, ordered=False) + b"\n"
        if older:
            files["consistency.json"] = log.printed({
                "from": older, "to": len(self.leaves),
                "proof": [enc(h) for h in subproof(older, self.leaves)]})
        for name, data in files.items():
            with open(os.path.join(folder, name), "wb") as file:
                file.write(data)
        return folder


def loosened(text):
    """Base64 whose last letter holds bits of no byte: the bytes are the same."""
    end = len(text.rstrip("=")) - 1
    return text[:end] + chr(ord(text[end]) + 1) + text[end + 1:]


def long_zero(leaf):
    assert leaf[1:3] == b"\1\0"
    return leaf[:2] + b"\x18\0" + leaf[3:]


def broken():
    entry = lambda sequence, **rules: {"entry": {sequence: rules}}  # noqa: E731
    yield "removed, it wrote on", dict(actor={7: "gone"}), "after being removed"
    yield "a stranger wrote", dict(actor={7: "stranger"}), "nobody whom"
    yield "signed by another", entry(7, signer="ada"), "was not signed by"
    yield "a header without a signer", dict(actor={6: None}), "nobody signed it"
    yield "records without a signer", dict(actor={1: None}), "nobody signed it"
    yield "another history", entry(7, leaf={3: bytes(32)}), "what stands before"
    yield "an older revision", entry(7, leaf={4: 3}), "revision goes back"
    yield "another sequence", entry(7, leaf={1: 8}), "says that it is entry 8"
    yield "rows without a digest", entry(1, leaf={5: None}), "rows are not"
    yield "a digest without rows", entry(7, leaf={5: bytes(32)}), "rows are not"
    yield "a map of nothing", entry(7, rows=cbor({})), "map of nothing"
    yield "items out of order", entry(1, rows={1: b"\0" * 7 + b"\2" + bytes(39) + b"\1" + bytes(32)}), "order"
    yield "half an item", entry(1, rows={1: bytes(39)}), "whole items"
    yield "a row too large", entry(1, rows={1: b"\x80" + bytes(39)}), "row out of range"
    yield "a tag of neither", entry(1, rows={3: bytes(16) + b"\2"}), "neither"
    yield "rows of another kind", entry(1, rows={8: bytes(32)}), "unknown key 8"
    yield "no making", entry(0, rows={4: bytes(32)}), "vault's making"
    yield "another header", dict(header=0), "not the one in the log"
    yield "a member more", entry(7, leaf={11: 0}), "unknown key 11"
    yield "a member less", entry(7, leaf={7: None}), "a key is missing"
    yield "epoch 0", entry(7, leaf={6: 0}), "epoch"
    yield "a short transaction key", entry(7, leaf={7: bytes(79)}), "80 bytes"
    yield "a long number", entry(0, bytes=long_zero), "not canonical"
    yield "bytes after it", entry(7, bytes=lambda leaf: leaf + b"\0"), "after the value"
    yield "cut off", entry(7, bytes=lambda leaf: leaf[:-1]), "cut off"
    yield "a broken chain", dict(successor=bytes(64)), "one before it"
    yield "a key from the beginning", dict(since=0), "out of order"
    yield "the older key's signature", dict(signer=0), "not signed by the vault's key"
    yield "no header", dict(cut="header"), "format"
    for what, edit, saying in (
            ("a member more", lambda h: h.update(more=1), "members of the header"),
            ("a slot's member more", lambda h: h["slots"][0].update(more=1), "members of a slot"),
            ("half a generation", lambda h: h.update(generation=1.5), "generation is out of range"),
            ("a true generation", lambda h: h.update(generation=True), "generation is out of range"),
            ("capitals", lambda h: h["slots"][0].update(id="AB" * 16), "no identifier"),
            ("a slot twice", lambda h: h["slots"][0].update(id=h["slots"][1]["id"]), "stands twice"),
            ("a label of none", lambda h: h["slots"][0].update(label=None), "no text"),
            ("a short key", lambda h: h["slots"][0].update(signing=url(bytes(31))), "32 bytes"),
            ("no slots", lambda h: h.update(slots=[]), "slots"),
            ("no keys", lambda h: h["keys"].update(signing=[]), "signing keys"),
            ("falling ends", lambda h: h["retired"].append(
                {**h["retired"][0], "id": "00" * 16, "until": 5}), "until is out of range")):
        yield what, dict(edit=edit, header=0), saying
    yield "bits of no byte", dict(text=loosened), "no base64"


def check_vectors():
    """Entries, rows and notes of Tests/Vectors: what is no entry, no rows, no note must be refused."""
    count = 0
    for group in ("leaf", "rows", "note"):
        for name in sorted(os.listdir(os.path.join(VECTORS, group))):
            with open(os.path.join(VECTORS, group, name), encoding="utf-8") as file:
                vector = json.load(file)
            given = {key: bytes.fromhex(value) if isinstance(value, str) else value
                     for key, value in vector["inputs"].items()}
            wanted = vector["expect"] == "opens"
            try:
                if group == "note":
                    header = types.SimpleNamespace(
                        origin=f"lighttight/1/{given['vault'].hex()}",
                        keys=[(1, given["since"], given["public"])],
                        slots={given["slot"]: (given["signing"], given.get("until"), "the slot")})
                    if "next" in given:
                        header.keys.append((2, given["next"], bytes(32)))
                    log.read_checkpoint(given["note"], header)
                elif group == "rows":
                    log.parse_rows(given["rows"])
                else:
                    # Its signature is judged where the whole log is, and what is sealed by nobody here.
                    wanted |= vector["expect"] == "authentication" or name == "content-short.json"
                    log.parse_leaf(given["leaf"])
                found = True
            except log.Refused as why:
                found = why
            if (found is True) != wanted:
                WRONG.append(name)
                print(f"{group}/{name}: expected {vector['expect']}, found {found}")
            count += 1
    return count


def check_crafted():
    count = check_vectors()
    with tempfile.TemporaryDirectory() as here:
        def at():
            nonlocal count
            count += 1
            return os.path.join(here, str(count))
        honest = Maker()
        expect(0, "an honest log", honest.export(at()), saying="all 9 entries")
        for what, rules, saying in broken():
            expect(1, what, Maker(**rules).export(at()), saying=saying)
        for what, status, saying, options in (
                ("a slot's checkpoint", 0, "signed by \"ben\"", dict(by=["slot ben"])),
                ("a witness too", 0, "the vault's key 2", dict(by=["slot stranger", "vault 2"])),
                ("two signers", 0, "key 2, \"ada\"", dict(by=["vault 2", "slot ada"])),
                ("nobody's", 1, "nobody of this vault", dict(by=["slot stranger"])),
                ("forged", 1, "is not signed by \"ben\"", dict(by=["forged ben"])),
                ("forged beside a good one", 1, "is not signed", dict(by=["vault 2", "forged ben"])),
                ("the older key", 1, "not in use", dict(by=["vault 1"])),
                ("a removed slot", 1, "not in use", dict(by=["slot gone"])),
                ("another root", 1, "does not stand", dict(root=bytes(32))),
                ("a size less", 1, "", dict(size=8)),
                ("another origin", 1, "of another log",
                 dict(text=honest.note().decode().split("\n\n")[0].replace("/1/0", "/1/1") + "\n")),
                ("a size with a sign", 1, "checkpoint's size",
                 dict(text=honest.note().decode().split("\n\n")[0].replace("\n9", "\n+9") + "\n")),
                ("a line more", 1, "three lines",
                 dict(text=honest.note().decode().split("\n\n")[0] + "\nmore\n"))):
            expect(status, what, honest.export(at(), note=honest.note(**options)), saying=saying)

        def kept(**options):
            name = at()
            with open(name, "wb") as file:
                file.write(honest.note(**options))
            return name
        whole = honest.export(at())
        for size in range(1, 10):
            by = ["vault 1"] if size <= 4 else ["vault 2"]
            older = kept(size=size, by=by)
            part = honest.export(at(), only={2, 7}, older=size)
            expect(0, f"from {size}", whole, "--older", older, saying=f"checkpoint of {size} entries")
            expect(0, f"from {size}, a part", part, "--part", "--older", older, saying="It goes on")
            other = kept(size=size, by=by, root=bytes(32))
            expect(1, f"from another {size}", whole, "--older", other, saying="does not go on")
            expect(1, f"from another {size}, a part", part, "--part", "--older", other,
                   saying="does not go on")
        expect(0, "by the slot before it was removed", whole, "--older", kept(size=6, by=["slot gone"]))
        expect(1, "and after", whole, "--older", kept(size=7, by=["slot gone"]), saying="not in use")
        expect(1, "the new key before it came", whole, "--older", kept(size=4), saying="not in use")
        expect(1, "more than there is", whole, "--older",
               kept(size=10, by=["slot ada"], root=bytes(32)), saying="has 9")
        expect(1, "of nothing", whole, "--older", kept(size=0, by=["slot ada"]), saying="of 0 entries")
        expect(1, "a part without a proof", honest.export(at(), only={1}), "--part", "--older",
               kept(size=5), saying="only with consistency.json")
        twice = honest.export(at(), only={1})
        write_lines(lambda lines: lines * 2)(twice)
        expect(1, "an entry twice in a part", twice, "--part", saying="out of order")
        loose = honest.export(at())
        in_line(0, lambda v: v["proof"].__setitem__(0, loosened(v["proof"][0])))(loose)
        expect(1, "bits of no byte in a line", loose, saying="no base64")
        expect(0, "a part of nothing", honest.export(at(), only=set()), "--part", saying="of 9 entries")
    return count


def main():
    count = check_export(*sys.argv[1:]) if len(sys.argv) == 4 else check_crafted()
    print(f"check_log: {count} folders, {len(WRONG)} judged wrongly")
    return 1 if WRONG or count < 50 else 0


if __name__ == "__main__":
    if len(sys.argv) not in (1, 4):
        sys.exit(__doc__)
    sys.exit(main())
