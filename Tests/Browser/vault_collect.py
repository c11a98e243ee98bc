#!/usr/bin/env python3
"""A request from end to end, with the program itself: a vault asks, a browser sends, the vault takes
in, and what comes out is what was sent.

    LIGHTTIGHT=.build/debug/lighttight vault_collect.py

Needs, from Debian: chromium chromium-driver. Exit status: 0 when all of it held.
"""

import os, subprocess, sys, tempfile, time  # noqa: E401

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import pictures, vault_share  # noqa: E401,E402
from stage import free_port  # noqa: E402
from webdriver import Browser, ELEMENT  # noqa: E402


def one(rows, kind):
    found = [row for row in rows if row["message_type"] == kind]
    assert len(found) == 1, rows
    return found[0]


def wait_for(what, seconds=20):
    end = time.time() + seconds
    while not what():
        assert time.time() < end, "waited in vain"
        time.sleep(.1)


def main():
    with tempfile.TemporaryDirectory(prefix="collect-", ignore_cleanup_errors=True) as folder:
        vault = os.path.join(folder, "vault")

        def run(*arguments):
            return vault_share.run(vault, *arguments)
        vault_share.prepare(vault)
        port = free_port()
        base = f"http://127.0.0.1:{port}"
        link = one(run("request", "create", "--base", base, "--subject", "4711", "--album", "Cards",
                       "--from", "Gym", "--files", "2", "--to", "Ada"), "new_request")["link"]
        server = subprocess.Popen(
            [os.environ["LIGHTTIGHT"], "share", "serve", "--shares", os.path.join(vault, "shares"),
             "--listen", f"127.0.0.1:{port}"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        server.stdout.readline()
        browser = Browser(free_port(), os.path.join(folder, "profile"), folder)
        try:
            big = pictures.large(3 << 20)[0]
            paths = []
            for name, data in (("Großmutter 🌻.png", big), ("again.png", big)):
                paths.append(os.path.join(folder, name))
                with open(paths[-1], "wb") as file:
                    file.write(data)
            browser.go(link)
            browser.heading("Gym asks you for pictures")
            field = browser.wait("document.querySelector('input[type=file]')")
            browser.do("POST", f"element/{field[ELEMENT]}/value", text="\n".join(paths))
            wait_for(lambda: "2 files received" in browser.js("return document.body.innerText"))
        finally:
            browser.close()
            server.terminate()
            server.wait()
        rows = run("inbox", "list")
        waiting = [row for row in rows if row["message_type"] == "deposit"]
        assert len(waiting) == 2 and {row["state"] for row in waiting} == {"unsigned"}, rows
        assert {row["asked"] for row in waiting} == {"Ada"}, rows
        assert {row["subject"] for row in waiting} == {"4711"}, rows
        took = one(run("inbox", "accept", "--all", "--no-look"), "summary")
        assert (took["imported"], took["duplicates"], took["failed"]) == (1, 1, 0), took
        picture = one(run("list"), "picture")
        assert {place["path"] for place in picture["occurrences"]} \
            == {"Großmutter 🌻.png", "again.png"}, picture
        assert {(place["subject"], place["album"]) for place in picture["occurrences"]} \
            == {("4711", "Cards")}, picture
        run("export", picture["id"], "--to", os.path.join(folder, "out"))
        found = [os.path.join(place, name) for place, _, names in os.walk(folder + "/out")
                 for name in names]
        assert found
        for path in found:
            with open(path, "rb") as file:
                assert file.read() == big, path
        log = [row["action"] for row in run("audit", "log") if row["message_type"] == "entry"]
        for action in ("requested", "listed", "deposited", "server said"):
            assert action in log, log
        assert one(run("inbox", "list"), "summary")["deposits"] == 0
    print("a request, answered by a browser, came in whole")


if __name__ == "__main__":
    main()
