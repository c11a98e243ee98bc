"""Stands between browser and server: writes down each request, and loses or cuts answers."""

import http.client, threading, time  # noqa: E401
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Meddler:
    """`faults`: list of [part of the path, what happens, how often]; what happens is `drop` (the
    server never hears of it), `lose` (it answers, nobody hears), a number: of the answer's body
    only so many bytes come, or bytes: with these the server seems to ask for a pause."""

    def __init__(self, target):
        self.seen, self.faults, self.lock = [], [], threading.Lock()
        meddler = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def pass_on(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                lines = f"{self.command} {self.path}\n{self.headers}".encode() + body
                with meddler.lock:
                    meddler.seen.append((self.command, self.path, dict(self.headers), lines))
                fault = meddler.fault(self.path)
                self.close_connection = True
                if fault == "drop":
                    return
                if isinstance(fault, bytes):
                    self.send_response_only(429)
                    self.send_header("Content-Length", str(len(fault)))
                    self.end_headers()
                    self.wfile.write(fault)
                    return
                server = http.client.HTTPConnection("127.0.0.1", target, timeout=30)
                names = {name: value for name, value in self.headers.items() if name != "Connection"}
                server.request(self.command, self.path, body or None, names)
                try:
                    answer = server.getresponse()
                    data = answer.read()
                except (OSError, http.client.HTTPException):
                    return  # the server closed: so does this
                server.close()
                if fault == "lose":
                    return
                self.send_response_only(answer.status)
                for name, value in answer.getheaders():
                    if name.lower() not in ("connection", "transfer-encoding"):
                        self.send_header(name, value)
                self.send_header("Connection", "close")
                self.end_headers()
                try:
                    self.wfile.write(data[:fault] if isinstance(fault, int) else data)
                    time.sleep(.3 if isinstance(fault, int) else 0)  # so that it arrives
                except (BrokenPipeError, ConnectionResetError):
                    pass  # the browser went to another page

            do_GET = do_POST = do_PUT = pass_on

        ThreadingHTTPServer.daemon_threads = True
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def fault(self, path):
        with self.lock:
            for fault in self.faults:
                if fault[0] in path and fault[2] > 0:
                    fault[2] -= 1
                    return fault[1]
        return None

    def paths(self, part=""):
        return [f"{method} {path}" for method, path, *_ in self.seen if part in path]
