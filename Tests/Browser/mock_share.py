#!/usr/bin/env python3
"""Makes and ends shares in a folder as 11 §4 says. What `run.py --share` is given does the same.

    mock_share.py prepare --shares DIR
    mock_share.py create --shares DIR --base URL [--views N] [--seconds N] [--password-file F]
                         [--note TEXT] [--original] FILE=TYPE[=WIDTHxHEIGHT]...
    mock_share.py bundle --shares DIR --out FILE --password-file F [--note TEXT]
                         FILE=TYPE[=WIDTHxHEIGHT]...
    mock_share.py revoke --shares DIR NAME

`prepare` makes what a server wants before the first share (§9). `create` prints {"link":…,"name":…}
on one line. `bundle` writes a file that opens by itself (§10).
"""

import argparse, hashlib, json, os, secrets, time  # noqa: E401

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

import mock_bundle
from sealing import b64, canonical, hkdf, manifest, object_size, password_key, seal_package

ROUNDS = 600_000


def share_name(share):
    return hashlib.sha256(b"lighttight/1 share\n" + share).digest()[:16].hex()


def prepare(given):
    public = X25519PrivateKey.generate().public_key()
    about = {"audit": b64(public.public_bytes(Encoding.Raw, PublicFormat.Raw)), "epoch": 1,
             "format": "lighttight/1 share server", "vault": secrets.token_hex(16)}
    os.makedirs(given.shares, exist_ok=True)
    with open(os.path.join(given.shares, "vault.json"), "wb") as file:
        file.write(canonical(about))


def password_of(given):
    with open(given.password_file, encoding="utf-8") as file:
        return file.read().rstrip("\n")


def pictures_of(given):
    pictures = []
    for item in given.items:
        path, kind, *size = item.split("=")
        wide, high = map(int, size[0].split("x")) if size else (None, None)
        with open(path, "rb") as file:
            pictures.append((file.read(), kind, wide, high))
    return pictures


def bundle(given):
    text = mock_bundle.make(pictures_of(given), password_of(given), note=given.note)
    with open(given.out, "x", encoding="utf-8") as file:
        file.write(text)


def create(given):
    share, secret, half = (secrets.token_bytes(count) for count in (16, 32, 32))
    key, offer = b"", {"expires": int(time.time()) + given.seconds, "format": "lighttight/1 offer"}
    if given.password_file:
        salt = secrets.token_bytes(16)
        key = password_key(password_of(given), salt, ROUNDS)
        offer["password"] = {"rounds": ROUNDS, "salt": b64(salt)}
    if given.views:
        offer["views"] = given.views
    pictures = pictures_of(given)
    found = manifest(pictures, given.note, given.original)
    content = hkdf(share, secret + key + half, "link content")
    objects = seal_package("link", content, share, found, pictures)
    assert all(len(data) >= object_size(0) for data in objects)
    offer |= {"objects": [len(data) for data in objects],
              "proof": b64(hashlib.sha256(hkdf(share, secret, "link proof")).digest()),
              "view": b64(hashlib.sha256(hkdf(share, secret + key, "link view")).digest())}
    name, root = share_name(share), given.shares
    making = os.path.join(root, "links", "incoming-" + secrets.token_hex(8))
    os.makedirs(making)
    os.makedirs(os.path.join(root, "halves"), exist_ok=True)
    for path, data in [*((str(at), data) for at, data in enumerate(objects)),
                       ("offer.json", canonical(offer))]:
        with open(os.path.join(making, path), "wb") as file:
            file.write(data)
    with open(os.path.join(root, "halves", name), "wb") as file:
        file.write(half)
    os.rename(making, os.path.join(root, "links", name))
    print(json.dumps({"link": f"{given.base}/s/{b64(share)}#{b64(secret)}", "name": name}))


def destroy(root, name):
    """In the order of 11 §4; what is gone already is as good."""
    half, folder = os.path.join(root, "halves", name), os.path.join(root, "links", name)
    files = [half] + [os.path.join(folder, file)
                      for file in sorted(os.listdir(folder), reverse=True)] \
        if os.path.isdir(folder) else [half]
    for path in files:
        if os.path.exists(path):
            os.unlink(path)
    if os.path.isdir(folder):
        os.rmdir(folder)


def main():
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(dest="command", required=True)
    made = commands.add_parser("create")
    made.add_argument("--base", required=True)
    made.add_argument("--views", type=int)
    made.add_argument("--seconds", type=int, default=3600)
    made.add_argument("--password-file")
    made.add_argument("--note")
    made.add_argument("--original", action="store_true")
    made.add_argument("items", nargs="+")
    bundled = commands.add_parser("bundle")
    for name in ("--out", "--password-file"):
        bundled.add_argument(name, required=True)
    bundled.add_argument("--note")
    bundled.add_argument("items", nargs="+")
    ended = commands.add_parser("revoke")
    ended.add_argument("name")
    for command in (commands.add_parser("prepare"), made, bundled, ended):
        command.add_argument("--shares", required=True)
    given = parser.parse_args()
    if given.command == "prepare":
        prepare(given)
    elif given.command == "create":
        create(given)
    elif given.command == "bundle":
        bundle(given)
    else:
        destroy(given.shares, given.name)


if __name__ == "__main__":
    main()
