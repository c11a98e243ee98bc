"""The set `serve`: sealed objects over TLS, from the share server and from nginx in one run.

Both give out the same files to the same client (curl, over connections that stay), with the same certificate.
What a program used of the processor is told beside the wall time: on a busy machine it is what can be compared.
Then 500 connections that send a head without end, or read nothing, and how long a request takes beside them.
"""

import base64
import hashlib
import http.client
import json
import os
import shutil
import signal
import socket
import ssl
import statistics
import subprocess
import tempfile
import time

SMALL, LARGE = 300_000, 400 << 20
ROUNDS = 3
SLOW = 500


def text(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def shares(folder, sizes):
    """A folder of shares with one package. What its objects hold does not matter to a server."""
    share, proof, view = os.urandom(16), os.urandom(32), os.urandom(32)
    name = hashlib.sha256(b"lighttight/1 share\n" + share).digest()[:16].hex()
    package = os.path.join(folder, "links", name)
    os.makedirs(package)
    os.makedirs(os.path.join(folder, "halves"))
    for number, size in enumerate(sizes):
        with open(os.path.join(package, str(number)), "wb") as file:
            for _ in range(0, size, 1 << 20):
                file.write(os.urandom(1 << 20)[: size - file.tell()])
    files = {
        os.path.join(package, "offer.json"): {
            "expires": int(time.time()) + 3600, "format": "lighttight/1 offer", "objects": sizes,
            "proof": text(hashlib.sha256(proof).digest()),
            "view": text(hashlib.sha256(view).digest())},
        os.path.join(folder, "vault.json"): {
            "audit": text(bytes([9]) + bytes(31)), "epoch": 1,
            "format": "lighttight/1 share server", "vault": "00" * 16},
    }
    for path, value in files.items():
        with open(path, "w", encoding="ascii") as file:
            file.write(json.dumps(value, separators=(",", ":"), sort_keys=True))
    with open(os.path.join(folder, "halves", name), "wb") as file:
        file.write(os.urandom(32))
    return share, proof, view, package


def certificate(folder):
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-days", "1", "-subj", "/CN=localhost", "-keyout", folder + "/key.pem",
         "-out", folder + "/cert.pem"], check=True, capture_output=True)


class Program:
    """A server, and what it and its children used."""

    def __init__(self, line, **more):
        self.process = subprocess.Popen(line, **more)

    def pids(self):
        first = self.process.pid
        with open(f"/proc/{first}/task/{first}/children", encoding="ascii") as file:
            return [first, *map(int, file.read().split())]

    def cpu(self):
        total = 0
        for pid in self.pids():
            with open(f"/proc/{pid}/stat", encoding="ascii") as file:
                total += sum(map(int, file.read().rsplit(")", 1)[1].split()[11:13]))
        return total / os.sysconf("SC_CLK_TCK")

    def peak(self):
        """In MiB."""
        total = 0
        for pid in self.pids():
            with open(f"/proc/{pid}/status", encoding="ascii") as file:
                total += next(int(line.split()[1]) for line in file if line.startswith("VmHWM"))
        return total / 1024

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()


def lighttight(options, folder):
    server = Program(
        [options.bin + "/lighttight", "share", "serve", "--listen", "127.0.0.1:0",
         "--shares", folder + "/shares", "--tls-cert", folder + "/cert.pem",
         "--tls-key", folder + "/key.pem", "--quiet"], stdout=subprocess.PIPE)
    line = server.process.stdout.readline().decode()
    return server, int(line.rsplit(":", 1)[1])


def nginx(folder, package):
    port = free_port()
    with open(folder + "/nginx.conf", "w", encoding="utf-8") as file:
        file.write(f"""
daemon off; worker_processes 2; pid {folder}/nginx.pid; error_log {folder}/nginx.err;
user {os.popen("id -un").read().strip()};
events {{ worker_connections 2000; }}
http {{
    access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000;
    client_body_temp_path {folder}/nginx-body; proxy_temp_path {folder}/nginx-proxy;
    fastcgi_temp_path {folder}/nginx-f; uwsgi_temp_path {folder}/nginx-u; scgi_temp_path {folder}/nginx-s;
    server {{
        listen 127.0.0.1:{port} ssl;
        ssl_certificate {folder}/cert.pem; ssl_certificate_key {folder}/key.pem;
        root {package};
    }}
}}
""")
    server = Program(["nginx", "-c", folder + "/nginx.conf", "-e", folder + "/nginx.err"])
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return server, port
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("nginx does not start")


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def trusting():
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def take(port, share, proof, view):
    """Takes a view; returns the ticket."""
    ticket = text(os.urandom(32))
    body = json.dumps({"proof": text(proof), "ticket": ticket, "view": text(view)})
    link = http.client.HTTPSConnection("127.0.0.1", port, context=trusting())
    link.request("POST", f"/s/{text(share)}/view", body, {"Content-Type": "application/json"})
    answer = link.getresponse()
    if answer.status != 200:
        raise RuntimeError(f"no view: {answer.status} {answer.read()}")
    return ticket


