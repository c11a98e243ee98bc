"""The import table: which room may import what (Tests/Lint/imports.txt)."""

import re

IMPORT = re.compile(
    r"^\s*(?:@[\w()]+\s+)*(?:(?:public|package|internal|fileprivate|private)\s+)?import\s+"
    r"(?:(?:struct|class|enum|protocol|typealias|func|let|var|actor)\s+)?(\w+)")
FREE = {"Synchronization"}
WHY = {
    "VaultFormat": "VaultFormat turns bytes into values and back, without keys and without I/O",
    "CSodium": "libsodium has one door, VaultCrypto",
    "COpenSSL": "libcrypto has one door, VaultCrypto",
    "Crypto": "swift-crypto has one door, VaultCrypto",
    "GRDB": "only VaultRecords and VaultIndex speak to SQLite",
    "CQRCode": "only VaultCommands draws QR codes",
    "CZxcvbn": "only VaultKeys judges passphrases",
    "CLinux": "only VaultFiles speaks to the kernel",
    "CVips": "pictures are decoded in lighttight-imager only, which holds no key",
    "CCage": "only lighttight-imager shuts itself in",
    "CChild": "only VaultImaging starts the imager",
    "ArgumentParser": "only VaultCommands reads a command line",
    "Foundation": "the standard library and VaultFiles do here what Foundation would",
}


def read_table(text):
    table = {}
    for number, line in enumerate(text.splitlines(), 1):
        line = line.split("#")[0].strip()
        if not line:
            continue
        room, colon, modules = line.partition(":")
        if not colon or room in table:
            raise SystemExit(f"imports.txt:{number}: cannot read \"{line}\"")
        table[room] = set(modules.split())
    return table


def reason(room, module, table):
    if module in table and room in table:
        if room in table.get(module, ()):
            return f"{module} stands above {room}: imports point downwards only"
        if module.startswith("Vault"):
            return f"{room} and {module} meet in VaultKit only, or the table must say why not"
    return WHY.get(module) or WHY.get(room) or "it is not in the room's line"


def check(path, text, table):
    """Yields (line number, message) for each import that the table does not allow."""
    parts = path.split("/")
    if len(parts) < 3 or parts[0] != "Sources" or not path.endswith(".swift"):
        return
    room = parts[1]
    if room not in table:
        yield 1, f"room \"{room}\" is not in Tests/Lint/imports.txt: give it a line there"
        return
    comment = False
    for number, line in enumerate(text.splitlines(), 1):
        if comment or line.lstrip().startswith("/*"):
            comment = "*/" not in line
            continue
        found = IMPORT.match(line)
        if found and found[1] not in table[room] | FREE:
            yield number, f"{room} may not import {found[1]}: {reason(room, found[1], table)}"


def self_test(table):
    """Yields a sentence for each example that the rule judges wrongly."""
    good = [
        ("Sources/VaultCrypto/A.swift", "import CSodium\ninternal import Crypto\n"),
        ("Sources/VaultKit/A.swift", "package import VaultStore\n@testable import VaultKeys"),
        ("Sources/VaultKit/A.swift", "// import CSodium\nlet important = 1"),
        ("Sources/VaultStore/A.swift", "import Synchronization"),
        ("Tests/VaultKitTests/A.swift", "import CSodium"),
    ]
    bad = [
        ("Sources/VaultKeys/A.swift", "import CSodium"),
        ("Sources/VaultStore/A.swift", "internal import VaultRecords"),
        ("Sources/VaultStore/A.swift", "import Foundation"),
        ("Sources/VaultFormat/A.swift", "import Glibc"),
        ("Sources/VaultRecords/A.swift", "@preconcurrency import struct VaultStore.Pack"),
        ("Sources/VaultKit/A.swift", "  import GRDB"),
        ("Sources/VaultKit/A.swift", "import VaultCommands"),
        ("Sources/NewRoom/A.swift", "let a = 1"),
    ]
    for path, text in good:
        for _, message in check(path, text, table):
            yield f"imports: refuses what is allowed, {path}: {message}"
    for path, text in bad:
        if not list(check(path, text, table)):
            yield f"imports: lets pass, in {path}: {text}"
