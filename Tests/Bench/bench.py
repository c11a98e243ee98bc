#!/usr/bin/env python3
"""Measures the vault beside the floor, borg and restic, in one run, and prints Markdown.

Before each command the trees it reads are dropped from the page cache (only they: the machine's other
work keeps its own); what a command leaves unwritten counts, for the file system is synced on its time.
The order of the programs turns from round to round. Answers are checked: an export is compared with the
source byte for byte, a verify must succeed, and fail once a bit is flipped.
"""

import argparse
import filecmp
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import time

sys.dont_write_bytecode = True
import peers
import scale
import serve

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
SETS = {"camera": 400, "members": 20_000, "scale": 474_651, "serve": 3_000}
QUICK = {"camera": 60, "members": 3_000, "scale": 20_000, "serve": 500}


def say(text):
    print(text, file=sys.stderr, flush=True)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bin", default=os.path.join(ROOT, ".build-release/release"),
                        help="folder of lighttight and lighttight-samples")
    parser.add_argument("--work", default=os.path.join(ROOT, ".bench"),
                        help="folder for data, stores and the report (about 6 GB)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peer-rounds", type=int, default=1,
                        help="rounds in which the slower peers take part")
    parser.add_argument("--peers", default=",".join(peers.PEERS))
    parser.add_argument("--sets", default=",".join(SETS))
    parser.add_argument("--count", action="append", default=[], metavar="SET=N",
                        help="number of pictures in a set")
    parser.add_argument("--entries", type=int, default=50_000,
                        help="length of the log in the set scale (a million takes a quarter of an hour)")
    parser.add_argument("--quick", action="store_true", help="small sets, one round")
    options = parser.parse_args()
    for chosen, known in ((options.peers, peers.PEERS), (options.sets, SETS)):
        for name in chosen.split(","):
            if name not in known:
                parser.error(f"{name!r} is none of {', '.join(known)}")
    options.counts = dict(QUICK if options.quick else SETS)
    for pair in options.count:
        name, _, count = pair.partition("=")
        if name not in SETS or not count.isdigit():
            parser.error(f"--count {pair!r} is not SET=N")
        options.counts[name] = int(count)
    if options.quick:
        options.rounds = 1
        options.entries = min(options.entries, 5_000)
    options.bin = os.path.abspath(options.bin)
    options.work = os.path.abspath(options.work)
    return options


# ---- the machine ----

def processor_seconds():
    """Busy seconds of all processors, all programs."""
    with open("/proc/stat", encoding="ascii") as file:
        numbers = [int(number) for number in file.readline().split()[1:9]]
    return (sum(numbers) - numbers[3] - numbers[4]) / os.sysconf("SC_CLK_TCK")


