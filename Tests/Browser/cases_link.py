"""Links as their recipients use them."""

import os, time  # noqa: E401

from stage import of_its_own

PASSWORD = "Größe 7 pferd auf dem Dach"


def one_picture(stage):
    """One picture: told what opening does, opened, its pixels are those that were sealed"""
    item, pixels = stage.png(1)
    link, name = stage.share(item, views=3, note="From the garden.\n<b>Yours</b>, Ada")
    stage.visit(link)
    browser = stage.browser
    browser.heading("You were sent 1 picture")
    text = browser.text()
    assert "3 of 3 views left" in text and "takes one view" in text and "Expires" in text, text
    assert browser.js("return document.activeElement.tagName") == "H1"
    assert not os.path.exists(stage.object_path(name, "state.json")), "looking spends nothing"
    browser.click("Open")
    browser.heading("1 picture")
    assert stage.pixels() == pixels
    text = browser.text()
    assert "From the garden.\n<b>Yours</b>, Ada" in text and "2 more times" in text, text
    assert browser.js("return document.querySelector('[role=timer]').textContent") \
        .startswith(("14:", "15:00"))
    assert stage.state(name)["taken"] == 1


def no_fragment_left(stage):
    """The secret leaves the address bar at once, also when the link is nothing"""
    item, _ = stage.png(2)
    link, _ = stage.share(item)
    for url in (link, link[:-1], link.replace("#", "#x"), link.replace("#", "?from=x#")):
        stage.visit(url)
        stage.browser.wait("document.querySelector('h1').textContent !== 'Shared pictures'")
        assert stage.browser.js("return location.href").find("#") < 0


def not_whole(stage):
    """A link that was cut, and a page that was loaded again, say so and ask nothing"""
    item, _ = stage.png(2)
    link, _ = stage.share(item)
    before = len(stage.meddler.paths("look"))
    digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    other = link[:-1] + digits[digits.index(link[-1]) ^ 1]  # the same bytes, spelled otherwise
    for url in (link[:-3], link.split("#")[0], link + ".", other):
        stage.visit(url)
        stage.browser.heading("not whole")
    assert len(stage.meddler.paths("look")) == before


def pasted_again(stage):
    """The link pasted into the same tab begins anew"""
    item, pixels = stage.png(3)
    link, _ = stage.share(item)
    stage.visit(link.split("#")[0])
    stage.browser.heading("not whole")
    stage.browser.js("location.href = arguments[0]", link)
    stage.browser.heading("You were sent")
    stage.browser.click("Open")
    assert stage.pixels() == pixels
    assert stage.browser.js("return location.href") == link.split("#")[0]


def password(stage):
    """A wrong password spends nothing and says so; the right one opens, in any normal form"""
    item, pixels = stage.png(4)
    link, name = stage.share(item, views=1, password=PASSWORD)
    stage.visit(link)
    browser = stage.browser
    browser.heading("You were sent")
    browser.click("Open")
    stage.says("Type the password first")
    browser.type("wrong{Enter}")
    stage.says("That is not the password")
    assert stage.state(name)["taken"] == 0
    assert browser.js("return document.activeElement.id") == "password"
    browser.click("Show")
    assert browser.js("return document.activeElement.type") == "text"
    browser.js("document.activeElement.value = arguments[0]", PASSWORD.replace("ö", "o\u0308"))
    browser.type("{Enter}")
    browser.heading("1 picture")
    assert stage.pixels() == pixels


def many_passwords(stage):
    """After many wrong passwords it says how long to wait, and lets try again then"""
    item, _ = stage.png(4)
    link, _ = stage.share(item, password=PASSWORD)
    stage.visit(link)
    stage.browser.heading("You were sent")
    stage.meddler.faults.append(["/view", b'{"after":2,"error":"later"}', 1])
    stage.browser.js("document.querySelector('input').value = arguments[0]", PASSWORD)
    stage.browser.click("Open")
    stage.says("there is a pause")
    stage.says("Wait 0:0")
    stage.browser.click("Open")
    stage.browser.heading("1 picture")


def last_view(stage):
    """The last view is told as such; after it there is nothing"""
    item, pixels = stage.png(5)
    link, name = stage.share(item, views=1)
    stage.visit(link)
    stage.says("Can be opened once")
    stage.says("nobody can open this link again")
    stage.browser.click("Open")
    assert stage.pixels() == pixels
    stage.says("This was the last view")
    address = stage.browser.js("return document.querySelector('img').src")
    stage.browser.click("I am done")
    stage.browser.heading("Done")
    assert stage.browser.js("return document.images.length") == 0
    again = "const i = new Image(); i.src = arguments[0]; return i.decode().then(() => 1, () => 0)"
    assert not stage.browser.js(again, address), "the picture is forgotten, not only hidden"
    for _ in range(50):
        if not os.path.exists(stage.object_path(name, "offer.json")):
            break
        time.sleep(.05)
    assert not os.path.exists(os.path.join(stage.shares, "halves", name)), "done ends the share"
    stage.visit(link)
    stage.browser.heading("nothing here")


def views_counted(stage):
    """Each opening takes one view, loading the page none"""
    item, _ = stage.png(6)
    link, _ = stage.share(item, views=2)
    stage.open(link)
    stage.visit(link)
    stage.says("This is the last time")
    stage.visit(link)
    stage.browser.click("Open")
    stage.browser.heading("1 picture")
    stage.visit(link)
    stage.browser.heading("nothing here")


@of_its_own
def expired(stage):
    """At the end of the grant the pictures leave the page; later there is nothing"""
    item, pixels = stage.png(7)
    link, _ = stage.share(item, seconds=3)
    stage.open(link)
    assert stage.pixels() == pixels
    assert stage.browser.js("return document.querySelector('[role=timer]').textContent") \
        in ("0:03", "0:02", "0:01")
    stage.browser.heading("Time is up")
    assert stage.browser.js("return document.images.length") == 0
    stage.visit(link)
    stage.browser.heading("nothing here")


def closed_tab(stage):
    """Whoever leaves the page is done"""
    item, pixels = stage.png(8)
    link, name = stage.share(item)
    stage.open(link)
    assert stage.pixels() == pixels
    assert len(stage.state(name)["grants"]) == 1
    stage.browser.js("location.reload()")
    stage.browser.heading("not whole")
    for _ in range(50):
        if not stage.state(name)["grants"]:
            return
        time.sleep(.05)
    raise AssertionError("the grant stays")


CASES = [one_picture, no_fragment_left, not_whole, pasted_again, password, many_passwords,
         last_view, views_counted, expired, closed_tab]
