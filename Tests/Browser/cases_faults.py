"""Networks that fail, servers that cheat, shares that end in between."""

import os

import pictures


def revoked(stage):
    """Ended by its sender while it is open: the next picture is not there, and the others go"""
    link, name = stage.share(*(stage.png(seed)[0] for seed in range(100, 180)))
    stage.open(link, 80)
    stage.browser.wait("document.images.length > 9")
    assert stage.browser.js("return document.images.length") < 70, "only what is near is fetched"
    stage.revoke(name)
    stage.browser.js("scrollTo(0, 1e6)")
    stage.browser.heading("The link has ended")
    assert stage.browser.js("return document.images.length") == 0


def lost_answer(stage):
    """An answer to `view` that was lost is asked for again under the same ticket: one view"""
    item, pixels = stage.png(32)
    link, name = stage.share(item, views=1)
    stage.visit(link)
    stage.browser.heading("You were sent")
    stage.hurry()
    stage.meddler.faults.append(["/view", "lose", 2])
    stage.browser.click("Open")
    stage.browser.heading("1 picture")
    assert stage.pixels() == pixels
    assert stage.state(name)["taken"] == 1
    assert len(stage.meddler.paths(link.split("/s/")[1][:22] + "/view")) == 3


def cut_download(stage):
    """A download that breaks goes on where it was"""
    data, pixels = pictures.large(1 << 20)
    link, _ = stage.share((data, "image/png", 48, 36))
    stage.meddler.faults += [["/1", 700_000, 1], ["/1", 100_000, 1]]
    stage.open(link)
    assert stage.pixels() == pixels
    ranges = [headers.get("Range") for _, path, headers, _ in stage.meddler.seen
              if link.split("/s/")[1][:22] + "/1" in path]
    assert len(ranges) == 3 and ranges[0] is None, ranges
    assert 0 < int(ranges[1][6:-1]) <= int(ranges[2][6:-1]) <= 800_000, ranges


def offline(stage):
    """Without a connection it says so, and tries again when asked"""
    item, pixels = stage.png(33)
    link, _ = stage.share(item)
    stage.meddler.faults.append(["/look", "drop", 4])
    stage.visit(link)
    stage.hurry()
    stage.browser.heading("No connection", seconds=15)
    stage.browser.click("Try again")
    stage.browser.heading("You were sent")
    stage.browser.click("Open")
    assert stage.pixels() == pixels


def damage(stage, name, number, change):
    path = stage.object_path(name, number)
    with open(path, "rb") as file:
        data = bytearray(file.read())
    with open(path, "wb") as file:
        file.write(change(data))


def flip(data):
    data[len(data) // 2] ^= 1
    return data


def damaged_picture(stage):
    """A picture that is not what was sealed is not shown; the others are"""
    items, pixels = zip(*(stage.png(seed) for seed in (34, 35, 38)))
    link, name = stage.share(*items)
    damage(stage, name, 2, flip)
    damage(stage, name, 3, lambda data: data[:30] + bytes([data[30] ^ 1]) + data[31:])  # commitment
    stage.open(link, 3)
    stage.browser.wait("document.body.innerText.split('arrived damaged').length === 3")
    assert stage.pixels() == pixels[0]
    assert stage.browser.js("return document.images.length") == 1


def swapped(stage):
    """Two pictures swapped by the server are both refused"""
    items, _ = zip(*(stage.png(seed) for seed in (36, 39)))
    link, name = stage.share(*items)
    first, second = stage.object_path(name, 1), stage.object_path(name, 2)
    os.rename(first, first + "x"), os.rename(second, first), os.rename(first + "x", second)
    stage.open(link, 2)
    stage.browser.wait("document.body.innerText.split('arrived damaged').length === 3")
    assert stage.browser.js("return document.images.length") == 0


def damaged_manifest(stage):
    """Without a whole manifest nothing is shown"""
    link, name = stage.share(stage.png(37)[0])
    damage(stage, name, 0, flip)
    stage.visit(link)
    stage.browser.click("Open")
    stage.browser.heading("cannot be opened")


def cut_object(stage):
    """An object that the server cut on a chunk's border is refused"""
    data, _ = pictures.large(40_000)
    link, name = stage.share((data, "image/png", 48, 36))
    damage(stage, name, 1, lambda data: data[:56 + 2 * 16400])
    stage.open(link)
    # A server that looks at the size first does not send it.
    stage.browser.wait("/arrived damaged|did not arrive/.test(document.body.innerText)", seconds=15)
    assert stage.browser.js("return document.images.length") == 0


CASES = [revoked, lost_answer, cut_download, offline, damaged_picture, swapped, damaged_manifest,
         cut_object]
