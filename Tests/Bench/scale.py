"""What grows with the number of pictures and of entries: rotation, the log, and what every command pays.

The pictures are 64 bytes long: what is measured are rows, not bytes. The floor of a rotation is the same rows,
emptied and filled again in a copy of the same database by SQLite alone, without a key; the floor of a
log is reading it and hashing each entry and node, by SQLite and OpenSSL out of an interpreter.
"""

import hashlib
import os
import shutil
import sqlite3
import statistics
import subprocess
import time

import peers

PER_FOLDER = 1_000


def pictures(folder, count):
    """Tiny files that begin like a JPEG, a thousand to a folder; made once for each size."""
    if os.path.exists(folder + ".made"):
        return
    shutil.rmtree(folder, ignore_errors=True)
    for number in range(count):
        if number % PER_FOLDER == 0:
            parent = os.path.join(folder, f"{number // PER_FOLDER:03d}")
            os.makedirs(parent)
        with open(os.path.join(parent, f"{number:06d}.jpg"), "wb") as file:
            file.write(b"\xff\xd8\xff\xe0" + os.urandom(60))
    open(folder + ".made", "w", encoding="ascii").close()


class Scale:
    """One vault with as many pictures as the set says, and one with a long log."""

    def __init__(self, options, tools):
        self.options, self.tools = options, tools
        self.work = os.path.join(options.work, "scale")
        shutil.rmtree(self.work, ignore_errors=True)
        os.makedirs(os.path.join(self.work, "home"))
        self.environment = {**os.environ, "LC_ALL": "C.UTF-8", "HOME": self.path("home"),
                            "XDG_STATE_HOME": self.path("home/state"),
                            "XDG_RUNTIME_DIR": self.path("home")}
        self.program = os.path.join(options.bin, "lighttight")

    def path(self, name):
        return os.path.join(self.work, name)

    def run(self, *command, data=None):
        """Runs a command; returns wall seconds, processor seconds and peak MiB."""
        figures, log = self.path("figures"), self.path("log")
        with open(log, "wb") as errors, open(self.path("output"), "wb") as output:
            status = subprocess.run(
                [os.path.join(self.tools, "measure"), figures, *command], stdout=output,
                stderr=errors, env=self.environment, check=False,
                **({"input": data} if data else {"stdin": subprocess.DEVNULL})).returncode
        if status != 0:
            with open(log, encoding="utf-8", errors="replace") as file:
                raise SystemExit(f"{' '.join(command[1:3])}: exit status {status}: {file.read()[-300:]}")
        with open(figures, encoding="ascii") as file:
            wall, user, system, peak = map(float, file.read().split())
        return wall, user + system, peak / 1024

    def make(self, name):
        passphrase = self.path("passphrase")
        with open(os.open(passphrase, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="ascii") as file:
            file.write(peers.PASSPHRASE + "\n")
        vault = self.path(name)
        self.run(self.program, "init", vault, "--passphrase-file", passphrase,
                 "--recovery-code-out", vault + ".code")
        return vault

    def opened(self, vault):
        return ["--vault", vault, "--recovery-code-file", vault + ".code"]


def refill(database):
    """Empties and fills the narrow tables as a rotation does, with random bytes for keys and tags."""
    connection = sqlite3.connect(database, isolation_level=None)
    run = connection.execute
    for setting in ("synchronous = EXTRA", "secure_delete = ON", "temp_store = MEMORY",
                    "journal_mode = PERSIST", "cache_size = -200000"):
        run("PRAGMA " + setting)
    run("CREATE TEMP TABLE k AS SELECT row, random() tag, zeroblob(72) wrapped FROM main.filekey ORDER BY row")
    run("CREATE TEMP TABLE f AS SELECT row, number, random() place, random() subject, zeroblob(72) wrapped "
        "FROM main.finder ORDER BY row, number")
    before = os.times()
    start = time.monotonic()
    run("BEGIN IMMEDIATE")
    run("DELETE FROM main.filekey")
    run("DELETE FROM main.finder")
    run("INSERT INTO main.filekey SELECT row, tag, wrapped FROM k ORDER BY rowid")
    run("INSERT INTO main.finder SELECT row, number, place, subject, wrapped FROM f ORDER BY rowid")
    run("COMMIT")
    wall, after = time.monotonic() - start, os.times()
    connection.close()
    return wall, after.user + after.system - before.user - before.system


def hash_log(database):
    """Reads every entry and hashes it once as a leaf of the tree, and as often again for its nodes."""
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    start = time.monotonic()
    node = bytes(65)
    for (leaf, _) in connection.execute("SELECT leaf, rows FROM entry ORDER BY sequence"):
        hashlib.sha256(b"\0" + leaf).digest()
        hashlib.sha256(node).digest()
    wall = time.monotonic() - start
    connection.close()
    return wall


def report(options, tools, say):
    count, entries = options.counts["scale"], options.entries
    scale = Scale(options, tools)
    source = os.path.join(options.work, "data", f"scale-{count}")
    say(f"scale: {count} pictures")
    pictures(source, count)
    vault = scale.make("vault")
    imported = scale.run(scale.program, "import", "--no-look", *scale.opened(vault), source,
                         "--subject-from", "([0-9]+)[.]jpg$")
    shutil.copyfile(os.path.join(vault, "records.db"), scale.path("floor.db"))
    os.sync()
    floor = refill(scale.path("floor.db"))
    os.remove(scale.path("floor.db"))
    rotations = []
    for number in range(options.rounds):
        say(f"scale, round {number + 1} of {options.rounds}: key rotate")
        os.sync()
        rotations.append(scale.run(scale.program, "key", "rotate", *scale.opened(vault)))
    rotated = [statistics.median(column) for column in zip(*rotations)]
    verified = scale.run(scale.program, "audit", "verify", "--vault", vault)

    say(f"scale: {entries} entries")
    long = scale.make("long")
    with open(long + ".code", "rb") as file:
        code = file.read()
    written = scale.run(os.path.join(options.bin, "long-log"), long, str(entries), data=code)
    checks = [scale.run(scale.program, "audit", "verify", "--vault", long)
              for _ in range(options.rounds)]
    checked = [statistics.median(column) for column in zip(*checks)]
    hashed = hash_log(os.path.join(long, "records.db"))

    scale.run(scale.program, "unlock", "--for", "10m", "--vault", vault,
              "--passphrase-file", scale.path("passphrase"))
    say("scale: questions in a session")
    middle = f"{count // 2:06d}"
    indexed = scale.run(scale.program, "list", "--limit", "1", "--vault", vault)
    asked = [(name, [scale.run(scale.program, *words, "--vault", vault) for _ in range(15)])
             for name, words in (
                 ("status", ["status"]), ("list --limit 1", ["list", "--limit", "1"]),
                 ("list --limit 50", ["list", "--limit", "50"]),
                 ("search for a word, all pictures have it", ["search", "jpg", "--limit", "50"]),
                 ("search for a member's number", ["search", middle]))]
    scale.run(scale.program, "lock", "--all")
    shutil.rmtree(scale.work, ignore_errors=True)

    lines = [
        f"## scale: {count} pictures of 64 bytes, {entries} entries", "",
        "| | wall | processor | peak memory | floor, wall | times the floor |", "|---|---|---|---|---|---|",
        f"| import | {imported[0]:.1f} s | {imported[1]:.1f} s | {imported[2]:.0f} MiB | | |",
        f"| key rotate | {rotated[0]:.1f} s | {rotated[1]:.1f} s | {rotated[2]:.0f} MiB | {floor[0]:.1f} s "
        f"| ×{rotated[0] / floor[0]:.2f} |",
        f"| audit verify, all rows | {verified[0]:.1f} s | {verified[1]:.1f} s | {verified[2]:.0f} MiB | | |",
        f"| entries written | {written[0]:.1f} s | {written[1]:.1f} s | {written[2]:.0f} MiB | | |",
    ]
    lines += [
        f"| audit verify, all entries | {checked[0]:.2f} s | {checked[1]:.2f} s | {checked[2]:.0f} MiB "
        f"| {hashed:.2f} s | ×{checked[0] / hashed:.2f} |",
        f"| the first list, which makes the index | {indexed[0]:.1f} s | {indexed[1]:.1f} s | {indexed[2]:.0f} MiB "
        "| | |"]
    for name, runs in asked:
        wall, busy, peak = (statistics.median(column) for column in zip(*runs))
        lines.append(f"| {name}, in a session | {wall * 1000:.0f} ms | {busy * 1000:.0f} ms | {peak:.0f} MiB | | |")
    return "\n".join(lines) + "\n\n"
