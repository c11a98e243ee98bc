#!/usr/bin/env python3
"""Verifies a receipt of destroyed pictures against an exported audit log, without Lighttight and without any key.

    lighttight_receipt.py RECEIPT FOLDER [--vault ID] [--older CHECKPOINT]

RECEIPT is what `lighttight subject erase` or `lighttight retention run` handed out, FOLDER what `lighttight
audit export` wrote of the whole log, then or later; the other two are those of lighttight_log.py, which lies
beside this file and is run first. Written from the pages of Docs/Spec alone ("12 §3"). Exit status: 0 it holds,
1 it is refused, 2 wrong use.
"""

import argparse, os, re, sys  # noqa: E401

from lighttight_log import (
    Header, Log, Refused, demand, from_base64, identifier, is_signed, read, read_checkpoint, sha256,
    shown, verify)

TIME = r"(?:19[7-9]\d|2[01]\d\d)-\d\d-\d\dT\d\d:\d\d:\d\dZ"
NUMBER, ID, HASH = r"(0|[1-9]\d{0,18})", r"([0-9a-f]{32})", r"([A-Za-z0-9+/]{43}=)"
LINES = [  # 12 §1: the line, how often at least, whether more often
    (r"lighttight/1 receipt", 1, False), (rf"vault {ID}", 1, False), (rf"slot {ID}", 1, False),
    (rf"time ({TIME})", 1, False), (r"reference (.*)", 0, False), (rf"destroyed {NUMBER}", 1, False),
    (rf"shared {NUMBER}", 1, False), (r"marks (kept|none)", 1, False), (rf"revision {NUMBER}", 1, False),
    (rf"log {NUMBER} {HASH}", 1, False), (rf"entry {NUMBER} {HASH}", 1, True),
    (rf"copy {ID} {NUMBER} ({TIME})", 0, True), (rf"picture {ID} {NUMBER} (destroyed|shared)", 1, True)]


def ascends(items):
    return all(a < b for a, b in zip(items, items[1:]))


class Receipt:
    def __init__(self, data):
        demand(len(data) <= 32 << 20, "the receipt is too long")
        text, found, self.signatures = data.rpartition(b"\n\n")
        self.text = text + b"\n"
        demand(found and self.signatures.endswith(b"\n") and all(c >= 32 or c == 10 for c in data), "no receipt")
        try:
            lines, self.signatures = self.text.decode().split("\n")[:-1], self.signatures.decode()
        except UnicodeDecodeError:
            raise Refused("the receipt is no text") from None
        said = []
        for pattern, least, more in LINES:
            matches = []
            while lines and (more or not matches) and (match := re.fullmatch(pattern, lines[0], re.ASCII)):
                matches.append(match.groups())
                lines.pop(0)
            demand(len(matches) >= least, f"a line like \"{pattern.partition(' ')[0]}\" is missing")
            said.append(matches)
        demand(not lines, "a line too many")
        one = lambda at: said[at][0][0]  # noqa: E731
        self.vault, self.slot, self.time = one(1), identifier(one(2), "the slot"), one(3)
        self.reference = said[4][0][0] if said[4] else None
        self.revision = self.number(one(8))
        self.size, self.root = self.number(one(9)), from_base64(said[9][0][1], "the root", 32)
        self.entries = [(self.number(s), from_base64(h, "a leaf's hash", 32)) for s, h in said[10]]
        self.copies = [(id, self.number(revision), time) for id, revision, time in said[11]]
        self.rows = {self.number(row): fate for _, row, fate in said[12]}
        self.check([self.number(row) for _, row, _ in said[12]], (int(one(5)), int(one(6))))

    def check(self, rows, counts):
        demand(ascends([s for s, _ in self.entries]) and self.entries[-1][0] < self.size, "entries out of order")
        demand(ascends(rows) and ascends([c[0] for c in self.copies]), "lines out of order")
        demand(all(c[1] < self.revision for c in self.copies), "a copy that awaits nothing")
        demand(counts == tuple(list(self.rows.values()).count(f) for f in ("destroyed", "shared")), "its counts")
        if self.reference is not None:
            demand(1 <= len(self.reference.encode()) <= 200 and self.reference.strip(" ") == self.reference
                   and not re.search("[\x00-\x1f\x7f-\x9f\u2028\u2029]", self.reference), "its reference")

    @staticmethod
    def number(digits):
        demand(int(digits) < 1 << 63, "a number is out of range")
        return int(digits)

    def signed_by(self, header):  # 12 §2
        demand(self.vault == header.vault_text, "it is of another vault")
        demand(self.slot in header.slots, "nobody whom the vault knows signed it")
        key, until, who = header.slots[self.slot]
        name, good = f"{header.origin}/{self.slot.hex()}", False
        for line in self.signatures.split("\n")[:-1]:
            mark, _, rest = line.partition(" ")
            stranger, _, code = rest.partition(" ")
            signature = from_base64(code, "a signature")
            demand(mark == "\u2014" and stranger and len(signature) > 4, "a signature's line")
            if stranger == name and signature[:4] == sha256(name.encode(), b"\n\1", key)[:4]:
                demand(is_signed(key, signature[4:], self.text), f"it is not signed by {who}, as it says")
                good = True
        demand(good, f"it is not signed by {who}, as it says")
        demand(until is None or self.size <= until, f"it is signed by {who} after being removed")
        return who


