"""Bundles: one file, opened without a server."""

import os

import mock_bundle

PASSWORD = "correct horse, blue staple 47"


def write(stage, name, text):
    path = os.path.join(stage.folder, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return "file://" + path


def bundle(stage):
    """A bundle opens from a file: wrong password, right one, pictures, locked again, no request"""
    items, pixels = zip(*(stage.png(seed) for seed in (50, 51)))
    stage.visit(stage.bundle(items, PASSWORD, "Kept for you"))
    browser = stage.browser
    browser.heading("Sealed pictures")
    sent = len(stage.meddler.paths()) - len(stage.meddler.paths("done"))
    stage.says("cannot expire")
    browser.js("document.querySelector('input').focus()")
    browser.type("wrong{Enter}")
    stage.says("not the password", seconds=30)
    browser.type(PASSWORD + "{Enter}")
    browser.heading("2 pictures", seconds=30)
    stage.says("Kept for you")
    browser.wait("document.images.length === 2")
    assert stage.pixels("li:nth-child(2) img") == pixels[1]
    browser.click("Lock again")
    browser.heading("Sealed pictures")
    assert browser.js("return document.images.length") == 0
    assert len(stage.meddler.paths()) - len(stage.meddler.paths("done")) == sent


def damaged_bundle(stage):
    """A bundle of fewer rounds, or with a changed script, does not open"""
    text = mock_bundle.make([stage.png(52)[0]], "p", rounds=1_000_000)
    stage.visit(write(stage, "weak.html", text))
    stage.browser.heading("Sealed pictures")
    stage.browser.js("document.querySelector('input').value = 'p'")
    stage.browser.click("Open")
    stage.says("or the file is damaged")
    changed = text.replace('<script type="module">', '<script type="module">window.evil = 1;')
    stage.visit(write(stage, "changed.html", changed))
    stage.browser.wait("window.wrong?.length")
    assert stage.browser.js("return window.evil") is None
    assert stage.browser.js("return wrong.splice(0)") == ["policy: script-src-elem"]
    stage.browser.log("browser")


CASES = [bundle, damaged_bundle]
