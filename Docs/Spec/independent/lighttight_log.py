#!/usr/bin/env python3
"""Verifies an exported audit log of a Lighttight vault, without Lighttight and without any key.

    lighttight_log.py FOLDER [--vault ID] [--older CHECKPOINT] [--part]

FOLDER is what `lighttight audit export` wrote: header.json, checkpoint.txt, entries.jsonl and
perhaps consistency.json. CHECKPOINT is one that you kept from an earlier day: only that shows that
the history before it was not written anew by somebody who had the vault's keys. With --part a
selection of entries is enough; else every entry has to be there.

Written from the pages of Docs/Spec alone. The numbers in the comments are pages and sections
("07 §9"). Needs Python 3.11 and python3-cryptography. Exit status: 0 it holds, 1 it is refused,
2 wrong use.
"""

import argparse, base64, hashlib, json, os, struct, sys, time  # noqa: E401

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


class Refused(Exception):
    """What was read is not what the pages demand."""


def demand(condition, what):
    if not condition:
        raise Refused(what)


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def is_signed(key, signature, message):
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
        return True
    except (InvalidSignature, ValueError):
        return False


# ---- JSON and base64, 01 §6 and 07 §9 ----------------------------------------------------------

def printed(value, ordered=True):
    return json.dumps(value, sort_keys=ordered, separators=(",", ":"), ensure_ascii=False).encode()


def parsed(data, what, ordered=True):
    """The one encoding of a value: whatever would be printed otherwise is refused."""
    try:
        value = json.loads(data.decode("utf-8"))
        demand(printed(value, ordered) == data, f"{what} is not in its one form")
    except (ValueError, RecursionError):
        raise Refused(f"{what} is no JSON") from None
    return value


def members(value, names, what):
    demand(isinstance(value, dict) and set(value) == set(names.split()), f"members of {what}")
    return value


def integer(value, what, least=0, most=(1 << 53) - 1):
    demand(type(value) is int and least <= value <= most, f"{what} is out of range")
    return value


def from_base64(text, what, count=None, url=False):
    alphabet, padding = (b"-_", "=" * (-len(text) % 4)) if url else (b"+/", "")
    try:
        data = base64.b64decode(text + padding, alphabet, validate=True)
    except (ValueError, TypeError):
        raise Refused(f"{what} is no base64") from None
    again = base64.b64encode(data, alphabet).decode()
    demand((again.rstrip("=") if url else again) == text, f"{what} is no base64")
    demand(count in (None, len(data)), f"{what} has not {count} bytes")
    return data


def text_of(value, what):
    demand(isinstance(value, str), f"{what} is no text")
    return value


def key_of(value, what):
    return from_base64(text_of(value, what), what, 32, url=True)


def identifier(text, what):
    demand(isinstance(text, str) and len(text) == 32 and not set(text) - set("0123456789abcdef"),
           f"{what} is no identifier")
    return bytes.fromhex(text)


def shown(text):
    return "".join(c if c.isprintable() else "?" for c in text)


# ---- CBOR, 01 §5 -------------------------------------------------------------------------------

