"""Requests: somebody without a vault sends pictures in."""

import json, os, time  # noqa: E401

import pictures
from mock_requests import Request
from stage import of_its_own
from webdriver import ELEMENT


def ask(stage, **given):
    request = Request(stage.shares, stage.base, **given)
    stage.secrets.append(request.key)
    return request


def choose(stage, *files):
    """Hands (name, bytes) to the page's field for files."""
    paths = []
    for name, data in files:
        paths.append(os.path.join(stage.folder, name))
        with open(paths[-1], "wb") as file:
            file.write(data)
        os.utime(paths[-1], (1_600_000_000, 1_600_000_000))
    field = stage.browser.wait("document.querySelector('input[type=file]')")
    stage.browser.do("POST", f"element/{field[ELEMENT]}/value", text="\n".join(paths))


@of_its_own
def sends(stage):
    """What is sent can be opened by the one who asks, is marked, and keeps name and time"""
    request = ask(stage, asker="Gym <Nord>", note="A portrait, please.", files=3)
    stage.visit(request.link)
    stage.browser.heading("Gym <Nord> asks you for pictures")
    stage.says("A portrait, please.")
    stage.says("Room for 3 more files")
    big = pictures.large(3 << 20)[0]
    choose(stage, ("Ich & Großmutter 🌻.png", big), ("empty.jpg", b""), ("exact.bin", b"x" * 32768))
    stage.says("3 files received", seconds=20)
    stage.says("No room for more files")
    found = request.deposits()
    assert found["Ich & Großmutter 🌻.png"][1] == big
    assert found["empty.jpg"][1] == b"" and found["exact.bin"][1] == b"x" * 32768
    head = found["empty.jpg"][0]
    assert head[2] == 1_600_000_000 * 10 ** 9 and abs(head[5] - time.time()) < 60
    assert "#" not in stage.browser.js("return location.href")
    for part in ("Großmutter".encode(), b"empty.jpg", big[40:90]):
        assert not any(part in seen[3] for seen in stage.meddler.seen if "/r/" in seen[1])


@of_its_own
def lost_receipt(stage):
    """A file whose receipt was lost is sent again under the same ID, and counts once"""
    request = ask(stage)
    stage.visit(request.link)
    stage.meddler.faults.append([request.link.split("/r/")[1][:22] + "/", "lose", 0])
    stage.browser.heading("Somebody asks you")
    stage.hurry()
    stage.meddler.faults[0][2] = 4
    choose(stage, ("once.png", b"picture"))
    stage.says("Not sent: no connection", seconds=20)
    stage.browser.click("Try again")
    stage.says("1 file received")
    with open(os.path.join(request.folder, "state.json"), "rb") as file:
        assert len(json.load(file)["received"]) == 1
    puts = stage.meddler.paths(request.link.split("/r/")[1][:22] + "/")
    assert len([path for path in puts if path.startswith("PUT")]) == 5
    assert list(request.deposits()) == ["once.png"]


@of_its_own
def bounds(stage):
    """Too large and too many are said for each file, and the others arrive"""
    request = ask(stage, files=1, largest=20_480)
    stage.visit(request.link)
    choose(stage, ("large.png", bytes(30_000)), ("first.png", b"1"), ("second.png", b"2"))
    stage.says("too large")
    stage.says("no room left")
    stage.says("1 file received")
    assert list(request.deposits()) == ["first.png"]


@of_its_own
def other_slip(stage):
    """A server that names another key, or changes who asks, is found out"""
    for change in (lambda slip: slip.replace(b'"epoch":3', b'"epoch":4'),
                   lambda slip: slip.replace(b"Ada", b"Eve")):
        request = ask(stage, asker="Ada")
        path = os.path.join(request.folder, "slip.json")
        with open(path, "rb") as file:
            slip = file.read()
        with open(path, "wb") as file:
            file.write(change(slip))
        stage.visit(request.link)
        stage.browser.heading("does not match")
        assert stage.browser.js("return document.querySelector('input')") is None


@of_its_own
def over(stage):
    """An expired request, and a link that was cut, say so"""
    stage.visit(ask(stage, seconds=-1).link)
    stage.browser.heading("nothing here")
    stage.visit(ask(stage).link[:-1])
    stage.browser.heading("not whole")


def many_names(stage):
    """Names are cut and cleaned as the deposits want them"""
    stage.visit(stage.base + "/s/" + "A" * 22)
    stage.browser.heading("not whole")
    script = ("return import('../page/seal.js').then((seal) => arguments[0].map((name) =>"
              " new TextDecoder('utf-8', { fatal: true }).decode(seal.nameBytes(name))))")
    given = ["a/b\0c", "", ".", "..", "...", "é" * 200, "x" * 254 + "🌻", "x" * 255]
    assert stage.browser.js(script, given) == [
        "a_b_c", "picture", "picture", "picture", "...", "é" * 127, "x" * 254, "x" * 255]


CASES = [sends, lost_receipt, bounds, other_slip, over, many_names]
