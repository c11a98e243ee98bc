#!/usr/bin/env python3
"""Serves a `shares/` folder as 11 §6 to §8 and 13 say, for the browser's tests: nobody else.

    mock_server.py --shares DIR --port N
"""

import argparse, hashlib, json, os, re, sys, threading, time  # noqa: E401
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from mock_requests import Collecting
from mock_share import destroy, share_name
from sealing import b64, canonical, unb64

PAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                    "../../Sources/VaultServer/Page")
TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}
HEADERS = {
    "Cache-Control": "no-store", "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff", "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin", "X-Robots-Tag": "noindex, nofollow",
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'"}
GRANT = 900


class Refuse(Exception):
    def __init__(self, status, error, **more):
        self.status, self.body = status, {"error": error, **more}


class Handler(Collecting, BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    lock = threading.RLock()

    def log_message(self, *_):
        pass

    def answer(self, status, body=b"", kind="application/json", **more):
        data = canonical(body) if isinstance(body, dict) else body
        self.send_response(status)
        for name, value in {**HEADERS, **more}.items():
            self.send_header(name.replace("_", "-"), value)
        if status != 204:
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def handle_request(self, work):
        try:
            work()
        except Refuse as refused:
            more = {"Retry_After": str(refused.body["after"])} if "after" in refused.body else {}
            if refused.status == 404:
                time.sleep(.1)
            self.answer(refused.status, refused.body, **more)

    def do_GET(self):
        self.handle_request(self.get)

    def do_POST(self):
        self.handle_request(self.post)

    def do_PUT(self):
        self.handle_request(self.put)

    # ---- 11 §8

    def get(self):
        for pattern, file in ((r"/s/[\w-]{22}", "page.html"), (r"/r/[\w-]{22}", "collect.html")):
            if re.fullmatch(pattern, self.path.split("?")[0]):
                return self.file(file, "text/html; charset=utf-8")
        if found := re.fullmatch(r"/page/([\w-]+(\.js|\.css))", self.path):
            return self.file(found[1], TYPES[found[2]])
        if found := re.fullmatch(r"/s/([\w-]{22})/(0|[1-9]\d{0,3})", self.path):
            return self.object(found[1], found[2])
        raise Refuse(404, "gone")

    def file(self, name, kind):
        path = os.path.join(PAGE, name)
        if not os.path.isfile(path):
            raise Refuse(404, "gone")
        with open(path, "rb") as file:
            self.answer(200, file.read(), kind)

    def body(self):
        data = self.rfile.read(min(int(self.headers["Content-Length"]), 4096))
        if self.headers["Content-Type"] != "application/json":
            raise Refuse(415, "type")
        return json.loads(data)

    def post(self):
        body = self.body()
        if found := re.fullmatch(r"/r/([\w-]{22})/look", self.path):
            return self.look_at_request(found[1], body)
        found = re.fullmatch(r"/s/([\w-]{22})/(look|view|done)", self.path)
        if not found:
            raise Refuse(404, "gone")
        with self.lock:
            share = self.share(found[1])
            getattr(self, found[2])(*share, body)

    def share(self, spelled):
        """Name, offer and state of a share that lives; what ended is destroyed."""
        share = unb64(spelled, 16) or b""
        name = share_name(share)
        folder = os.path.join(self.shares, "links", name)
        try:
            with open(os.path.join(folder, "offer.json"), "rb") as file:
                offer = json.load(file)
            with open(os.path.join(self.shares, "halves", name), "rb") as file:
                self.half = file.read()
        except OSError:
            raise Refuse(404, "gone") from None
        state = {"format": "lighttight/1 link state", "grants": [], "refused": 0, "retry": 0,
                 "taken": 0}
        if os.path.exists(os.path.join(folder, "state.json")):
            with open(os.path.join(folder, "state.json"), "rb") as file:
                state = json.load(file)
        now = time.time()
        state["grants"] = [grant for grant in state["grants"] if grant["until"] > now]
        if offer["expires"] <= now or (self.left(offer, state) == 0 and not state["grants"]):
            destroy(self.shares, name)
            raise Refuse(404, "gone")
        return name, offer, state

    def left(self, offer, state):
        return offer["views"] - state["taken"] if "views" in offer else None

    def keep(self, name, state):
        path = os.path.join(self.shares, "links", name, "state.json")
        with open(path + ".new", "wb") as file:
            file.write(canonical(state))
        os.rename(path + ".new", path)

    def shows(self, offer, body, member):
        shown = unb64(body.get(member), 32)
        return shown and b64(hashlib.sha256(shown).digest()) == offer[member]

    def optional(self, **members):
        return {name: value for name, value in members.items() if value is not None}

    def look(self, name, offer, state, body):
        if not self.shows(offer, body, "proof") or self.left(offer, state) == 0:
            raise Refuse(404, "gone")
        self.answer(200, {"expires": offer["expires"], "items": len(offer["objects"]) - 1,
                          "size": sum(offer["objects"]),
                          **self.optional(left=self.left(offer, state), views=offer.get("views"),
                                          password=offer.get("password"))})

    def view(self, name, offer, state, body):
        if not self.shows(offer, body, "proof"):
            raise Refuse(404, "gone")
        now = int(time.time())
        if state["retry"] > now:
            raise Refuse(429, "later", after=state["retry"] - now)
        if not self.shows(offer, body, "view"):
            state["refused"] += 1
            if state["refused"] > 5:
                state["retry"] = now + min(900, 2 ** (state["refused"] - 5))
            self.keep(name, state)
            raise Refuse(403, "password")
        ticket = b64(hashlib.sha256(unb64(body["ticket"], 32)).digest())
        grant = next((grant for grant in state["grants"] if grant["ticket"] == ticket), None)
        if not grant:
            if self.left(offer, state) == 0:
                raise Refuse(404, "gone")
            grant = {"ticket": ticket, "until": min(now + GRANT, offer["expires"])}
            state["grants"].append(grant)
            state |= {"taken": state["taken"] + 1, "refused": 0, "last": now,
                      "first": state.get("first", now)}
            self.keep(name, state)
        self.answer(200, {"half": b64(self.half), "objects": offer["objects"],
                          "until": grant["until"], **self.optional(left=self.left(offer, state))})

    def granted(self, state, ticket):
        shown = unb64(ticket, 32)
        digest = b64(hashlib.sha256(shown or b"").digest())
        if not any(grant["ticket"] == digest for grant in state["grants"]):
            raise Refuse(404, "gone")
        return digest

    def done(self, name, offer, state, body):
        digest = self.granted(state, body.get("ticket"))
        state["grants"] = [grant for grant in state["grants"] if grant["ticket"] != digest]
        self.keep(name, state)
        if self.left(offer, state) == 0 and not state["grants"]:
            destroy(self.shares, name)
        self.answer(204)

    def object(self, spelled, number):
        with self.lock:
            name, offer, state = self.share(spelled)
            self.granted(state, self.headers.get("Authorization", "").removeprefix("Ticket "))
            if int(number) >= len(offer["objects"]):
                raise Refuse(404, "gone")
            with open(os.path.join(self.shares, "links", name, number), "rb") as file:
                data = file.read()
        found = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        if not found:
            return self.answer(200, data, "application/octet-stream")
        at = int(found[1])
        if at >= len(data):
            raise Refuse(416, "range")
        self.answer(206, data[at:], "application/octet-stream",
                    Content_Range=f"bytes {at}-{len(data) - 1}/{len(data)}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--shares", required=True)
    parser.add_argument("--port", type=int, required=True)
    given = parser.parse_args()
    Handler.shares, Handler.refuse = given.shares, Refuse
    ThreadingHTTPServer.daemon_threads = True
    server = ThreadingHTTPServer(("127.0.0.1", given.port), Handler)
    print(f"listening on 127.0.0.1:{given.port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    sys.exit(main())
