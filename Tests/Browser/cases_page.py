"""What is on the page: the gallery, kinds of files, the keyboard, its size and headers, vectors."""

import hashlib, json, os, time  # noqa: E401

import pictures
from stage import of_its_own

HOSTILE = (b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'>"
           b"<script>window.wrong.push('svg ran')</script></svg>")
VECTORS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../Vectors/links.json")
OPENS = """
const open = await import('../page/open.js');
const bytes = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (two) => parseInt(two, 16));
const hex = (found) => [...new Uint8Array(found)].map((b) => b.toString(16).padStart(2, '0')).join('');
const given = arguments[0];
if (given.head) {
  const head = JSON.parse(given.head), raw = (text) => hex(open.bytesOf(text, 16));
  Object.assign(given, { id: raw(head.id), salt: raw(head.salt), rounds: head.rounds });
}
const form = { rounds: given.rounds, salt: bytes(given.salt ?? '') };
const [id, secret, half] = ['id', 'secret', 'half'].map((n) => bytes(given[n] ?? ''));
const key = 'password' in given ? await open.passwordKey(given.password, form) : new Uint8Array(0);
const content = await (given.head ? open.bundleKey(id, key) : open.linkKey(id, secret, key, half));
if (given.proof) {
  const [proof, view] = [await open.linkProof(id, secret), await open.viewProof(id, secret, key)];
  const hmac = (key) => crypto.subtle.sign('HMAC', key, new Uint8Array(1));
  const named = await crypto.subtle.importKey('raw', bytes(given.content),
    { name: 'HMAC', hash: 'SHA-512' }, false, ['sign']);
  const right = hex(await hmac(content)) === hex(await hmac(named));
  return hex(await crypto.subtle.digest('SHA-256',
    open.join(proof, view, right ? bytes(given.content) : proof)));
}
const objects = Object.keys(given).filter((n) => n.startsWith('object')).map((n) => bytes(given[n]));
const sizes = objects.map((object) => object.length);
async function* source(at) {  // in pieces of odd lengths
  for (let n = 0; n < objects[at].length; n += 777) yield objects[at].subarray(n, n + 777);
}
try {
  const context = (at) => open.objectContext(given.head ? 'bundle' : 'link', id, at);
  const found = await open.openManifest(content, context(0), sizes, source(0));
  const blobs = [];
  for (let at = 1; at < objects.length; at++)
    blobs.push(await open.openPicture(content, context(at), found.items[at - 1], source(at), () => {}));
  const sorted = (v) => Array.isArray(v) ? v.map(sorted) : typeof v !== 'object' ? v
    : Object.fromEntries(Object.keys(v).sort().map((name) => [name, sorted(v[name])]));
  const whole = new Blob([JSON.stringify(sorted(found)), ...blobs]);
  return hex(await crypto.subtle.digest('SHA-256', await whole.arrayBuffer()));
} catch (reason) { return reason.kind ?? String(reason); }
"""


def gallery(stage):
    """Several pictures: a grid, a viewer with keys, each picture its own"""
    items, pixels = zip(*(stage.png(seed) for seed in range(10, 15)))
    link, _ = stage.share(*items)
    stage.open(link, 5)
    browser = stage.browser
    browser.wait("document.images.length === 5")
    assert stage.pixels("li:nth-child(4) img") == pixels[3]
    browser.click("Open picture 2 of 5")
    for keys, number in (("", 2), ("{ArrowRight}", 3), ("{End}", 5), ("{ArrowRight}", 5),
                         ("{ArrowLeft}", 4), ("{Home}", 1)):
        keys and browser.type(keys)
        stage.image(f".viewer img[alt='Picture {number} of 5']")
        assert stage.pixels(".viewer img") == pixels[number - 1]
    assert stage.says("Picture 1 of 5")
    browser.click("Next picture")
    stage.image(".viewer img[alt='Picture 2 of 5']")
    browser.type("{Escape}")
    browser.wait("!document.querySelector('dialog').open")
    assert browser.js("return document.activeElement.ariaLabel") == "Open picture 2 of 5"
    fetched = [path for path in stage.meddler.paths(link.split("/s/")[1].split("#")[0])
               if path.startswith("GET") and path.count("/") == 3]
    assert len(fetched) == 6, f"each object is fetched once: {fetched}"


def swipe(stage):
    """A swipe goes to the next picture"""
    items, _ = zip(*(stage.png(seed) for seed in (15, 16)))
    stage.open(stage.share(*items)[0], 2)
    stage.browser.click("Open picture 1 of 2")
    stage.image(".viewer img[alt='Picture 1 of 2']")
    stage.browser.do("POST", "actions", actions=[{
        "type": "pointer", "id": "finger", "parameters": {"pointerType": "touch"}, "actions": [
            {"type": "pointerMove", "x": 500, "y": 400}, {"type": "pointerDown", "button": 0},
            {"type": "pointerMove", "x": 300, "y": 405, "duration": 50},
            {"type": "pointerUp", "button": 0}]}])
    stage.image(".viewer img[alt='Picture 2 of 2']")


