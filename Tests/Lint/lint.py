#!/usr/bin/env python3
"""Judges every tracked file: the import table and the house rules.

  lint.py              judges the checkout this file is in; exit 1 when something is found
  lint.py --self-test  judges the rules by their own examples
"""

import os
import subprocess
import sys

sys.dont_write_bytecode = True
import imports
import rules

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))


def tracked():
    """Paths that Git knows, and those it would add: a new file must not wait for its commit."""
    listing = subprocess.run(
        ["git", "-C", ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        stdout=subprocess.PIPE, check=True).stdout
    return sorted({os.fsdecode(path) for path in listing.split(b"\0") if path})


def main():
    with open(os.path.join(HERE, "imports.txt"), encoding="utf-8") as file:
        table = imports.read_table(file.read())

    if sys.argv[1:] == ["--self-test"]:
        wrong = list(imports.self_test(table)) + list(rules.self_test())
        for sentence in wrong:
            print(f"lint: self-test: {sentence}", file=sys.stderr)
        print(f"lint: {len(rules.RULES) + 3} rules judged by their examples, {len(wrong)} wrong")
        return 1 if wrong else 0
    if sys.argv[1:]:
        print(__doc__, file=sys.stderr)
        return 2

    count = found = 0
    for path in tracked():
        full = os.path.join(ROOT, path)
        if os.path.islink(full) or not os.path.isfile(full):
            continue
        with open(full, "rb") as file:
            content = file.read()
        if b"\0" in content:
            continue
        text = content.decode("utf-8", "replace")
        count += 1
        for number, message in [*imports.check(path, text, table), *rules.check(path, text)]:
            print(f"{path}:{number}: {message}", file=sys.stderr)
            found += 1
    if count == 0:
        print("lint: no files to judge, so nothing is proved", file=sys.stderr)
        return 1
    print(f"lint: {count} files, {found} findings")
    return 1 if found else 0


sys.exit(main())
