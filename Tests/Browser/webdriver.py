"""As much of W3C WebDriver as the tests need, over HTTP, with Debian's chromium and its driver."""

import base64, json, os, subprocess, time, urllib.error, urllib.request  # noqa: E401

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
KEYS = {"Tab": "\ue004", "Enter": "\ue007", "Escape": "\ue00c", "ArrowLeft": "\ue012",
        "ArrowRight": "\ue014", "Home": "\ue011", "End": "\ue010", "Space": " "}
# Before any script of a page: what goes wrong is written down.
WATCH = """
window.wrong = [];
addEventListener('error', (e) => wrong.push('error: ' + (e.message || e.target.src)), true);
addEventListener('unhandledrejection', (e) => wrong.push('rejection: ' + e.reason));
addEventListener('securitypolicyviolation', (e) => wrong.push('policy: ' + e.violatedDirective));
"""


class Browser:
    def __init__(self, port, profile, downloads):
        self.root = f"http://127.0.0.1:{port}"
        self.driver = subprocess.Popen(
            ["chromedriver", f"--port={port}", "--log-level=OFF"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env={**os.environ, "HOME": profile})
        options = {"binary": "/usr/bin/chromium", "args": [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
            "--no-first-run", "--disable-background-networking", "--disable-component-update",
            "--disable-sync", "--window-size=1200,900", f"--user-data-dir={profile}/data",
            "--host-resolver-rules=MAP plain.test 127.0.0.1"]}
        self.session = ""
        for _ in range(100):
            try:
                found = self.call("POST", "/session", {"capabilities": {"alwaysMatch": {
                    "browserName": "chrome", "goog:chromeOptions": options,
                    "unhandledPromptBehavior": "accept",
                    "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"}}}})
                break
            except ConnectionError:
                time.sleep(.05)
        self.session = "/session/" + found["sessionId"]
        self.cdp("Page.addScriptToEvaluateOnNewDocument", source=WATCH)
        self.cdp("Browser.setDownloadBehavior", behavior="allow", downloadPath=downloads)

    def call(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.root + path, data, method=method,
                                         headers={"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as failed:
            raise RuntimeError(json.load(failed)["value"]["message"].split("\n")[0]) from None
        except urllib.error.URLError as failed:
            raise ConnectionError(str(failed.reason)) from None

    def do(self, method, path, **body):
        return self.call(method, f"{self.session}/{path}".rstrip("/"), body if method == "POST" else None)

    def cdp(self, name, **given):
        return self.do("POST", "goog/cdp/execute", cmd=name, params=given)

    def go(self, url):
        self.do("POST", "url", url=url)

    def js(self, script, *args):
        return self.do("POST", "execute/sync", script=script, args=list(args))

    def wait(self, script, *args, seconds=10):
        """Until `script`, an expression, is true; gives its value."""
        end = time.time() + seconds
        while time.time() < end:
            if found := self.js(f"return {script}", *args):
                return found
            time.sleep(.03)
        raise AssertionError(f"never true: {script}; the page says: {self.text()[:300]}")

    def text(self):
        return self.js("return document.body.innerText")

    def heading(self, words, seconds=10):
        return self.wait("(document.querySelector('h1')?.textContent ?? '').includes(arguments[0])",
                         words, seconds=seconds)

    def click(self, label):
        """Clicks the button of this name, as a mouse would."""
        found = self.wait("[...document.querySelectorAll('button, label.button')].find((b) => "
                          "[b.textContent, b.ariaLabel].includes(arguments[0]) && !b.disabled)", label)
        self.do("POST", f"element/{found[ELEMENT]}/click")

    def type(self, keys):
        """Types into whatever has the focus; {Enter} and such are keys."""
        parts, rest = [], keys
        while rest:
            name, end = (rest[1:].split("}", 1) + [""])[:2] if rest[0] == "{" else (None, rest[1:])
            parts.append(KEYS[name] if name else rest[0])
            rest = end
        actions = [{"type": kind, "value": key} for key in parts for kind in ("keyDown", "keyUp")]
        self.do("POST", "actions", actions=[{"type": "key", "id": "keys", "actions": actions}])

    def element(self, selector):
        return self.do("POST", "element", using="css selector", value=selector)[ELEMENT]

    def screenshot(self, path):
        with open(path, "wb") as file:
            file.write(base64.b64decode(self.do("GET", "screenshot")))

    def log(self, kind):
        return self.do("POST", "se/log", type=kind)

    def close(self):
        try:
            self.do("DELETE", "")
        finally:
            self.driver.terminate()
            self.driver.wait()
