#!/usr/bin/env python3
"""Makes a bundle as 11 §10 says: one file with sealed pictures and the page that opens them."""

import base64, hashlib, os, re, secrets  # noqa: E401

from sealing import b64, canonical, hkdf, manifest, password_key, seal_package

PAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                    "../../Sources/VaultServer/Page")
SCRIPTS = ("strings.js", "bundle-strings.js", "open.js", "dom.js", "gallery.js", "bundle.js")


def page_file(name):
    with open(os.path.join(PAGE, name), encoding="utf-8") as file:
        return file.read()


def joined_scripts():
    """The modules as one: without what they import, and what they export is simply there."""
    text = "".join(page_file(name) for name in SCRIPTS)
    text = re.sub(r"^import [^;]*;\n", "", text, flags=re.M)
    return re.sub(r"^export ", "", text, flags=re.M)


def digest(text):
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def make(pictures, password, rounds=2_000_000, **more):
    share, salt = secrets.token_bytes(16), secrets.token_bytes(16)
    key = hkdf(share, password_key(password, salt, rounds), "bundle content")
    objects = seal_package("bundle", key, share, manifest(pictures, **more), pictures)
    style, script = page_file("link.css"), joined_scripts()
    about = {"format": "lighttight/1 bundle", "id": b64(share), "rounds": rounds,
             "objects": [len(data) for data in objects], "salt": b64(salt)}
    tags = [f'<script type="application/octet-stream;base64" id="object-{at}">'
            + base64.b64encode(data).decode() + "</script>" for at, data in enumerate(objects)]
    values = {"script hash": digest(script), "style hash": digest(style), "style": style,
              "script": script, "bundle": canonical(about).decode(), "objects": "\n".join(tags)}
    return re.sub(r"\{(script hash|style hash|style|script|bundle|objects)\}",
                  lambda found: values[found[1]], page_file("bundle.html"))