class Reader:
    """Reads deterministic CBOR; every other encoding of the same value is refused."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, count):
        demand(count <= len(self.data) - self.at, "cut off")
        self.at += count
        return self.data[self.at - count:self.at]

    def head(self):
        first = self.take(1)[0]
        low = first & 31
        if low < 24:
            return first >> 5, low
        demand(low <= 27, "not canonical")
        width = 1 << (low - 24)
        value = int.from_bytes(self.take(width), "big")
        demand(value >= (24, 1 << 8, 1 << 16, 1 << 32)[low - 24], "not canonical")
        return first >> 5, value

    def of(self, major):
        found, value = self.head()
        demand(found == major, "a value of another type")
        return value

    def unsigned(self):
        return self.of(0)

    def integer(self):
        major, value = self.head()
        demand(major in (0, 1) and value < 1 << 63, "an integer expected")
        return value if major == 0 else -1 - value

    def bytes(self):
        return self.take(self.of(2))


def exactly(count):
    def read(reader):
        value = reader.bytes()
        demand(len(value) == count, f"{count} bytes expected")
        return value
    return read


def items(width, name_width):  # 07 §4: whole items, ascending, each once, not empty
    def read(reader):
        data = reader.bytes()
        demand(data and len(data) % width == 0, "whole items expected")
        names = [data[at:at + name_width] for at in range(0, len(data), width)]
        demand(all(a < b for a, b in zip(names, names[1:])), "items out of order")
        return [data[at:at + width] for at in range(0, len(data), width)]
    return read


def cbor_map(data, keys, needed):
    reader, found, last = Reader(data), {}, None
    for _ in range(reader.of(5)):
        key = reader.integer()
        demand(last is None or key > last, "keys out of order")
        demand(key in keys, f"unknown key {key}")
        found[key], last = keys[key](reader), key
    demand(reader.at == len(data), "bytes after the value")
    demand(set(needed) <= set(found), "a key is missing")
    return found


LEAF = {1: Reader.unsigned, 2: Reader.integer, 3: exactly(32), 4: Reader.unsigned, 5: exactly(32),
        6: Reader.unsigned, 7: exactly(80), 8: Reader.bytes, 9: exactly(16), 10: exactly(64)}
ROWS = {1: items(40, 8), 2: items(40, 32), 3: items(17, 16), 4: exactly(32), 5: exactly(32),
        6: exactly(32), 7: exactly(32)}


def parse_leaf(data):  # 07 §3
    leaf = cbor_map(data, LEAF, (1, 2, 3, 4, 6, 7, 8))
    demand((9 in leaf) == (10 in leaf), "a signature without a signer, or the other way about")
    demand(1 <= leaf[6] < 1 << 32, "epoch out of range")
    demand(len(leaf[8]) <= 4 << 20, "content too long")
    return leaf


def unsigned_leaf(data, leaf):
    """The map without key 10, which is the last: 1 + 2 + 64 bytes, and one key fewer in its head."""
    demand(data[0] == 0xA0 | len(leaf), "map head")
    return bytes([data[0] - 1]) + data[1:-67]


def parse_rows(data):  # 07 §4
    if not data:
        return {}
    rows = cbor_map(data, ROWS, ())
    demand(rows, "a map of nothing")
    demand(all(item[0] < 128 for item in rows.get(1, ())), "row out of range")
    demand(all(item[16] < 2 for item in rows.get(3, ())), "a tag neither there nor gone")
    return rows


# ---- The tree: RFC 6962 §2.1, proofs verified as RFC 9162 §2.1.3.2 and §2.1.4.2 say ------------

def node(left, right):
    return sha256(b"\1", left, right)


class Edge:
    """The complete subtrees that the leaves so far fall into. 07 §2"""

    def __init__(self):
        self.size, self.subtrees = 0, []

    def append(self, leaf_hash):
        complete = self.size
        while complete & 1:
            leaf_hash, complete = node(self.subtrees.pop(), leaf_hash), complete >> 1
        self.subtrees.append(leaf_hash)
        self.size += 1

    def root(self):
        if not self.subtrees:
            return sha256()
        root = self.subtrees[-1]
        for subtree in reversed(self.subtrees[:-1]):
            root = node(subtree, root)
        return root


def climb(at, last, proof, hashes):
    """Folds a proof into each of the hashes; False when it has not the right length. The first of two
    hashes is that of the smaller tree, which has nothing to the right of its edge."""
    for sibling in proof:
        if last == 0:
            return False
        if at & 1 or at == last:
            hashes[:] = [node(sibling, value) for value in hashes]
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            hashes[-1] = node(hashes[-1], sibling)
        at, last = at >> 1, last >> 1
    return last == 0


def is_included(leaf_hash, index, size, root, proof):
    hashes = [leaf_hash]
    return index < size and climb(index, size - 1, proof, hashes) and hashes == [root]


def is_consistent(old_size, old_root, size, root, proof):
    if old_size == size:
        return not proof and old_root == root
    if not 0 < old_size < size:
        return False
    if old_size & (old_size - 1) == 0:
        proof = [old_root, *proof]
    if not proof:
        return False
    at, last = old_size - 1, size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    hashes = [proof[0], proof[0]]
    return climb(at, last, proof[1:], hashes) and hashes == [old_root, root]


# ---- The header, 02 §3 and §7 ------------------------------------------------------------------

class Header:
    def __init__(self, data, expected):
        demand(len(data) <= 1 << 20, "the header is too long")
        header = parsed(data, "the header")
        demand(isinstance(header, dict) and header.get("format") == "lighttight/1",
               "the header is of a format that this program does not know")
        members(header, "format generation keys retired signature slots vault", "the header")
        self.digest, self.vault_text = sha256(data), header["vault"]
        self.vault = identifier(self.vault_text, "the vault's ID")
        demand(expected in (None, self.vault_text), f"it is the log of vault {self.vault_text}")
        self.origin = f"lighttight/1/{self.vault_text}"
        integer(header["generation"], "generation")
        members(header["keys"], "audit deposit signing", "the header's keys")
        self.keys = self.chain(header["keys"]["signing"])
        self.slots = {}
        demand(isinstance(header["slots"], list) and 1 <= len(header["slots"]) <= 256, "slots")
        demand(isinstance(header["retired"], list) and len(header["retired"]) <= 4096, "slots")
        for slot in header["slots"]:
            self.slot(members(slot, "bundle id kind label private receiving role signing", "a slot"))
        last = 0
        for slot in header["retired"]:
            members(slot, "id label role signing until", "a removed slot")
            last = integer(slot["until"], "until", last)
            self.slot(slot, last)
        signed = {name: value for name, value in header.items() if name != "signature"}
        signed["slots"] = [{name: value for name, value in slot.items() if name != "private"}
                           for slot in header["slots"]]
        signature = from_base64(text_of(header["signature"], "signature"), "signature", 64, url=True)
        demand(is_signed(self.keys[-1][2], signature, b"lighttight/1 header\n" + printed(signed)),
               "the header is not signed by the vault's key")

    def chain(self, keys):
        demand(isinstance(keys, list) and 1 <= len(keys) <= 4096, "the vault's signing keys")
        chain = []
        for key in keys:
            members(key, "epoch public signed since" if chain else "epoch public since", "a key")
            epoch, since = integer(key["epoch"], "epoch", 1, (1 << 32) - 1), integer(key["since"], "since")
            public = key_of(key["public"], "a signing key")
            if chain:
                demand(chain[-1][0] < epoch and chain[-1][1] < since, "keys out of order")
                message = b"lighttight/1 successor\n" + self.vault + struct.pack(">IQ", epoch, since)
                signature = from_base64(text_of(key["signed"], "signed"), "signed", 64, url=True)
                demand(is_signed(chain[-1][2], signature, message + public),
                       f"the vault's key {epoch} is not signed by the one before it")
            else:
                demand(since == 0, "the first key is not from the beginning")
            chain.append((epoch, since, public))
        return chain

    def slot(self, slot, until=None):
        id = identifier(slot["id"], "a slot's ID")
        demand(id not in self.slots, "a slot stands twice in the header")
        name = f'"{shown(text_of(slot["label"], "label"))}" ({text_of(slot["role"], "role")}'
        self.slots[id] = (key_of(slot["signing"], "a slot's key"), until,
                          name + (")" if until is None else ", removed)"))


# ---- Checkpoints, 07 §7 and C2SP signed-note ---------------------------------------------------

def read_checkpoint(data, header):
    """Gives size, root, and who signed."""
    demand(len(data) <= 1 << 16, "the checkpoint is too long")
    text, found, lines = data.rpartition(b"\n\n")
    text += b"\n"
    demand(found and lines.endswith(b"\n") and all(c >= 32 or c == 10 for c in data), "no checkpoint")
    try:
        said, lines = text.decode().split("\n"), lines.decode().split("\n")[:-1]
    except UnicodeDecodeError:
        raise Refused("the checkpoint is no text") from None
    demand(len(said) == 4 and said[3] == "", "a checkpoint has three lines")
    demand(said[0] == header.origin, "the checkpoint is of another log")
    demand(len(said[1]) <= 20 and said[1].isascii() and said[1].isdecimal() and str(int(said[1])) == said[1]
           and int(said[1]) < 1 << 64, "the checkpoint's size")
    size, root = int(said[1]), from_base64(said[2], "the checkpoint's root", 32)
    named = {}
    for index, (epoch, since, key) in enumerate(header.keys):
        after = header.keys[index + 1][1] if index + 1 < len(header.keys) else size
        named[header.origin, sha256(header.origin.encode(), b"\n\1", key)[:4]] = (
            key, since < size <= after, f"the vault's key {epoch}")
    for id, (key, until, who) in header.slots.items():
        name = f"{header.origin}/{id.hex()}"
        named[name, sha256(name.encode(), b"\n\1", key)[:4]] = (key, until is None or size <= until, who)
    signers = []
    for line in lines:
        mark, _, rest = line.partition(" ")
        name, _, code = rest.partition(" ")
        demand(mark == "\u2014" and name and not set(name) & set("+ "), "a signature's line")
        signature = from_base64(code, "a signature")
        demand(len(signature) > 4, "a signature's line")
        if (name, signature[:4]) not in named:
            continue  # a stranger's, such as a witness's
        key, in_use, who = named[name, signature[:4]]
        demand(is_signed(key, signature[4:], text), f"the checkpoint is not signed by {who}, as it says")
        demand(in_use, f"the checkpoint is signed by {who}, not in use at that length of the log")
        signers.append(who)
    demand(signers, "nobody of this vault signed the checkpoint")
    return size, root, signers


# ---- Entries, 07 §3, §4 and §9 -----------------------------------------------------------------

class Log:
    def __init__(self, header, size, root, older_size):
        self.header, self.size, self.root = header, size, root
        self.older_size, self.older_root = older_size, None
        self.edge, self.next, self.missing, self.count = Edge(), 0, None, 0
        self.signers, self.times, self.jumps = {}, [], 0
        self.revision, self.header_digest = 0, None

    def line(self, data):
        demand(data.endswith(b"\n"), "the last line of entries.jsonl is cut off")
        entry = parsed(data[:-1], f"the line after entry {self.next - 1}", ordered=False)
        demand(isinstance(entry, dict) and list(entry) == ["sequence", "leaf", "rows", "proof"]
               and isinstance(entry["proof"], list), "members of a line")
        sequence = integer(entry["sequence"], "sequence", most=(1 << 64) - 1)
        try:
            self.entry(sequence, from_base64(text_of(entry["leaf"], "leaf"), "leaf"),
                       from_base64(text_of(entry["rows"], "rows"), "rows"),
                       [from_base64(text_of(h, "proof"), "proof", 32) for h in entry["proof"]])
        except Refused as why:
            raise Refused(f"entry {sequence}: {why}") from None

    def entry(self, sequence, data, rows_data, proof):
        demand(self.next <= sequence < self.size, "out of order, or not in the checkpoint")
        if sequence > self.next and self.missing is None:
            self.missing = self.next
        leaf_hash = sha256(b"\0", data)
        demand(is_included(leaf_hash, sequence, self.size, self.root, proof),
               "it does not stand in the log of the checkpoint")
        leaf, rows = parse_leaf(data), parse_rows(rows_data)
        demand(leaf[1] == sequence, f"it says that it is entry {leaf[1]}")
        demand(leaf.get(5) == (sha256(rows_data) if rows_data else None),
               "its rows are not those that were signed")
        if 9 in leaf:
            demand(leaf[9] in self.header.slots, "nobody whom the vault knows wrote it")
            key, until, who = self.header.slots[leaf[9]]
            demand(until is None or sequence < until, f"{who} wrote it after being removed")
            message = b"lighttight/1 entry\n" + self.header.vault + unsigned_leaf(data, leaf)
            demand(is_signed(key, leaf[10], message), f"it was not signed by {who}, as it says")
        else:
            who = "nobody, by a program without a key"
            demand(set(rows) <= {6}, "it changes the vault and nobody signed it")
        if self.missing is None:
            self.in_full(sequence, leaf_hash, leaf, rows)
        self.signers[who] = self.signers.get(who, 0) + 1
        self.jumps += bool(self.times) and leaf[2] < self.times[-1]
        self.times = [*self.times[:1], leaf[2]]
        self.next, self.count = sequence + 1, self.count + 1

    def in_full(self, sequence, leaf_hash, leaf, rows):
        """What shows only as long as no entry is left out."""
        demand(leaf[3] == self.edge.root(), "what it vouches for is not what stands before it")
        demand(leaf[4] >= self.revision, "the vault's revision goes back")
        demand(sequence > 0 or {4, 5} <= set(rows), "the log does not begin with the vault's making")
        self.revision, self.header_digest = leaf[4], rows.get(4, self.header_digest)
        self.edge.append(leaf_hash)
        if self.edge.size == self.older_size:
            self.older_root = self.edge.root()

    def finish(self, part):
        if self.next < self.size and self.missing is None:
            self.missing = self.next
        if self.missing is not None:
            demand(part, f"entry {self.missing} is missing (--part takes a selection)")
            return
        demand(self.edge.root() == self.root, "the entries are not those of the checkpoint")
        demand(self.header_digest == self.header.digest, "the header is not the one in the log")


# ---- The whole ---------------------------------------------------------------------------------

def read(folder, name, limit=1 << 20):
    with open(os.path.join(folder, name), "rb") as file:
        return file.read(limit + 1)


def verify(folder, vault, older, part):
    """Gives the verdict's lines."""
    header = Header(read(folder, "header.json"), vault)
    size, root, signers = read_checkpoint(read(folder, "checkpoint.txt"), header)
    old = None
    if older is not None:
        with open(older, "rb") as file:
            old = read_checkpoint(file.read((1 << 16) + 1), header)
        demand(0 < old[0] <= size, f"the older checkpoint is of {old[0]} entries, this log has {size}")
    log = Log(header, size, root, old[0] if old else None)
    with open(os.path.join(folder, "entries.jsonl"), "rb") as file:
        for line in file:
            log.line(line)
    log.finish(part)
    if old:
        compare(folder, log, old)
    return verdict(header, log, signers, old)


