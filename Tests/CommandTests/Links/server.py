#!/usr/bin/env python3
"""Serves a vault's shares/ for tests of open-link, after Docs/Spec/11-links.md §8 and nothing else.

server.py SHARES FAULT: prints its port. FAULT is `none`, or what is to go wrong: `damage` (a bit of every
picture), `lose` (the first answer to a view), `redirect`, `long` (an answer without end), `later` (429).
"""

import base64
import hashlib
import http.server
import json
import os
import sys
import threading

shares, fault = sys.argv[1:]
tickets = {}
lost = []


def decoded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, body, **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def json(self, status, value):
        self.answer(status, json.dumps(value).encode())

    def package(self):
        share = decoded(self.path.split("/")[2])
        name = hashlib.sha256(b"lighttight/1 share\n" + share).digest()[:16].hex()
        with open(os.path.join(shares, "links", name, "offer.json"), "rb") as file:
            offer = json.load(file)
        with open(os.path.join(shares, "halves", name), "rb") as file:
            return name, offer, file.read()

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if fault == "redirect":
            return self.answer(302, b"", Location="http://127.0.0.1:1/")
        if fault == "long":
            return self.answer(200, b" " * 100_000)
        if fault == "later":
            return self.json(429, {"error": "later", "after": 7})
        what = self.path.split("/")[3]
        try:
            name, offer, half = self.package()
        except FileNotFoundError:
            return self.json(404, {"error": "gone"})
        if what == "done":
            tickets.pop(body["ticket"], None)
            return self.answer(204, b"")
        if hashlib.sha256(decoded(body["proof"])).digest() != decoded(offer["proof"]):
            return self.json(404, {"error": "gone"})
        if what == "look":
            look = {"expires": offer["expires"], "items": len(offer["objects"]) - 1,
                    "size": sum(offer["objects"])}
            if "views" in offer:
                look["left"] = offer["views"] - len(tickets)
            if "password" in offer:
                look["password"] = offer["password"]
            return self.json(200, look)
        if hashlib.sha256(decoded(body["view"])).digest() != decoded(offer["view"]):
            return self.json(403, {"error": "password"})
        tickets[body["ticket"]] = name
        if fault == "lose" and not lost:
            lost.append(body["ticket"])
            self.close_connection = True
            return None
        if fault == "lose" and lost != [body["ticket"]]:
            return self.json(404, {"error": "gone"})
        return self.json(200, {"half": base64.urlsafe_b64encode(half).decode().rstrip("="),
                               "objects": offer["objects"], "until": offer["expires"]})

    def do_GET(self):
        number = self.path.split("/")[3]
        ticket = self.headers["Authorization"].removeprefix("Ticket ")
        with open(os.path.join(shares, "links", tickets[ticket], number), "rb") as file:
            content = bytearray(file.read())
        if fault == "damage" and number != "0":
            content[-20] ^= 1
        first, last = map(int, self.headers["Range"].removeprefix("bytes=").split("-"))
        part = bytes(content[first:last + 1])
        self.answer(206, part, **{"Content-Range": f"bytes {first}-{last}/{len(content)}"})


# Whatever becomes of the test.
threading.Timer(300, os._exit, [1]).start()
server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
