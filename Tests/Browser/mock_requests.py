"""Collecting (13): makes requests, serves them, and opens what came. From the specification alone."""

import hashlib, hmac, json, os, re, secrets, struct, time  # noqa: E401

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from sealing import b64, canonical, expand, object_size, open_object, padme, u32, unb64

LEAST = 4352


def request_name(request):
    return hashlib.sha256(b"lighttight/1 request name\n" + request).digest()[:16].hex()


class Request:
    """A request in `shares`, with what the vault knows of it."""

    def __init__(self, shares, base, files=10, total=1 << 24, largest=1 << 23, seconds=600, asker=None,
                 **slip):
        if asker:
            slip["from"] = asker
        self.private = X25519PrivateKey.generate()
        self.public = self.private.public_key().public_bytes(
            Encoding.Raw, PublicFormat.Raw)
        self.id, self.token, self.vault = (secrets.token_bytes(16) for _ in range(3))
        self.epoch = 3
        slip = canonical({"epoch": self.epoch, "format": "lighttight/1 request",
                          "public": b64(self.public), "vault": self.vault.hex(), **slip})
        proof = hmac.digest(self.token, b"lighttight/1 request proof\n" + self.id, "sha256")
        offer = {"bytes": total, "expires": int(time.time()) + seconds, "files": files,
                 "format": "lighttight/1 request offer", "largest": largest,
                 "proof": b64(hashlib.sha256(proof).digest())}
        self.folder = os.path.join(shares, "requests", request_name(self.id))
        os.makedirs(self.folder)
        for name, data in (("slip.json", slip), ("offer.json", canonical(offer))):
            with open(os.path.join(self.folder, name), "wb") as file:
                file.write(data)
        self.key = b64(self.token + hashlib.sha256(slip).digest())
        self.link = f"{base}/r/{b64(self.id)}#{self.key}"

    def deposits(self):
        """What came, opened: (head's map, picture), by name."""
        found = {}
        for name in os.listdir(self.folder):
            if name.endswith(".deposit"):
                with open(os.path.join(self.folder, name), "rb") as file:
                    head, picture = open_deposit(file.read(), bytes.fromhex(name[:32]), self)
                found[head[1].decode()] = head, picture
        return found


# ---- Opening, 08 and 13 §5

def hpke(private, public, encapsulated, info):
    """Key and base nonce of a receiver's context: RFC 9180, base mode."""
    kem, suite = b"KEM\0\x20", b"HPKE\0\x20\0\x01\0\x02"

    def extract(suite, salt, label, material):
        return hmac.digest(salt, b"HPKE-v1" + suite + label + material, "sha256")

    def derive(suite, key, label, info, count):
        return expand("sha256", key, struct.pack(">H", count) + b"HPKE-v1" + suite + label + info,
                      count)
    agreed = private.exchange(X25519PublicKey.from_public_bytes(encapsulated))
    shared = derive(kem, extract(kem, b"", b"eae_prk", agreed), b"shared_secret",
                    encapsulated + public, 32)
    context = b"\0" + extract(suite, b"", b"psk_id_hash", b"") \
        + extract(suite, b"", b"info_hash", info)
    secret = extract(suite, shared, b"secret", b"")
    return derive(suite, secret, b"key", context, 32), \
        derive(suite, secret, b"base_nonce", context, 12)


def read_map(data):
    """A CBOR map of integers and byte strings (01 §5), as strict as the tests need it."""
    at = 0

    def number():
        nonlocal at
        first, low = data[at] >> 5, data[at] & 31
        at += 1
        if low < 24:
            return first, low
        width = 1 << low - 24
        value = int.from_bytes(data[at:at + width], "big")
        assert value >= (24, 1 << 8, 1 << 16, 1 << 32)[low - 24], "shortest form"
        at += width
        return first, value
    major, count = number()
    assert major == 5
    found, last = {}, 0
    for _ in range(count):
        major, key = number()
        assert major == 0 and key > last
        last = key
        major, value = number()
        if major == 2:
            value, at = data[at:at + value], at + value
        found[key] = -1 - value if major == 1 else value
    assert at == len(data)
    return found


