"""Saves what the pages look like: phone and desktop, light and dark."""

import os

import pictures
from cases_collect import choose
from mock_requests import Request

SIZES = {"phone": (390, 844, True), "desktop": (1280, 900, False)}


def take(stage, folder):
    os.makedirs(folder, exist_ok=True)
    views = [(pictures.view(seed, 640, 480 if seed % 3 else 800), "image/png", 640,
              480 if seed % 3 else 800) for seed in range(7)]
    many = [*views, (b"film" * 300000, "video/mp4")]
    note = "The week at the lake, as promised. Ask me for the large ones!"
    for name, (width, height, phone) in SIZES.items():
        for tone in ("light", "dark"):
            stage.browser.cdp("Emulation.setDeviceMetricsOverride", width=width, height=height,
                              deviceScaleFactor=2 if phone else 1, mobile=phone)
            stage.browser.cdp("Emulation.setEmulatedMedia", features=[
                {"name": "prefers-color-scheme", "value": tone}])
            for look in (closed, gone, one, grid, viewer, asked):
                look(stage, many, note)
                stage.browser.screenshot(f"{folder}/{look.__name__}-{name}-{tone}.png")


def closed(stage, many, note):
    link, _ = stage.share(*many[:3], views=5, password="pw", seconds=200000)
    stage.visit(link)
    stage.browser.heading("You were sent")
    stage.browser.js("document.querySelector('#password').value = 'x'")
    stage.browser.click("Open")
    stage.says("not the password")


def gone(stage, many, note):
    link, name = stage.share(many[0])
    stage.revoke(name)
    stage.visit(link)
    stage.browser.heading("nothing here")


def one(stage, many, note):
    link, _ = stage.share(many[1], note=note, original=True)
    stage.open(link)
    stage.image()


def grid(stage, many, note):
    link, _ = stage.share(*many, note=note, views=3)
    stage.open(link, len(many))
    stage.browser.wait("document.images.length > 5")


def viewer(stage, many, note):
    grid(stage, many, note)
    stage.browser.click("Open picture 2 of 8")
    stage.image(".viewer img")


def asked(stage, many, note):
    request = Request(stage.shares, stage.base, asker="Fitness Nord", files=5,
                      note="A portrait for your member's card, please: face in front, no hat.")
    stage.visit(request.link)
    long = "a rather long name of a picture from the phone.png"
    choose(stage, ("portrait.png", many[0][0]), (long, bytes(9 << 20)))
    stage.says("1 file received")