@of_its_own
def not_rendered(stage):
    """What may carry a script is never shown, only saved, and as bytes without a meaning"""
    png, _ = stage.png(17)
    hostile = [(HOSTILE, "image/svg+xml"), (b"<h1>no</h1>", "text/html"), (HOSTILE, "image/png"),
               (b"GIF89a?" * 4, "image/heic")]
    stage.open(stage.share(png, *hostile)[0], 5)
    browser = stage.browser
    browser.wait("document.images.length === 1")
    browser.js("const make = URL.createObjectURL; window.types = new Set();"
               "URL.createObjectURL = (blob) => { types.add(blob.type); return make(blob); }")
    for number, name in ((2, "picture-2.bin"), (3, "picture-3.bin"), (5, "picture-5.heic")):
        browser.click(f"Open picture {number} of 5")
        stage.says(f"{name}, ")
        browser.click("Save")
        path = os.path.join(stage.downloads, name)
        stage.says(f"{name} was handed to")
        for _ in range(100):
            if os.path.exists(path):
                break
            time.sleep(.05)
        with open(path, "rb") as file:
            assert file.read() == hostile[number - 2][0]
        browser.click("Close")
    stage.says("This browser cannot show this picture")
    assert browser.js("return [...types]") == ["application/octet-stream"]
    browser.wait("document.images.length === 1")


def keyboard(stage):
    """The keyboard is enough, from the first page to the last"""
    items, pixels = zip(*(stage.png(seed) for seed in (18, 19)))
    stage.visit(stage.share(*items, password="pw 1 of many words")[0])
    browser = stage.browser
    browser.heading("You were sent 2")
    browser.type("{Tab}pw 1 of many words{Tab}")
    assert browser.js("return document.activeElement.textContent") == "Show"
    browser.type("{Tab}{Enter}")
    browser.heading("2 pictures")
    browser.wait("document.images.length === 2")
    browser.type("{Tab}")
    assert browser.js("return document.activeElement.textContent") == "I am done"
    browser.type("{Tab}{Tab}{Enter}")
    stage.image(".viewer img[alt='Picture 2 of 2']")
    assert browser.js("return document.activeElement.textContent") == "Close"
    browser.type("{ArrowLeft}")
    stage.image(".viewer img[alt='Picture 1 of 2']")
    assert stage.pixels(".viewer img") == pixels[0]
    browser.type("{Enter}")
    browser.wait("!document.querySelector('dialog').open")
    browser.js("document.querySelector('h1').focus()")
    browser.type("{Tab}{Enter}")
    browser.heading("Done")


def narrated(stage):
    """Names, roles and live parts are there for who hears the page"""
    stage.visit(stage.share(stage.png(20)[0], password="pw 2 of many words")[0])
    browser = stage.browser
    browser.heading("You were sent")
    tree = browser.cdp("Accessibility.getFullAXTree")["nodes"]
    found = {(node.get("role", {}).get("value"), node.get("name", {}).get("value"))
             for node in tree if not node.get("ignored")}
    for role, name in (("heading", "You were sent 1 picture"), ("textbox", "Password"),
                       ("button", "Show"), ("button", "Open")):
        assert (role, name) in found, f"no {role} {name}: {found}"
    assert any(role == "status" for role, _ in found) and any(role == "main" for role, _ in found)
    assert browser.js("return document.documentElement.lang") == "en"


def large(stage):
    """Many megabytes are opened in parts, and saved as they were"""
    data, pixels = pictures.large(9 << 20)
    stage.open(stage.share((data, "image/png", 48, 36))[0])
    assert stage.pixels() == pixels
    stage.browser.click("Save")
    path = os.path.join(stage.downloads, "picture-1.png")
    for _ in range(200):
        if os.path.exists(path) and os.path.getsize(path) == len(data):
            break
        time.sleep(.05)
    with open(path, "rb") as file:
        assert file.read() == data


def small_page(stage):
    """Page, style and scripts are small, alike for every ID, and have the headers of §8"""
    page, headers = stage.get("/s/" + "A" * 22)
    assert page == stage.get("/s/" + "B" * 21 + "A")[0]
    policy = headers["Content-Security-Policy"]
    assert "require-trusted-types-for 'script'" in policy and "default-src 'none'" in policy
    assert headers["Cache-Control"] == "no-store" and headers["Referrer-Policy"] == "no-referrer"
    files = ("first.js", "link.css", "link.js", "open.js", "gallery.js", "dom.js", "strings.js")
    sizes = [len(page), *(len(stage.get("/page/" + file)[0]) for file in files)]
    assert sum(sizes) < 40 * 1024, f"the page has {sum(sizes)} bytes"


def insecure(stage):
    """On plain http it says what is missing, and asks the server nothing"""
    link, _ = stage.share(stage.png(21)[0])
    asked = len(stage.meddler.paths("look"))
    stage.visit(link.replace("127.0.0.1", "plain.test"))
    stage.browser.heading("A safe connection is needed")
    assert len(stage.meddler.paths("look")) == asked
    assert "#" not in stage.browser.js("return location.href")
    stage.browser.log("browser")  # that such a page has no opener policy either


def vectors(stage):
    """The vectors of Tests/Vectors/links.json open, or are refused, as they say"""
    with open(VECTORS, encoding="utf-8") as file:
        found = json.load(file)
    stage.visit(stage.base + "/s/" + "A" * 22)
    stage.browser.heading("not whole")
    count = 0
    for name, vector in found.items():
        given = vector["inputs"]
        given = {**found[given["of"]]["inputs"], **given} if "of" in given else given
        if name.startswith("link/"):
            continue
        script = "return (async function () {" + OPENS + "}).apply(null, arguments)"
        outcome = stage.browser.js(script, given)
        wanted = vector.get("sha256", "damaged")
        assert outcome == wanted, f"{name}: {outcome}, not {wanted}"
        count += 1
    assert count > 20 and hashlib.sha256


CASES = [gallery, swipe, not_rendered, keyboard, narrated, large, small_page, insecure, vectors]