def open_deposit(file, name, request):
    assert file[:21] == b"lighttight/1 deposit\n" and file[21:37] == request.vault
    assert file[37:53] == name and file[53:57] == u32(request.epoch)

    def about(purpose, rest=b""):
        return b"lighttight/1 " + purpose + b"\0" + request.vault + name + rest
    key, nonce = hpke(request.private, request.public, file[57:89],
                      about(b"deposit", u32(request.epoch)))
    plain = AESGCM(key).decrypt(nonce, file[89:4000], b"")
    second = (int.from_bytes(nonce, "big") ^ 1).to_bytes(12, "big")
    signed = AESGCM(key).decrypt(second, file[4000:4096], about(b"deposit by"))
    assert signed == bytes(80) and len(plain) == 3895
    end = 36 + int.from_bytes(plain[32:36], "big")
    assert not any(plain[end:])
    head = read_map(plain[36:end])
    assert sorted(head) == [1, 2, 3, 4, 5, 9, 10]
    size = object_size(head[3])
    assert len(file) == padme(4096 + size)
    picture = open_object(plain[:32], about(b"deposit object"), file[4096:4096 + size])
    assert len(picture) == head[3] and hashlib.sha256(picture).digest() == head[4]
    mark = hmac.digest(request.token, b"lighttight/1 request\n" + request.vault + request.id
                       + u32(request.epoch) + head[4], "sha256")
    assert head[9] == request.id and head[10] == mark
    return head, picture


# ---- Serving, 13 §6

class Collecting:
    def asked(self, spelled, proof):
        """Folder, offer and state of a request that lives, for who shows the proof."""
        folder = os.path.join(self.shares, "requests", request_name(unb64(spelled, 16) or b""))
        try:
            with open(os.path.join(folder, "offer.json"), "rb") as file:
                offer = json.load(file)
        except OSError:
            raise self.refuse(404, "gone") from None
        shown = unb64(proof, 32)
        if not shown or b64(hashlib.sha256(shown).digest()) != offer["proof"] \
                or offer["expires"] <= time.time():
            raise self.refuse(404, "gone")
        state = {"format": "lighttight/1 request state", "received": []}
        if os.path.exists(os.path.join(folder, "state.json")):
            with open(os.path.join(folder, "state.json"), "rb") as file:
                state = json.load(file)
        return folder, offer, state

    def room(self, offer, state):
        return {"bytes": offer["bytes"] - sum(file["bytes"] for file in state["received"]),
                "files": offer["files"] - len(state["received"])}

    def look_at_request(self, spelled, body):
        with self.lock:
            folder, offer, state = self.asked(spelled, body.get("proof"))
            with open(os.path.join(folder, "slip.json"), "rb") as file:
                slip = b64(file.read())
            self.answer(200, {**self.room(offer, state), "expires": offer["expires"],
                              "largest": offer["largest"], "slip": slip})

    def put(self):
        found = re.fullmatch(r"/r/([\w-]{22})/([0-9a-f]{32})", self.path)
        data = self.rfile.read(int(self.headers["Content-Length"]))
        if not found:
            raise self.refuse(404, "gone")
        proof = self.headers.get("Authorization", "").removeprefix("Request ")
        with self.lock:
            folder, offer, state = self.asked(found[1], proof)
            if len(data) > offer["largest"]:
                raise self.refuse(413, "large")
            receipt = b64(hashlib.sha256(data).digest())
            before = [file for file in state["received"] if file["deposit"] == found[2]]
            if before and before[0]["receipt"] != receipt:
                raise self.refuse(409, "other")
            left = self.room(offer, state)
            if not before:
                if left["files"] < 1 or left["bytes"] < len(data):
                    raise self.refuse(403, "full")
                if len(data) < LEAST or padme(len(data)) != len(data) \
                        or data[37:53].hex() != found[2]:
                    raise self.refuse(400, "deposit")
                with open(os.path.join(folder, found[2] + ".deposit"), "wb") as file:
                    file.write(data)
                state["received"].append({"bytes": len(data), "deposit": found[2],
                                          "receipt": receipt})
                with open(os.path.join(folder, "state.json"), "wb") as file:
                    file.write(canonical(state))
            self.answer(200 if before else 201, {**self.room(offer, state), "receipt": receipt})
