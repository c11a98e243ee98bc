"""House rules, each with its reason and with examples that prove it catches something.

A rule is judged line by line. `where` is a pattern for the path; `unless` one for paths it spares;
`excused` tells which lines may stand after all (given the line and the line above).
"""

import os
import re

SWIFT = r"^(Sources|Tests)/.*\.swift$"
SOURCES = r"^Sources/.*\.swift$"
TALKING = r"^Sources/(VaultCommands|lighttight|lighttight-samples|lighttight-vectors)/"
TEXT = r"\.(swift|c|h|py|sh|md|txt|json|jsonl|yml|yaml|toml|modulemap)$|^Makefile$|^\.ci/"


def commented(line, above):
    """A comment on the line or on the line above says why."""
    return "//" in line or above.lstrip().startswith("//")


class Rule:
    def __init__(self, name, pattern, why, where=SWIFT, unless=None, excused=None, keep=False,
                 bad=(), good=()):
        self.name, self.why, self.excused, self.keep = name, why, excused, keep
        self.pattern = re.compile(pattern)
        self.where = re.compile(where)
        self.unless = re.compile(unless) if unless else None
        # An example is a text, or a path and a text.
        self.bad, self.good = bad, good

    def check(self, path, text):
        if not self.where.search(path) or (self.unless and self.unless.search(path)):
            return
        above = ""
        for number, line in enumerate(text.splitlines(), 1):
            # Unless the rule is about all text, neither comments nor strings can break it.
            judged = line if self.keep else bare(line)
            if self.pattern.search(judged) and not (self.excused and self.excused(line, above)):
                yield number, f"{self.name}: {self.why}"
            above = line


def bare(line):
    """The line without its strings and without its comment."""
    line = re.sub(r'"(?:[^"\\]|\\.)*"', '""', line)
    return line.split("//")[0]


HERE = os.path.dirname(os.path.abspath(__file__))


def places():
    hosts, folders = set(), set()
    with open(os.path.join(HERE, "places.txt"), encoding="utf-8") as file:
        for line in file:
            kind, *words = line.split("#")[0].split() or [""]
            {"host": hosts, "folder": folders}.get(kind, set()).update(words)
    return hosts, folders


def pointer_files():
    """The files that may write through pointers though their room may not; each needs its reason."""
    with open(os.path.join(HERE, "pointers.txt"), encoding="utf-8") as file:
        lines = [line.split("#")[0].strip() for line in file]
    pairs = [line.partition(":")[::2] for line in lines if line]
    if unreasoned := [path for path, why in pairs if not why.strip()]:
        raise SystemExit(f"pointers.txt: no reason for {unreasoned}")
    return [re.escape(path) for path, _ in pairs]


HOSTS, FOLDERS = places()
POINTERS = "|".join([r"^Sources/(VaultCrypto|VaultFiles|VaultStore|VaultRecords)/",
                     *(rf"^Sources/{path}$" for path in pointer_files())])
# Names that RFC 2606 and RFC 6761 keep for examples, and this very machine.
EXAMPLE_HOST = r"(?:[\w.-]*\.)?(?:example|invalid|test|localhost|example\.(?:com|org|net))"
LOCAL_HOST = r"127\.0\.0\.1|\[::1\]|host"
KNOWN_HOSTS = "|".join(re.escape(host) for host in sorted(HOSTS))
URL = rf"\bhttps?://(?!(?:{KNOWN_HOSTS}|{EXAMPLE_HOST}|{LOCAL_HOST})(?![\w.-]))[\w\[]"
# A path of at least two parts that starts a word, as in a shell line, a string or a sentence.
START = r"""(?:^|(?<=[\s`(=<>,\[])|(?<=^["'])|(?<=[\s`(=<>,\[]["']))"""
PATH = (START + rf"/(?!(?:{'|'.join(sorted(FOLDERS))})/)[a-z][\w.-]+/[\w.-]+"
        + "|" + START + r"/tmp/[a-z]/")