def drop_cache(folder):
    for parent, _, names in os.walk(os.fsencode(folder)):
        for name in names:
            try:
                file = os.open(os.path.join(parent, name), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            except OSError:
                continue
            os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(file)


def sync(folder):
    subprocess.run(["sync", "-f", folder], check=True)


def machine():
    model = "unknown processor"
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        for line in file:
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    return f"{os.cpu_count()} × {model}, Linux {platform.release()}"


# ---- data and tools ----

def compiled(options):
    tools = os.path.join(options.work, "tools")
    os.makedirs(tools, exist_ok=True)
    for name in ("floor", "measure"):
        subprocess.run(["cc", "-O2", "-Wall", "-o", os.path.join(tools, name),
                        os.path.join(HERE, name + ".c"), "-lcrypto", "-lpthread"], check=True)
    return tools


def data(options, name):
    """The folder of pictures; made once for each set and size."""
    count = options.counts[name]
    folder = os.path.join(options.work, "data", f"{name}-{count}")
    if not os.path.exists(folder + ".made"):
        say(f"making {count} pictures of the set {name}")
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        subprocess.run([os.path.join(options.bin, "lighttight-samples"), name, folder,
                        "--count", str(count)], check=True)
        open(folder + ".made", "w", encoding="ascii").close()
    return folder


# ---- one program on one set ----

class Failed(Exception):
    pass


class Run:
    """One program in one round, with a store of its own."""

    def __init__(self, options, tools, peer, source):
        self.peer, self.jobs, self.source = peer, peers.PEERS[peer], source
        self.work = os.path.join(options.work, "run")
        shutil.rmtree(self.work, ignore_errors=True)
        os.makedirs(os.path.join(self.work, "home"))
        self.words = {
            "bin": options.bin, "tools": tools, "source": source, "one": "",
            **{name: os.path.join(self.work, name)
               for name in ("store", "target", "home", "passphrase")}}
        with open(os.open(self.words["passphrase"], os.O_WRONLY | os.O_CREAT, 0o600), "w",
                  encoding="ascii") as file:
            file.write(peers.PASSPHRASE + "\n")
        self.environment = {**os.environ, "LC_ALL": "C.UTF-8", **{
            name: value.format(**self.words) for name, value in self.jobs.get("env", {}).items()}}

    def measure(self, job, expect_failure=False):
        """Runs a job; returns wall seconds, processor seconds, peak kilobytes and the others' share."""
        target = self.words["target"]
        shutil.rmtree(target, ignore_errors=True)
        os.makedirs(target)
        sync(self.work)
        for folder in (self.source, self.words["store"]):
            drop_cache(folder)
        command = [word.format(**self.words) for word in self.jobs[job]]
        figures = os.path.join(self.work, "figures")
        log = os.path.join(self.work, "log")
        busy, start = processor_seconds(), time.monotonic()
        with open(log, "wb") as errors, open(os.path.join(self.work, "output"), "wb") as output:
            status = subprocess.run([self.words["tools"] + "/measure", figures, *command],
                                    stdin=subprocess.DEVNULL, stdout=output, stderr=errors,
                                    env=self.environment, check=False).returncode
        settled = 0.0
        if job in peers.WRITES:
            before = time.monotonic()
            sync(self.work)
            settled = time.monotonic() - before
        elapsed = time.monotonic() - start
        busy = processor_seconds() - busy
        if (status != 0) != expect_failure:
            with open(log, encoding="utf-8", errors="replace") as file:
                raise Failed(f"{self.peer} {job}: exit status {status}: {file.read()[-300:].strip()}")
        with open(figures, encoding="ascii") as file:
            wall, user, system, peak = map(float, file.read().split())
        others = max(0.0, busy - user - system) / max(0.05, elapsed * os.cpu_count())
        return {"wall": wall + settled, "cpu": user + system, "peak": peak, "others": others}

    def everything(self, round_number):
        results = {}
        if "init" in self.jobs:
            self.measure("init")
        if "unlock" in self.jobs:
            tries = [self.measure("unlock") for _ in range(3)]
            results["unlock"] = {key: statistics.median(one[key] for one in tries)
                                 for key in tries[0]}
        for job in peers.JOBS:
            if job not in self.jobs:
                continue
            if job == "one":
                self.words["one"] = self.identifier()
            results[job] = self.measure(job)
            if job == "export":
                self.compare(thoroughly=round_number == 0)
        if round_number == 0:
            self.flip_a_bit()
            self.measure("verify", expect_failure=True)
        return results

    def identifier(self):
        """The picture two thirds down the list."""
        self.measure("find")
        with open(os.path.join(self.work, "output"), encoding="utf-8") as file:
            found = [entry["id"] for entry in map(json.loads, file) if entry.get("id")]
        if not found:
            raise Failed(f"{self.peer} find: no JSON line with an \"id\"")
        return found[len(found) * 2 // 3]

    def compare(self, thoroughly):
        """The target must hold the source's files, wherever below it the program puts them."""
        wanted = tree(self.source)
        top = self.words["target"]
        while len(os.listdir(top)) == 1 and not tree(top).keys() & wanted.keys():
            top = os.path.join(top, os.listdir(top)[0])
        got = tree(top)
        if got != wanted:
            raise Failed(f"{self.peer} export: {len(got)} files, {len(wanted)} expected, "
                         f"{len(got.items() ^ wanted.items())} names or sizes differ")
        if thoroughly:
            for name in wanted:
                if not filecmp.cmp(os.path.join(os.fsencode(top), name),
                                   os.path.join(os.fsencode(self.source), name), shallow=False):
                    raise Failed(f"{self.peer} export: {name!r} differs")

    def flip_a_bit(self):
        """In the middle of the largest file of the store."""
        store = os.fsencode(self.words["store"])
        size, name = max((size, name) for name, size in tree(store).items())
        path = os.path.join(store, name)
        os.chmod(path, 0o600)
        with open(path, "r+b") as file:
            file.seek(size // 2)
            byte = file.read(1)[0]
            file.seek(size // 2)
            file.write(bytes([byte ^ 1]))


def tree(folder):
    """Size by path, both as the file system has them."""
    top = os.fsencode(folder)
    return {os.path.relpath(os.path.join(parent, name), top):
            os.lstat(os.path.join(parent, name)).st_size
            for parent, _, names in os.walk(top) for name in names}


# ---- the report ----

def median(runs, job, key, less=0.0):
    return max(0.0, statistics.median(run[job][key] for run in runs) - less)


def cell(job, runs, floor):
    if job not in runs[0]:
        return "–"
    less = {key: median(runs, "unlock", key) if "unlock" in runs[0] else 0.0
            for key in ("wall", "cpu")}
    wall, cpu = (median(runs, job, key, less[key]) for key in ("wall", "cpu"))
    text = ", ".join(f"{value:.3f} s" if value < 1 else f"{value:.2f} s" for value in (wall, cpu))
    if floor and runs is not floor and job in floor[0]:
        ratios = [value / max(0.001, median(floor, job, key))
                  for key, value in (("wall", wall), ("cpu", cpu))]
        text += f" (×{ratios[0]:.2f}, ×{ratios[1]:.2f})"
    return text


def report(options, results, skipped):
    lines = [f"# Benchmark, {time.strftime('%Y-%m-%d')}", "",
             f"{machine()}; {options.rounds} rounds, medians. "
             "Each cell: wall time, processor time (times the floor's of the same run). "
             "What unlocking costs is taken off, see the column.", ""]
    for name, runs_by_peer in results.items():
        folder = os.path.join(options.work, "data", f"{name}-{options.counts[name]}")
        sizes = tree(folder).values()
        lines += [f"## {name}: {len(sizes)} pictures, {sum(sizes) / 1e9:.2f} GB", "",
                  "| | rounds | " + " | ".join(peers.JOBS) + " | unlock | peak memory | disturbed |",
                  "|---" * (len(peers.JOBS) + 5) + "|"]
        floor = runs_by_peer.get("floor")
        for peer, runs in runs_by_peer.items():
            unlock = f"{median(runs, 'unlock', 'wall'):.2f} s" if "unlock" in runs[0] else "–"
            peaks = {job: max(run[job]["peak"] for run in runs) / 1024 for job in runs[0]}
            peak = f"{max(peaks.values()):.0f} MiB"
            if "unlock" in peaks:
                peak += f" (unlock {peaks['unlock']:.0f})"
            others = statistics.median(one["others"] for run in runs for one in run.values())
            lines.append(f"| {peer} | {len(runs)} | "
                         + " | ".join(cell(job, runs, floor) for job in peers.JOBS)
                         + f" | {unlock} | {peak} | {others:.0%} |")
        lines.append("")
    lines += ["*disturbed*: the share of the machine that other programs had meanwhile; above a fifth, "
              "trust the ratios only."]
    lines += [f"- skipped: {reason}" for reason in skipped]
    return "\n".join(lines) + "\n"


def main():
    options = arguments()
    tools = compiled(options)
    skipped, broken = [], False
    chosen = []
    for peer in options.peers.split(","):
        program = peers.PEERS[peer]["needs"].format(bin=options.bin, tools=tools)
        if shutil.which(program):
            chosen.append(peer)
        else:
            skipped.append(f"{peer}: not installed")
    results = {}
    for name in options.sets.split(","):
        if name in ("scale", "serve"):
            continue
        source = data(options, name)
        results[name] = {}
        for number in range(options.rounds):
            turn = number % len(chosen)
            for peer in chosen[turn:] + chosen[:turn]:
                if peer not in peers.EVERY_ROUND and number >= options.peer_rounds:
                    continue
                say(f"{name}, round {number + 1} of {options.rounds}: {peer}")
                try:
                    figures = Run(options, tools, peer, source).everything(number)
                except Failed as failure:
                    say(f"  {failure}")
                    skipped.append(f"{name}, round {number + 1}: {failure}")
                    broken = True
                    continue
                results[name].setdefault(peer, []).append(figures)
        results[name] = {peer: results[name][peer] for peer in chosen if peer in results[name]}
        shutil.rmtree(os.path.join(options.work, "run"), ignore_errors=True)
    text = report(options, results, skipped)
    if "scale" in options.sets.split(","):
        text += scale.report(options, tools, say)
    if "serve" in options.sets.split(","):
        text += serve.report(options, say)
    with open(os.path.join(options.work, "report.md"), "w", encoding="utf-8") as file:
        file.write(text)
    print(text)
    return 1 if broken else 0


sys.exit(main())
