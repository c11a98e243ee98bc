#!/usr/bin/env python3
"""Tries the pages in a real browser, as people and as attackers would.

    run.py [--serve COMMAND] [--share COMMAND] [--only WORD] [--pictures DIR]

`--serve` starts the server: {shares} and {port} are put in; `--share` prepares the folder,
makes and ends shares, and makes bundles, with the arguments that mock_share.py tells; vault_share.py
does with the program. Without them it is the server and the maker beside this
file, which know nothing of the program. `--pictures` saves what the pages look like.
Needs, from Debian: chromium chromium-driver python3-cryptography. Exit status: 0 when all passed.
"""

import argparse, os, sys, tempfile, time, traceback  # noqa: E401

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import cases_bundle, cases_collect, cases_faults, cases_link, cases_page, looks  # noqa: E401,E402
from stage import Stage  # noqa: E402

ROOMS = (cases_link, cases_page, cases_faults, cases_bundle, cases_collect)


def no_trace(stage):
    """Nothing the page could store holds a secret: only where the browser itself lists addresses"""
    found = set()
    for folder, _, files in os.walk(stage.profile):
        for file in files:
            try:
                with open(os.path.join(folder, file), "rb") as opened:
                    data = opened.read()
            except OSError:
                continue
            if any(secret.encode() in data for secret in stage.secrets):
                found.add(file)
    # The last is the driver's: what the tests log is a secret too.
    lists = ("History", "Session_", "Tabs_", "ukm_db", "chrome_debug.log")
    assert all(file.startswith(lists) for file in found), f"a secret lies in {found}"


def main():
    python = sys.executable
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--serve", default=f"{python} {HERE}/mock_server.py"
                                           " --shares {shares} --port {port}")
    mock = f"{python} {HERE}/mock_share.py"
    parser.add_argument("--share", default=mock)
    parser.add_argument("--only", default="")
    parser.add_argument("--pictures")
    given = parser.parse_args()
    passed, failed, began = 0, 0, time.time()
    with tempfile.TemporaryDirectory(prefix="browser-", ignore_cleanup_errors=True) as folder:
        stage = Stage(folder, given.serve, given.share)
        cases = [case for room in ROOMS for case in room.CASES
                 if given.only in room.__name__ + case.__name__
                 and (given.share == mock or not hasattr(case, "of_its_own"))]

        def attempt(case, judge):
            nonlocal passed, failed
            start = time.time()
            try:
                case(stage)
                judge()
                passed += 1
            except Exception:
                failed += 1
                print(f"FAILED {case.__module__}.{case.__name__}: {case.__doc__}")
                traceback.print_exc(limit=-3, file=sys.stdout)
                stage.meddler.faults.clear()
            if os.environ.get("TIMES"):
                print(f"{time.time() - start:6.2f} {case.__name__}")

        try:
            if given.pictures:
                looks.take(stage, given.pictures)
            for case in cases:
                attempt(case, stage.judge)
        finally:
            stage.close()
        if not given.only:
            attempt(no_trace, lambda: None)
    print(f"{passed} passed, {failed} failed, {time.time() - began:.0f} s")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