RULES = [
    Rule("try?", r"\btry\?", "an error is thrown away: say why in a comment on this line or above",
         excused=commented,
         bad=["let a = try? b()"],
         good=["let a = try? b()  // gone already is as good", "// Best effort.\ntry? b()",
               'say("try? again")']),
    Rule("whole file", r"Data\(contentsOf|String\(contentsOf|contentsOfFile",
         "a whole file comes into memory: stream it", where=SOURCES,
         bad=["let d = try Data(contentsOf: url)", "String(contentsOfFile: p)"],
         good=["let d = try file.read(into: &buffer)", ("Tests/A/B.swift", "Data(contentsOf: u)")]),
    Rule("fatalError", r"\bfatalError\(",
         "hostile input throws; a broken invariant is a preconditionFailure with a sentence",
         bad=["fatalError()", 'fatalError("no")'],
         good=['preconditionFailure("the chunk count was checked")']),
    Rule("unfinished", r"\b(TODO|FIXME|XXX)\b", "finish it, or write an issue", where=TEXT,
         unless=r"^Tests/Lint/", keep=True,
         bad=["// TODO: later", "let a = 1 // FIXME", ("Docs/a.md", "XXX")],
         good=["let todos = 1", "// What is to do here is done."]),
    Rule("print", r"(?<![.\w])(print|debugPrint|dump)\(",
         "libraries do not talk: throw, or return what VaultCommands will print",
         where=SOURCES, unless=TALKING,
         bad=[("Sources/VaultKit/A.swift", "    print(1)"), ("Sources/VaultKeys/A.swift", "dump(k)")],
         good=[("Sources/VaultCommands/A.swift", "print(1)"),
               ("Sources/VaultKit/A.swift", "fingerprint(1)")]),
    Rule("environment", r"\bgetenv\b|\bProcessInfo\b|\benviron\b",
         "only VaultCommands reads the environment: take it as a parameter",
         where=SOURCES, unless=r"^Sources/VaultCommands/",
         bad=[("Sources/VaultKit/A.swift", 'getenv("HOME")'),
              ("Sources/VaultFiles/A.swift", "ProcessInfo.processInfo")],
         good=[("Sources/VaultCommands/A.swift", 'getenv("HOME")')]),
    Rule("unchecked Sendable", r"@unchecked\s+Sendable",
         "prove in a comment above why it is safe to send", excused=commented,
         bad=["final class A: @unchecked Sendable {"],
         good=["// Only the owner of the lock touches it.\nfinal class A: @unchecked Sendable {"]),
    Rule("nonisolated(unsafe)", r"nonisolated\(unsafe\)",
         "prove in a comment above why it is safe to share", excused=commented,
         bad=["nonisolated(unsafe) var a = 1"],
         good=["// Written once, before any thread starts.\nnonisolated(unsafe) var a = 1"]),
    Rule("pointer", r"\bUnsafeMutable(Raw)?(Buffer)?Pointer\b|\bUnmanaged\b|\bunsafeBitCast\b",
         "writing through pointers stays in VaultCrypto, VaultFiles, VaultStore and VaultRecords, and "
         "in the files that Tests/Lint/pointers.txt names with a reason",
         where=SOURCES, unless=POINTERS,
         bad=[("Sources/VaultKit/A.swift", "let p: UnsafeMutableRawPointer"),
              ("Sources/VaultFormat/A.swift", "UnsafeMutableBufferPointer(start: p, count: 1)")],
         good=[("Sources/VaultCrypto/A.swift", "let p: UnsafeMutableRawPointer"),
               ("Sources/VaultFormat/SecretCode.swift", "let p: UnsafeMutableRawPointer"),
               ("Sources/VaultKit/A.swift", "bytes.withUnsafeBytes { $0.count }")]),
    Rule("secret text", r"\b(passphrase|password|recoveryCode|rootKey|fileKey)(Text|String|Bytes)?\s*:\s*"
         r"(\[?String\b|borrowing String|consuming String|inout String|Substring|\[UInt8\])",
         "a secret never goes through String or a plain array: it cannot be wiped there",
         where=SOURCES,
         bad=["func open(passphrase: String)", "let password: String?", "var fileKey: [UInt8]"],
         good=["func open(passphrase: borrowing Passphrase)", "let passphraseCommand: String?",
               'case refused = "passphrase: String"']),
    Rule("disabled test", r"\.disabled\(|\bwithKnownIssue\b",
         "a test that does not run is not a test: mend it or take it out", where=r"^Tests/.*\.swift$",
         bad=[("Tests/A/B.swift", '@Test(.disabled("later"))')],
         good=[("Tests/A/B.swift", '@Test("a disabled( slot is refused")')]),
    Rule("machine path", PATH,
         "a path of one machine; if everyone has it, name its folder in Tests/Lint/places.txt",
         where=TEXT, keep=True,
         bad=["cd /" + "home/ada/vault", ("a.md", "see `/" + "data/x/y`"), "a=/" + "tmp/q/w"],
         good=["ls /usr/lib/x", "a/data/b/c", '"$a"/data/x', "https://github.com/data/x", "</p>/q", "1 /2/3"]),
    Rule("host", URL, "a host we have not agreed on: if it is public, name it in Tests/Lint/places.txt",
         where=TEXT, keep=True,
         bad=["see http" + "://mirror.corp/x", "http" + "s://10.1.2.3:8080/",
              "http" + "s://github.com.evil/x"],
         good=["https://github.com/x", "http://127.0.0.1:80/", "https://vault.example.com/s/1",
               "https://host/s/1"]),
]

LONGEST = 400


def too_long(path, text):
    count = text.count("\n")
    if re.search(SWIFT, path) and count > LONGEST:
        yield count, f"length: {count} lines, more than {LONGEST}: split it by topic"


# What lies at the top of the checkout; anything else was left there by mistake.
TOP = {".ci", ".gitignore", ".swift-format", "CHANGELOG.md", "CONTRIBUTING.md", "Docs", "LICENSE",
       "Makefile", "Package.resolved", "Package.swift", "README.md", "SECURITY.md", "Sources", "Tests"}


def stray(path, _):
    top = path.split("/")[0]
    if top not in TOP:
        yield 1, f"stray: \"{top}\" is not among what Tests/Lint/rules.py expects at the top"


def check(path, text):
    yield from stray(path, text)
    for rule in RULES:
        yield from rule.check(path, text)
    yield from too_long(path, text)


def self_test():
    """Yields a sentence for each example that its rule judges wrongly."""
    def place(example):
        return example if isinstance(example, tuple) else ("Sources/VaultKit/A.swift", example)

    for rule in RULES:
        if not rule.bad or not rule.good:
            yield f"{rule.name}: has no examples"
        for path, text in map(place, rule.bad):
            if not list(rule.check(path, text)):
                yield f"{rule.name}: lets pass: {text}"
        for path, text in map(place, rule.good):
            if list(rule.check(path, text)):
                yield f"{rule.name}: refuses what is good: {text}"
    if not list(too_long("Sources/A/B.swift", "a\n" * (LONGEST + 1))):
        yield "length: lets a long file pass"
    if list(stray("Sources/A.swift", "")) or not list(stray("scratch/a.swift", "")):
        yield "stray: misjudges what lies at the top"
    if list(too_long("Sources/A/B.swift", "a\n" * LONGEST)):
        yield "length: refuses a file of the greatest length"
