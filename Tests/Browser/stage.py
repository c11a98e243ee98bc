"""What a case has at hand: a server, a browser, shares made for it, and what to look at after."""

import json, os, shlex, socket, subprocess, sys, time, urllib.request  # noqa: E401

import pictures
from meddler import Meddler
from webdriver import Browser

HERE = os.path.dirname(os.path.abspath(__file__))
PIXELS = """
const image = arguments[0]; const canvas = document.createElement('canvas');
[canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
const flat = canvas.getContext('2d'); flat.drawImage(image, 0, 0);
return [...flat.getImageData(0, 0, canvas.width, canvas.height).data];
"""
# All places where a page could keep something, as one text.
KEPT = """
return JSON.stringify([location.href, document.title, history.state, {...localStorage},
  {...sessionStorage}, document.cookie, await indexedDB.databases(), await window.caches?.keys(),
  document.documentElement.outerHTML, Object.entries(window).filter(([, v]) => typeof v == 'string')]);
"""


def of_its_own(case):
    """Marks a case that asks for what a vault does not do, such as a share of three seconds."""
    case.of_its_own = True
    return case


def free_port():
    with socket.socket() as made:
        made.bind(("127.0.0.1", 0))
        return made.getsockname()[1]


class Stage:
    def __init__(self, folder, serve, share):
        self.folder, self.share_command = folder, shlex.split(share)
        self.shares = os.path.join(folder, "vault", "shares")
        self.downloads = os.path.join(folder, "downloads")
        self.profile = os.path.join(folder, "profile")
        for path in (self.downloads, self.profile):
            os.makedirs(path, exist_ok=True)
        self.secrets, self.count = [], 0
        port = free_port()
        command = serve.replace("{shares}", self.shares).replace("{port}", str(port))
        self.run_share("prepare")
        self.server = subprocess.Popen(shlex.split(command), stdout=subprocess.DEVNULL)
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                if self.server.poll() is not None:
                    raise SystemExit("run.py: the server ended") from None
                time.sleep(.05)
        self.meddler = Meddler(port)
        self.base = f"http://127.0.0.1:{self.meddler.port}"
        self.browser = Browser(free_port(), self.profile, self.downloads)

    def close(self):
        self.browser.close()
        self.server.terminate()
        self.server.wait()

    # ---- Shares

    def share(self, *items, password=None, **given):
        """Makes a share of (bytes, type[, width, height]); gives its link and name."""
        arguments, options = self.written(items), []
        if password is not None:
            options += self.password_file(password)
        for name, value in given.items():
            options += [f"--{name}"] + ([] if value is True else [str(value)])
        made = self.run_share("create", "--base", self.base, *options, *arguments)
        made = json.loads(made)
        self.secrets.append(made["link"].split("#")[1])
        return made["link"], made["name"]

    def written(self, items):
        """Items as files, as --share wants them."""
        arguments = []
        for data, kind, *size in items:
            self.count += 1
            path = os.path.join(self.folder, f"picture-{self.count}")
            with open(path, "wb") as file:
                file.write(data)
            arguments.append("=".join([path, kind, *(["x".join(map(str, size))] if size else [])]))
        return arguments

    def password_file(self, password):
        path = os.path.join(self.folder, "password")
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w",
                  encoding="utf-8") as file:
            file.write(password)
        return ["--password-file", path]

    def bundle(self, items, password, note):
        """Makes a bundle; gives its address."""
        self.count += 1
        path = os.path.join(self.folder, f"bundle-{self.count}.html")
        self.run_share("bundle", "--out", path, "--note", note, *self.password_file(password),
                       *self.written(items))
        return "file://" + path

    def revoke(self, name):
        self.run_share("revoke", name)

    def run_share(self, command, *arguments):
        return subprocess.run([*self.share_command, command, "--shares", self.shares, *arguments],
                              check=True, stdout=subprocess.PIPE).stdout

    def png(self, seed):
        """An item and its pixels."""
        data, pixels = pictures.pattern(seed)
        return (data, "image/png", 48, 36), pixels

    def object_path(self, name, number):
        return os.path.join(self.shares, "links", name, str(number))

    def state(self, name):
        with open(self.object_path(name, "state.json"), "rb") as file:
            return json.load(file)

    # ---- Looking

    def visit(self, link):
        self.browser.go("about:blank")
        self.browser.go(link)

    def hurry(self):
        """From now on the page waits an eighth of the time that it would."""
        self.browser.js("const set = window.setTimeout;"
                        "window.setTimeout = (work, time) => set(work, time / 8)")

    def open(self, link, count=1):
        self.visit(link)
        self.browser.heading("You were sent")
        self.browser.click("Open")
        self.browser.heading(f"{count} picture")

    def image(self, selector="img"):
        return self.browser.wait("document.querySelector(arguments[0])", selector)

    def pixels(self, selector="img"):
        return self.browser.js(PIXELS, self.image(selector))

    def says(self, words, seconds=10):
        return self.browser.wait("document.body.innerText.includes(arguments[0])", words,
                                 seconds=seconds)

    def judge(self):
        """After each case: no error, no violation, nothing kept, nothing sent elsewhere."""
        browser = self.browser
        wrong = browser.js("return window.wrong ?? []")
        kept = browser.js("return (async () => {" + KEPT + "})()") \
            if browser.js("return location.protocol").startswith("http") else ""
        assert not wrong, f"the page met {wrong}"
        for entry in browser.log("browser"):
            text = entry["message"]
            harmless = "Failed to load resource" in text or "favicon" in text
            assert harmless, f"console: {text}"
            kept += text
        for secret in self.secrets:
            assert secret not in kept, "the page keeps the secret"
            assert all(secret.encode() not in seen[3] for seen in self.meddler.seen), "secret sent"
        for entry in browser.log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                url = message["params"]["request"]["url"]
                known = (self.base, "data:", "blob:", "about:", "file:", "chrome:",
                         f"http://plain.test:{self.meddler.port}")
                assert url.startswith(known), f"request to {url}"
        self.meddler.faults.clear()

    def get(self, path):
        with urllib.request.urlopen(self.base + path, timeout=10) as answer:
            return answer.read(), answer.headers