def fetch(server, base, ticket, number, count, folder):
    """Seconds, and processor seconds of the server, for so many objects over two connections."""
    path = f"{folder}/urls"
    with open(path, "w", encoding="ascii") as file:
        for _ in range(count):
            file.write(f'url = "{base}/{number}"\noutput = "/dev/null"\n')
    line = ["curl", "-sSk", "--fail", "--http1.1", "-H", f"Authorization: Ticket {ticket}", "-K", path]
    before, begun = server.cpu(), time.monotonic()
    clients = [subprocess.Popen(line) for _ in range(2)]
    if any([client.wait() for client in clients]):
        raise RuntimeError("curl failed")
    return time.monotonic() - begun, server.cpu() - before


def slow(port, share, ticket):
    """Holds connections that never get on; returns them."""
    held = []
    for number in range(SLOW):
        raw = socket.socket()
        raw.bind((f"127.0.1.{1 + number // 50}", 0))
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        raw.connect(("127.0.0.1", port))
        one = trusting().wrap_socket(raw)
        if number % 2:
            one.send(b"GET /health HTTP/1.1\r\nHost: a\r\nX: ")
        else:
            one.send(f"GET /s/{text(share)}/2 HTTP/1.1\r\nHost: a\r\n"
                     f"Authorization: Ticket {ticket}\r\n\r\n".encode())
        held.append(one)
    return held


def latencies(port, count):
    """Of single requests over connections of their own, in milliseconds."""
    found = []
    for _ in range(count):
        begun = time.monotonic()
        link = http.client.HTTPSConnection("127.0.0.1", port, context=trusting(), timeout=20)
        link.request("GET", "/health")
        if link.getresponse().read() != b"ok":
            raise RuntimeError("not served")
        link.close()
        found.append((time.monotonic() - begun) * 1000)
    return statistics.median(found), max(found)


def report(options, say):
    missing = [name for name in ("nginx", "curl", "openssl") if not shutil.which(name)]
    if missing:
        return f"\n## serve\n\n- skipped: {', '.join(missing)} not installed\n"
    count = options.counts["serve"]
    with tempfile.TemporaryDirectory(dir=options.work) as folder:
        share, proof, view, package = shares(folder + "/shares", [1_000, SMALL, LARGE])
        certificate(folder)
        ours, port = lighttight(options, folder)
        theirs, other = nginx(folder, package)
        try:
            ticket = take(port, share, proof, view)
            places = {"lighttight": (ours, f"https://127.0.0.1:{port}/s/{text(share)}"),
                      "nginx": (theirs, f"https://127.0.0.1:{other}")}
            lines = ["", f"## serve: {count} objects of {SMALL // 1000} kB on each of two connections, "
                     f"and one of {LARGE >> 20} MiB on each, over TLS; medians of {ROUNDS}", "",
                     "| | small: wall, processor | objects a second | large: wall, processor "
                     "| MB a second | peak memory |", "|---|---|---|---|---|---|"]
            figures = {name: {1: [], 2: []} for name in places}
            for number in range(ROUNDS):
                for name in sorted(places, reverse=bool(number % 2)):
                    say(f"serve, round {number + 1} of {ROUNDS}: {name}")
                    server, base = places[name]
                    for item, times in ((1, count), (2, 1)):
                        figures[name][item].append(
                            fetch(server, base, ticket, item, times, folder))
            for name, (server, _) in places.items():
                small, large = (
                    [statistics.median(run[part] for run in figures[name][item]) for part in (0, 1)]
                    for item in (1, 2))
                lines.append(
                    f"| {name} | {small[0]:.2f} s, {small[1]:.2f} s | {2 * count / small[0]:.0f} "
                    f"| {large[0]:.2f} s, {large[1]:.2f} s | {2 * LARGE / large[0] / 1e6:.0f} "
                    f"| {server.peak():.0f} MiB |")
            alone = latencies(port, 20)
            say(f"serve: {SLOW} slow connections")
            held = slow(port, share, ticket)
            beside = latencies(port, 20)
            lines += ["", f"A request on a connection of its own: median {alone[0]:.0f} ms, longest "
                      f"{alone[1]:.0f} ms; beside {SLOW} slow connections {beside[0]:.0f} ms and "
                      f"{beside[1]:.0f} ms, peak memory {ours.peak():.0f} MiB."]
            del held
        finally:
            ours.end()
            theirs.end()
    return "\n".join(lines) + "\n"