class Told(Log):
    """The log once more, for what a receipt says of it. 12 §3"""

    def __init__(self, header, size, root, receipt):
        super().__init__(header, size, root, receipt.size)
        self.receipt, self.entries, self.found, self.rows = receipt, dict(receipt.entries), set(), {}

    def in_full(self, sequence, leaf_hash, leaf, rows):
        super().in_full(sequence, leaf_hash, leaf, rows)
        changed = {int.from_bytes(item[:8], "big"): "shared" if any(item[8:]) else "destroyed"
                   for item in rows.get(1, ())}
        if sequence in self.entries:
            demand(leaf_hash == self.entries[sequence] and leaf.get(9) == self.receipt.slot,
                   f"entry {sequence} is not the one that it names")
            self.found.add(sequence)
            self.rows.update(changed)
        elif sequence > self.receipt.entries[-1][0]:
            back = [row for row, fate in changed.items()
                    if fate == "shared" and self.receipt.rows.get(row) == "destroyed"]
            demand(not back, f"entry {sequence} brings back what it says was destroyed")


def verdict(path, folder, vault, older):
    log_lines = list(verify(folder, vault, older, False))
    with open(path, "rb") as file:
        receipt = Receipt(file.read((32 << 20) + 1))
    header = Header(read(folder, "header.json"), vault)
    who = receipt.signed_by(header)
    size, root, _ = read_checkpoint(read(folder, "checkpoint.txt"), header)
    demand(receipt.size <= size, f"it is of {receipt.size} entries, and this log has {size}")
    told = Told(header, size, root, receipt)
    with open(os.path.join(folder, "entries.jsonl"), "rb") as file:
        for line in file:
            told.line(line)
    demand(told.older_root == receipt.root, "the log does not begin as it says")
    demand(told.found == set(told.entries), "an entry that it names is missing")
    demand(told.rows == receipt.rows, "the log says that other pictures were destroyed")
    yield from log_lines
    destroyed = sum(fate == "destroyed" for fate in receipt.rows.values())
    yield (f"THE RECEIPT HOLDS: {destroyed} pictures were destroyed, {len(receipt.rows) - destroyed} kept for "
           f"others, by {who}, before {receipt.time}, and none came back.")
    if receipt.reference is not None:
        yield f"  its reference: {shown(receipt.reference)}"
    for id, _, time in receipt.copies:
        yield f"  copy {id}, brought up to date {time}, could still hold them then"
    yield "Whose pictures they were, the receipt does not say, and this folder cannot show."


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("receipt")
    parser.add_argument("folder")
    parser.add_argument("--vault", help="the vault's ID, 32 hexadecimal digits")
    parser.add_argument("--older", help="a checkpoint from an earlier day")
    arguments = parser.parse_args()
    try:
        lines = list(verdict(arguments.receipt, arguments.folder, arguments.vault, arguments.older))
    except Refused as why:
        print(f"REFUSED: {why}.")
        return 1
    except OSError as why:
        print(f"REFUSED: {shown(str(why))}.")
        return 1
    print("\n".join(lines))
    return 0


if __name__ == "__main__":
    sys.exit(main())