def compare(folder, log, old):
    if os.path.exists(os.path.join(folder, "consistency.json")):
        proof = members(parsed(read(folder, "consistency.json"), "consistency.json"),
                        "from proof to", "consistency.json")
        demand(isinstance(proof["proof"], list), "the proof of consistency")
        demand([proof["from"], proof["to"]] == [old[0], log.size],
               "consistency.json is about other checkpoints")
        hashes = [from_base64(text_of(h, "proof"), "proof", 32) for h in proof["proof"]]
        demand(is_consistent(old[0], old[1], log.size, log.root, hashes),
               "the log does not go on from the older checkpoint")
    else:
        demand(log.missing is None, "a selection shows that it goes on from an older checkpoint only "
               "with consistency.json (lighttight audit export --against)")
    if log.missing is None:
        demand(log.older_root == old[1], "the log does not go on from the older checkpoint")


def verdict(header, log, signers, old):
    day = lambda second: time.strftime("%Y-%m-%d %H:%M", time.gmtime(second))  # noqa: E731
    yield f"vault        {header.vault_text}"
    yield f"first key    {header.keys[0][2].hex()}"
    yield f"checkpoint   {log.size} entries, root {log.root.hex()}, signed by {', '.join(signers)}"
    if log.missing is None:
        yield f"IT HOLDS: all {log.count} entries of the log are there, and none was changed."
    else:
        yield (f"WHAT IS THERE HOLDS: a selection of {log.count} of {log.size} entries. None of them was "
               "changed; what was left out, nobody can tell from this folder.")
    if log.times and -1 << 37 < min(log.times) and max(log.times) < 1 << 37:
        back = f"; the clock went back {log.jumps} times" if log.jumps else ""
        yield f"From {day(log.times[0])} to {day(log.times[-1])} UTC by the writers' clocks{back}."
    for who, count in sorted(log.signers.items()):
        yield f"  {count} signed by {who}"
    if old:
        yield (f"It goes on from the checkpoint of {old[0]} entries, signed by {', '.join(old[2])}: what "
               "stood there then stands there now.")
    else:
        yield ("Without an older checkpoint this does not show that the history was never written anew "
               "by somebody with the vault's keys. Keep checkpoint.txt for the next time.")
    yield ("That vault and first key are the ones you mean, this folder cannot show: compare them with "
           "what you know from elsewhere. opened.jsonl, if there is one, proves nothing.")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--vault", help="the vault's ID, 32 hexadecimal digits")
    parser.add_argument("--older", help="a checkpoint from an earlier day")
    parser.add_argument("--part", action="store_true", help="takes a selection of entries")
    arguments = parser.parse_args()
    try:
        lines = list(verify(arguments.folder, arguments.vault, arguments.older, arguments.part))
    except Refused as why:
        print(f"REFUSED: {why}.")
        return 1
    except OSError as why:
        print(f"REFUSED: {shown(str(why))}: this is not a whole export.")
        return 1
    print("\n".join(lines))
    return 0


if __name__ == "__main__":
    sys.exit(main())
