#!/usr/bin/env python3
"""Opens a Lighttight vault without Lighttight.

Written from the pages of Docs/Spec alone, to show that they suffice and so that pictures outlive
the program that sealed them. Reads only; strict where the pages say MUST. The numbers in the
comments are pages and sections ("02 §4").

    lighttight_reader.py list   VAULT        [--passphrase-file F [--key-file F] | --recovery-code-file F]
    lighttight_reader.py check  VAULT        [...]   opens every picture, hashes every pack
    lighttight_reader.py export VAULT TARGET [...]   every picture that is not in the bin
    lighttight_reader.py vector FILE...              the vectors of Tests/Vectors

Needs Python 3.11 and, from Debian: python3-cryptography python3-argon2 python3-nacl
(from PyPI: cryptography argon2-cffi PyNaCl). Exit status: 0 all went well, 1 something was refused
or damaged, 2 wrong use.
"""

import argparse, base64, getpass, hashlib, hmac, json, os, sqlite3, struct, sys  # noqa: E401
import urllib.parse

import argon2.low_level
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_decrypt, crypto_scalarmult_base
from nacl.exceptions import CryptoError


class Refused(Exception):
    """What was read is not what the pages demand; `kind` is the failure class of the vectors."""

    def __init__(self, kind, what):
        super().__init__(f"{what} ({kind})")
        self.kind = kind


def demand(condition, kind, what):
    if not condition:
        raise Refused(kind, what)


# ---- CBOR, 01 §5 -------------------------------------------------------------------------------

class Reader:
    """Reads deterministic CBOR; every other encoding of the same value is refused."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, count):
        demand(count <= len(self.data) - self.at, "truncated", "CBOR")
        self.at += count
        return self.data[self.at - count:self.at]

    def head(self):
        first = self.take(1)[0]
        low = first & 31
        if low < 24:
            return first >> 5, low
        demand(low <= 27, "not canonical", "CBOR length")
        width = 1 << (low - 24)
        value = int.from_bytes(self.take(width), "big")
        demand(value >= (24, 1 << 8, 1 << 16, 1 << 32)[low - 24], "not canonical", "CBOR number")
        return first >> 5, value

    def of(self, major, what):
        found, value = self.head()
        demand(found == major, "not canonical", f"{what} expected")
        return value

    def unsigned(self):
        return self.of(0, "unsigned integer")

    def integer(self):
        major, value = self.head()
        demand(major in (0, 1), "not canonical", "integer expected")
        demand(value < 1 << 63, "out of range", "integer")
        return value if major == 0 else -1 - value

    def bytes(self, count=None):
        value = self.take(self.of(2, "byte string"))
        demand(count in (None, len(value)), "not canonical", f"{count} bytes expected")
        return value

    def text(self):
        try:
            return self.take(self.of(3, "text")).decode("utf-8")
        except UnicodeDecodeError:
            raise Refused("not canonical", "UTF-8 expected") from None

    def array(self, read):
        return [read() for _ in range(self.of(4, "array"))]


def parse(data, members, optional=()):
    """Opens one map; `members` has for each key a function that reads its value."""
    reader = Reader(data)
    found = map_of(members, optional)(reader)
    demand(reader.at == len(data), "not canonical", "bytes after the value")
    return found


def map_of(members, optional=(), check=lambda found: None):
    def read(reader):
        found, last = {}, None
        for _ in range(reader.of(5, "map")):
            key = reader.integer()
            demand(last is None or key > last, "not canonical", "CBOR keys out of order")
            demand(key in members, "unknown", f"CBOR key {key}")
            found[key], last = members[key](reader), key
        missing = set(members) - set(optional) - set(found)
        demand(not missing, "not canonical", "required CBOR key missing")
        check(found)
        return found
    return read


def bytes_of(count):
    return lambda reader: reader.bytes(count)


def tags_of(reader):  # 04 §3: ascending by bytes, each once, not empty
    tags = [tag.encode() for tag in reader.array(reader.text)]
    demand(tags and all(a < b for a, b in zip(tags, tags[1:])), "not canonical", "tags")
    return tags


def memory_of(reader):  # 04 §4
    demand(reader.of(4, "array") == 4, "not canonical", "array of 4 expected")
    return [reader.unsigned(), reader.unsigned(), reader.unsigned(), reader.integer()]


def within(least, most, names=None):
    def read(reader):
        value = reader.integer() if least < 0 else reader.unsigned()
        demand(names is None or value in names, "unknown", f"number {value}")
        demand(least <= value <= most, "out of range", f"number {value}")
        return value
    return read


def fact_of(most, lines=False):  # 10 §6
    def read(reader):
        text = reader.text()
        demand(1 <= len(text.encode()) <= most, "out of range", "length of a text")
        demand(all(c == "\n" and lines or not (c < " " or "\x7f" <= c < "\xa0") for c in text),
               "not canonical", "text without control characters")
        return text
    return read


def keywords_of(reader):
    words = reader.array(lambda: fact_of(256)(reader))
    demand(1 <= len(words) <= 64, "out of range", "keywords")
    return words


def together(found, *groups):
    """Of each group all keys are there or none; of a pair in parentheses, the first only with the second."""
    for group in groups:
        if isinstance(group, list):
            demand(len({key in found for key in group}) == 1, "not canonical", "facts that belong together")
        else:
            demand(group[0] not in found or group[1] in found, "not canonical", "part of a fact")


KINDS = {*range(9), *range(16, 27), 32, 33}
SAID = {7: within(-5364662400, 7258118399), 8: within(-1080, 1080), 9: within(1, 999),
        14: within(-900000000, 900000000), 15: within(-1800000000, 1800000000), 16: within(-10**7, 10**7),
        17: fact_of(4096, True), 18: keywords_of, 19: within(-1, 5)}
FACTS = {1: within(0, 255, KINDS), 2: within(1, 2**31 - 1), 3: within(1, 2**31 - 1), 4: within(2, 8),
         5: within(2, 10**6), 6: within(1, 2**40), **SAID, 10: within(1, 4), 11: fact_of(128),
         12: fact_of(128), 13: fact_of(128), 20: fact_of(64), 21: within(1, 1)}
facts_of = map_of(FACTS, set(FACTS) - {1}, lambda found: together(
    found, [2, 3], [7, 10], (8, 7), (9, 7), [14, 15], (16, 14)))  # 10 §6
LOOK = {1: within(1, 65535), 2: within(0, 255, {1, 2, 3, 4, 5, 16, 17, 18}), 3: facts_of, 4: bytes_of(32),
        5: within(0, 100), 6: bytes_of(32), 7: Reader.unsigned, 8: within(1, 262144), 9: within(1, 320),
        10: within(1, 320), 11: within(1, 1)}


def check_look(found):  # 04 §10
    together(found, [4, 5], [6, 7, 8, 9, 10], (4, 6), (11, 6))
    demand((2 in found) != (6 in found), "not canonical", "look with a thumbnail or a reason")
    demand(3 in found or found.get(2, 0) >= 16, "not canonical", "look without facts")


look_of = map_of(LOOK, set(LOOK) - {1}, check_look)


def said_of(members, needed=()):  # 04 §11, §12
    def check(found):
        demand(set(found) - set(needed), "not canonical", "a map that says nothing")
        together(found, (8, 7), (9, 7), [14, 15], (16, 14))
    return map_of(members, set(members) - set(needed), check)


edit_of = said_of({key: SAID[key] for key in (7, 8, 14, 15, 17)})
beside_of = said_of({1: within(0, 255, {1, 2}), **SAID}, needed=(1,))


PRIVATE_HALF = {1: bytes_of(32), 2: bytes_of(32), 3: bytes_of(32)}
BUNDLES = {"owner": (1,), "manager": (2, 3, 4, 5, 6, 8), "desk": (4,), "auditor": (7,),
           "depositor": (), "keeper": ()}  # 02 §10
RECORD = {1: bytes_of(32), 2: Reader.unsigned, 3: Reader.text, 4: bytes_of(32),
          5: Reader.unsigned, 6: Reader.integer, 7: tags_of, 8: tags_of, 9: look_of, 10: edit_of,
          11: beside_of}
OCCURRENCE = {1: Reader.bytes, 2: Reader.bytes, 3: Reader.integer, 4: Reader.text, 5: Reader.text,
              6: memory_of, 7: Reader.integer, 8: Reader.integer}
RECORD_OPTIONAL, OCCURRENCE_OPTIONAL = (7, 8, 9, 10, 11), (4, 5, 6, 7, 8)


def text_of(reader):  # 08 §3: not empty
    text = reader.text()
    demand(text, "out of range", "empty text")
    return text


def texts_of(reader):
    tags = tags_of(reader)
    demand(b"" not in tags, "out of range", "empty text")
    return tags


def name_of(reader):
    name = reader.bytes()
    demand(1 <= len(name) <= 255 and b"/" not in name and b"\0" not in name
           and name not in (b".", b".."), "out of range", "name")
    return name


DEPOSIT = {1: name_of, 2: Reader.integer, 3: Reader.unsigned, 4: bytes_of(32), 5: Reader.integer,
           6: text_of, 7: text_of, 8: texts_of, 9: bytes_of(16), 10: bytes_of(32)}

# ---- Keys, 01 §2 and 02 §2 ---------------------------------------------------------------------

def u32(number):
    return struct.pack(">I", number)


def u64(number):
    return struct.pack(">Q", number)


def associated(purpose, vault, *rest):
    return b"lighttight/1 " + purpose + b"\0" + vault + b"".join(rest)


def subkey(key, context):
    return hashlib.blake2b(b"", digest_size=32, key=key, salt=struct.pack("<QQ", 1, 0),
                           person=context.ljust(16, b"\0")).digest()


def open_box(key, about, sealed, what):
    demand(len(sealed) >= 40, "truncated", what)
    try:
        return crypto_aead_xchacha20poly1305_ietf_decrypt(sealed[24:], about, sealed[:24], key)
    except CryptoError:
        raise Refused("authentication", what) from None


def open_sealed_file(index_key, vault, kind, data):  # 09 §2
    demand(len(data) >= 112, "truncated", "head of a sealed file")
    demand(data[:8] == b"LTGINDX\1", "unknown", "version of a sealed file")
    key, kind = subkey(index_key, b"lt.block"), bytes([{"database": 1, "journal": 2}[kind]])

    def opened(part, number, sealed):
        about = associated(b"index", vault, bytes([part]), kind, data[8:24], struct.pack(">Q", number))
        return open_box(key, about, sealed, f"block {number}" if part else "head")
    return opened(0, 0, data[24:112]) + b"".join(
        opened(1, number, data[at:at + 4136]) for number, at in enumerate(range(112, len(data), 4136)))


def open_key(key, about, sealed, what):
    demand(len(sealed) == 72, "not canonical", f"{what} has not 72 bytes")
    return open_box(key, about, sealed, what)


def expand(hash_name, key, info, count):
    """HKDF-Expand, RFC 5869 §2.3."""
    out, block = b"", b""
    while len(out) < count:
        number = len(out) // hashlib.new(hash_name).digest_size + 1
        block = hmac.digest(key, block + info + bytes([number]), hash_name)
        out += block
    return out[:count]


def duplicate_tag(tag_key, digest):  # 04 §5
    return struct.unpack(">q", hashlib.blake2b(digest, digest_size=32, key=tag_key).digest()[:8])[0]


def place_tag(tag_key, root, path):
    hashed = hashlib.blake2b(root + b"\0" + path, digest_size=32, key=tag_key,
                             person=b"lt.place".ljust(16, b"\0"))
    return struct.unpack(">q", hashed.digest()[:8])[0]


def subject_key(desk_key, subject, person=b"lt.subjk"):  # 02 §11
    return hashlib.blake2b(subject, digest_size=32, key=desk_key,
                           person=person.ljust(16, b"\0")).digest()


def subject_tag(desk_key, subject):
    return struct.unpack(">q", subject_key(desk_key, subject, b"lt.subjt")[:8])[0]


def erasure_tag(erasure_key, digest):
    return hashlib.blake2b(digest, digest_size=32, key=erasure_key).digest()[:16]


def hpke_open(private, public, message, info, about):
    """One message behind its encapsulated key, 02 §6."""
    demand(len(message) >= 48, "truncated", "bundle")
    return hpke_context(private, public, message[:32], info)(message[32:], about)


def hpke_context(private, public, encapsulated, info):
    """HPKE base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM; RFC 9180. Gives a
    function that opens one message after another."""
    kem, suite = b"KEM\0\x20", b"HPKE\0\x20\0\x01\0\x02"

    def extract(suite, salt, label, material):
        return hmac.digest(salt, b"HPKE-v1" + suite + label + material, "sha256")

    def expand_labeled(suite, key, label, info, count):
        return expand("sha256", key, struct.pack(">H", count) + b"HPKE-v1" + suite + label + info,
                      count)

    try:
        shared = X25519PrivateKey.from_private_bytes(private).exchange(
            X25519PublicKey.from_public_bytes(encapsulated))
    except ValueError:  # a point of low order
        raise Refused("authentication", "bundle") from None
    shared = expand_labeled(kem, extract(kem, b"", b"eae_prk", shared), b"shared_secret",
                            encapsulated + public, 32)
    context = (b"\0" + extract(suite, b"", b"psk_id_hash", b"")
               + extract(suite, b"", b"info_hash", info))
    secret = extract(suite, shared, b"secret", b"")
    key = expand_labeled(suite, secret, b"key", context, 32)
    nonce = expand_labeled(suite, secret, b"base_nonce", context, 12)
    number = -1

    def opened(message, about):
        nonlocal number
        number += 1
        at = (int.from_bytes(nonce, "big") ^ number).to_bytes(12, "big")
        try:
            return AESGCM(key).decrypt(at, message, about)
        except InvalidTag:
            raise Refused("authentication", "bundle") from None
    return opened


# ---- Header, 01 §6 and 02 §3 -------------------------------------------------------------------

def canonical(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def parse_json(data):
    try:
        value = json.loads(data.decode("utf-8"))
        same = canonical(value) == data
    except (ValueError, RecursionError):
        raise Refused("not canonical", "JSON") from None
    return value, same


def shape(value, **members):
    """Checks that a JSON object has exactly these members, and gives their values."""
    demand(type(value) is dict and set(value) == set(members), "not canonical", "JSON members")
    return {name: check(value[name]) for name, check in members.items()}


def typed(kind):
    def check(value):
        demand(type(value) is kind, "not canonical", f"JSON {kind.__name__} expected")
        return value
    return check


def number(low, high, what):
    def check(value):
        demand(typed(int)(value) >= 0, "not canonical", "integers have no sign")
        demand(low <= value <= high, "out of range", what)
        return value
    return check


def identifier(value):
    digits = typed(str)(value)
    demand(len(digits) == 32 and set(digits) <= set("0123456789abcdef"), "not canonical", "ID")
    return bytes.fromhex(digits)


def base64url(count=None):
    def check(value):
        try:
            raw = typed(str)(value).encode("ascii")
            data = base64.b64decode(raw + b"=" * (-len(raw) % 4), b"-_", validate=True)
        except ValueError:
            raise Refused("not canonical", "base64url") from None
        demand(base64.urlsafe_b64encode(data).rstrip(b"=") == raw, "not canonical", "base64url")
        demand(count in (None, len(data)), "not canonical", f"{count} bytes expected")
        return data
    return check


def one_of(*known):
    def check(value):
        demand(typed(str)(value) in known, "unknown", f"not one of {', '.join(known)}")
        return value
    return check


def label(value):
    demand(1 <= len(typed(str)(value)) <= 100 and min(value) >= " ", "out of range", "slot label")
    return value


def bundle(value):
    data = base64url()(value)
    demand(len(data) <= 1024, "out of range", "bundle")
    return data


sequence = number(0, 2**53 - 1, "sequence")


def public_keys(value, **members):
    keys = [shape(key, epoch=number(1, 2**32 - 1, "epoch"), public=base64url(32), **members,
                  **({"signed": base64url(64)} if members and index else {}))
            for index, key in enumerate(typed(list)(value))]
    demand(1 <= len(keys) <= 4096, "out of range", "number of public keys")
    demand(all(a["epoch"] < b["epoch"] for a, b in zip(keys, keys[1:])), "not canonical", "epochs")
    return keys


def signing_keys(value):
    keys = public_keys(value, since=sequence)
    since = [key["since"] for key in keys]
    demand(since[0] == 0 and all(a < b for a, b in zip(since, since[1:])), "not canonical", "since")
    return keys


def retired_slots(value):
    demand(len(typed(list)(value)) <= 4096, "out of range", "number of retired slots")
    slots = [shape(one, id=identifier, label=label, role=one_of(*BUNDLES), signing=base64url(32),
                   until=sequence) for one in value]
    until = [slot["until"] for slot in slots]
    demand(until == sorted(until), "not canonical", "retired slots out of order")
    return slots


def check_kdf(value):
    name = one_of("argon2id", "hkdf-sha256")(typed(dict)(value).get("name", 0))
    if name == "hkdf-sha256":
        return shape(value, name=typed(str), salt=base64url(16))
    kdf = shape(value, name=typed(str), salt=base64url(16), passes=number(1, 10, "Argon2id passes"),
                memory=number(64 << 20, 1 << 30, "Argon2id memory"))
    demand(kdf["memory"] % (1 << 20) == 0, "out of range", "Argon2id memory")
    return kdf


KINDS = {"passphrase": "argon2id", "passphrase and key file": "argon2id",
         "recovery": "hkdf-sha256"}


def check_slot(value):
    slot = shape(
        value, bundle=bundle, id=identifier, kind=one_of(*KINDS), label=label,
        receiving=base64url(32), role=one_of(*BUNDLES), signing=base64url(32),
        private=lambda half: shape(half, commitment=base64url(32), kdf=check_kdf,
                                   sealed=base64url(146)))
    demand(slot["private"]["kdf"]["name"] == KINDS[slot["kind"]], "not canonical", "kind and KDF differ")
    bound = {name: value[name] for name in ("kind", "receiving", "signing")}
    slot["bound"] = canonical({**bound, "kdf": value["private"]["kdf"]})  # 02 §5
    return slot


def parse_header(data):
    """Parses and bounds a header; nothing of it is to be trusted yet (02 §7)."""
    demand(len(data) <= 1 << 20, "out of range", "header of more than 1 MiB")
    value, same = parse_json(data)
    version = typed(str)(typed(dict)(value).get("format"))
    demand(version == "lighttight/1", "unknown", "format of another version")
    demand(same, "not canonical", "JSON")
    # Counted before any slot is looked at.
    demand(1 <= len(typed(list)(value.get("slots"))) <= 256, "out of range", "number of slots")
    header = shape(
        value, format=typed(str), generation=number(0, 2**53 - 1, "generation"),
        keys=lambda keys: shape(keys, audit=public_keys, deposit=public_keys, signing=signing_keys),
        retired=retired_slots, signature=base64url(64), slots=lambda all: [check_slot(slot) for slot in all], vault=identifier)
    ids = [slot["id"] for slot in header["slots"]]
    demand(all(a < b for a, b in zip(ids, ids[1:])), "not canonical", "slots out of order")
    ids += [slot["id"] for slot in header["retired"]]
    demand(len(set(ids)) == len(ids), "not canonical", "slot retired twice, or retired and present")
    demand(any(slot["role"] == "owner" for slot in header["slots"]), "not canonical", "no owner")
    signed = {name: value[name] for name in value if name != "signature"}
    signed["slots"] = [{name: slot[name] for name in slot if name != "private"}
                       for slot in value["slots"]]
    header["signed"] = b"lighttight/1 header\n" + canonical(signed)  # 02 §7
    return header


# ---- Slots, 02 §4 to §9 ------------------------------------------------------------------------

def code_secret(code, prefix):
    """Reads a recovery code ("ltr") or the content of a key file ("ltk"): Bech32m, 02 §9."""
    alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
    typed_code = "".join(code.split()).replace("-", "").lower()
    demand(len(typed_code) == 42, "not canonical", "code has not 42 characters")
    demand(typed_code.startswith(prefix + "1") and set(typed_code[4:]) <= set(alphabet), "checksum",
           "code")
    values = [alphabet.index(character) for character in typed_code[4:]]
    check = 1
    for value in [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix] + values:
        top, check = check >> 25, (check & 0x1FFFFFF) << 5 ^ value
        for bit, term in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= term if top >> bit & 1 else 0
    demand(check == 0x2BC830A3, "checksum", "code")
    return sum(value << 5 * (31 - i) for i, value in enumerate(values[:32])).to_bytes(20, "big")


class Known:
    """What a holder knows or has: a passphrase, perhaps with the secret of a key file, or the secret
    of a recovery code."""

    def __init__(self, passphrase=None, key_file=None, recovery=None):
        self.passphrase, self.key_file, self.recovery = passphrase, key_file, recovery

    def kinds(self):  # in the order in which slots are tried
        if self.recovery is not None:
            return ["recovery"]
        return ["passphrase and key file"] * (self.key_file is not None) + ["passphrase"]


def open_slot(slot, vault, known):
    """Opens a slot's private half, 02 §4 and §5."""
    demand(slot["kind"] in known.kinds(), "wrong key", "slot of another kind")
    kdf, half = slot["private"]["kdf"], slot["private"]
    if slot["kind"] == "recovery":
        derived, purpose = known.recovery, b"recovery"
    else:
        derived = argon2.low_level.hash_secret_raw(
            known.passphrase, kdf["salt"], kdf["passes"], kdf["memory"] // 1024, parallelism=1,
            hash_len=64, type=argon2.low_level.Type.ID, version=0x13)
        purpose = None
        if slot["kind"] == "passphrase and key file":
            derived, purpose = derived + known.key_file, b"key file"
    if purpose:
        derived = expand("sha256", hmac.digest(kdf["salt"], derived, "sha256"),
                         associated(purpose, vault, slot["id"]), 64)
    demand(hmac.compare_digest(derived[32:], half["commitment"]), "wrong key", "slot")
    plain = open_box(derived[:32], associated(b"slot", vault, slot["id"], slot["bound"]),
                     half["sealed"], "slot's private half")
    return plain


def verify(key, signature, message, what):
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except (InvalidSignature, ValueError):
        raise Refused("authentication", what) from None


def verify_header(header, trusted):
    """Follows the chain from the key that a slot trusts, 02 §7."""
    keys = header["keys"]["signing"]
    publics = [key["public"] for key in keys]
    demand(trusted in publics, "authentication", "signing key that the slot does not trust")
    start = publics.index(trusted)
    for before, key in zip(keys[start:], keys[start + 1:]):
        message = (b"lighttight/1 successor\n" + header["vault"] + u32(key["epoch"])
                   + u64(key["since"]) + key["public"])
        verify(before["public"], key["signed"], message, f"signing key of epoch {key['epoch']}")
    verify(publics[-1], header["signature"], header["signed"], "signature of the header")


def open_header(header, known):
    """The order of 02 §7; gives the role and its keys by their numbers."""
    failure = Refused("wrong key", "no slot opens with this")
    for kind in known.kinds():
        for slot in (slot for slot in header["slots"] if slot["kind"] == kind):
            try:
                half = parse(open_slot(slot, header["vault"], known), PRIVATE_HALF)
            except Refused as refused:
                # Another slot may be the one; but changed bytes are said to be so.
                failure = refused if refused.kind != "wrong key" else failure
                continue
            verify_header(header, half[3])
            return slot["role"], open_bundle(slot, header["vault"], half[1])
    raise failure


def open_bundle(slot, vault, private):
    plain = hpke_open(private, slot["receiving"], slot["bundle"],
                      associated(b"bundle", vault, slot["id"]), slot["role"].encode())
    numbers = BUNDLES[slot["role"]]
    keys = {number: plain[4 + 35 * at:36 + 35 * at] for at, number in enumerate(numbers)}
    written = b"".join(bytes([number, 0x58, 32]) + keys[number] for number in numbers)
    demand(plain == bytes([0xA0 | len(numbers)]) + written, "not canonical", "keys of the bundle")
    return keys


def open_session(data, key):
    """A session's file with its key, 02 §12; gives the plaintext of the private half."""
    demand(len(data) <= 1024, "out of range", "session of more than 1 KiB")
    value, same = parse_json(data)
    version = typed(str)(typed(dict)(value).get("format"))
    demand(version == "lighttight/1 session", "unknown", "format of another version")
    demand(same, "not canonical", "JSON")
    session = shape(value, format=typed(str), sealed=base64url(146), slot=identifier,
                    vault=identifier)
    return open_box(key, associated(b"session", session["vault"], session["slot"]),
                    session["sealed"], "session")


def open_keyring(purpose, epoch, key, vault, wrapped):
    """A row of the keyring, under the ring key or under the key that came after it, 02 §8."""
    if purpose.endswith("-before"):
        key = subkey(key, b"lt.chain")
    return open_key(key, associated(b"keyring", vault, u32(epoch), purpose.encode()), wrapped,
                    "keyring key")


# ---- Objects and packs, 03 ---------------------------------------------------------------------

CHUNK = 16384


def object_size(size):
    return 56 + size + 16 * (size // CHUNK + 1)


def padme(size):
    if size < 2:
        return size
    exponent = size.bit_length() - 1
    kept = exponent.bit_length()
    unit = 1 << max(0, exponent - kept)
    return -(-size // unit) * unit


def open_object(file_key, context, read, size):
    """Yields the plaintext of an object of `size` bytes, chunk by chunk; `read(n)` gives its bytes.

    C2SP chunked-encryption v1 with AES-256-GCM and HKDF-Expand-SHA-512."""
    start = read(56)
    demand(len(start) == 56, "truncated", "object")
    derived = expand("sha512", file_key, b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0"
                     + start[:24] + context, 32 + 12 + 32)
    demand(hmac.compare_digest(derived[44:], start[24:]), "wrong key", "object's commitment")
    cipher, base = AESGCM(derived[:32]), int.from_bytes(derived[32:44], "big")
    last = (size - 56) // (CHUNK + 16)
    for index in range(last + 1):
        wanted = size - 56 - last * (CHUNK + 16) if index == last else CHUNK + 16
        sealed = read(wanted)
        demand(len(sealed) == wanted >= 16, "truncated", "object")
        try:
            yield cipher.decrypt((base ^ index).to_bytes(12, "big"), sealed, None)
        except InvalidTag:
            raise Refused("authentication", f"chunk {index} of the object") from None


# ---- Deposits, 08 ------------------------------------------------------------------------------

def open_deposit(file, name, private, header):
    """Opens a deposit named `name` (its ID). Gives the slot whose signature counts or 16 zero bytes,
    the head's map as it is encoded, and the picture."""
    demand(len(file) >= 4096, "truncated", "deposit")
    demand(file[:21] == b"lighttight/1 deposit\n", "unknown", "format of another version")
    vault, deposit, epoch = file[21:37], file[37:53], file[53:57]
    demand(vault == header["vault"], "authentication", "another vault's deposit")
    demand(deposit == name, "authentication", "another deposit's name")
    publics = {u32(key["epoch"]): key["public"] for key in header["keys"]["deposit"]}
    demand(epoch in publics, "authentication", "key that the vault does not have")
    opened = hpke_context(private, publics[epoch], file[57:89],
                          associated(b"deposit", vault, deposit, epoch))
    plain = opened(file[89:4000], b"")
    key, size = plain[:32], int.from_bytes(plain[32:36], "big")
    demand(size <= len(plain) - 36, "truncated", "head of a deposit")
    demand(not any(plain[36 + size:]), "not canonical", "something behind the head")
    head = parse(plain[36:36 + size], DEPOSIT, (6, 7, 8, 9, 10))
    demand(head[3] <= 1 << 40, "out of range", "size")
    demand((9 in head) == (10 in head), "not canonical", "half an answer")
    demand(9 not in head or not {6, 7, 8} & set(head), "not canonical", "answer with a place")
    signer, about = bytes(16), associated(b"deposit by", vault, deposit)
    signed = opened(file[4000:4096], about)
    if any(signed):
        slots = {slot["id"]: slot for slot in header["retired"] + header["slots"]}
        slot = slots.get(signed[:16])
        demand(slot, "authentication", "slot that the vault never had")
        verify(slot["signing"], signed[16:], b"lighttight/1 deposit by\n" + signed[:16]
               + hashlib.sha256(file[:4000]).digest(), "signature of a deposit")
        if "until" not in slot and slot["role"] in ("owner", "manager", "depositor"):
            signer = signed[:16]
    size, at = object_size(head[3]), 4096
    demand(len(file) == padme(4096 + size), "not canonical", "size of a deposit")

    def read(count):
        nonlocal at
        at += count
        return file[at - count:at]
    picture = b"".join(open_object(key, associated(b"deposit object", vault, deposit), read, size))
    demand(hashlib.sha256(picture).digest() == head[4], "authentication", "SHA-256 of the picture")
    return signer, plain[36:36 + int.from_bytes(plain[32:36], "big")], picture


def open_deposit_key(data):
    """A public key file, 08 §8; gives the public key."""
    data = data.removesuffix(b"\n")
    demand(len(data) <= 1024, "out of range", "deposit key of more than 1 KiB")
    value, same = parse_json(data)
    version = typed(str)(typed(dict)(value).get("format"))
    demand(version == "lighttight/1 deposit key", "unknown", "format of another version")
    demand(same, "not canonical", "JSON")
    key = shape(value, epoch=number(1, 2**32 - 1, "epoch"), format=typed(str),
                public=base64url(32), signature=base64url(64), signing=base64url(32),
                vault=identifier)
    verify(key["signing"], key["signature"], b"lighttight/1 deposit key\n" + key["vault"]
           + u32(key["epoch"]) + key["public"], "deposit key")
    return key["public"]


# ---- Requests, 13 ------------------------------------------------------------------------------

def open_slip(data):
    """Checks a slip, 13 §2; gives its members."""
    demand(len(data) <= 16384, "out of range", "slip of more than 16 KiB")
    value, same = parse_json(data)
    version = typed(str)(typed(dict)(value).get("format"))
    demand(version == "lighttight/1 request", "unknown", "format of another version")
    demand(same, "not canonical", "JSON")
    most = {"from": 100, "note": 2000}
    slip = shape(value, epoch=number(1, 2**32 - 1, "epoch"), format=typed(str),
                 public=base64url(32), vault=identifier,
                 **{name: typed(str) for name in most if name in value})
    for name in most:
        demand(name not in slip or 1 <= len(slip[name]) <= most[name], "out of range", name)
    return slip


def request_keys(slip, request, token, digest):
    """Name, proof and mark of an answer, 13 §1 and §4."""
    def code(purpose, *parts):
        return hmac.digest(token, b"lighttight/1 " + purpose + b"\n" + b"".join(parts), "sha256")
    return (hashlib.sha256(b"lighttight/1 request name\n" + request).digest()[:16],
            code(b"request proof", request),
            code(b"request", slip["vault"], request, u32(slip["epoch"]), digest))


# ---- Records, 04, and layout, 05 ---------------------------------------------------------------

SCHEMA = """\
CREATE TABLE vault(id INTEGER PRIMARY KEY CHECK(id = 1), header BLOB NOT NULL, revision INTEGER NOT NULL, epoch INTEGER NOT NULL)
CREATE TABLE keyring(purpose TEXT NOT NULL, epoch INTEGER NOT NULL, wrapped BLOB NOT NULL, PRIMARY KEY(purpose, epoch)) WITHOUT ROWID
CREATE TABLE record(row INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, revision INTEGER NOT NULL, version INTEGER NOT NULL, sealed BLOB NOT NULL, entry INTEGER NOT NULL, detail BLOB NOT NULL)
CREATE TABLE filekey(row INTEGER PRIMARY KEY, tag INTEGER NOT NULL, wrapped BLOB NOT NULL)
CREATE TABLE occurrence(row INTEGER NOT NULL, number INTEGER NOT NULL, version INTEGER NOT NULL, sealed BLOB NOT NULL, PRIMARY KEY(row, number)) WITHOUT ROWID
CREATE TABLE finder(row INTEGER NOT NULL, number INTEGER NOT NULL, place INTEGER NOT NULL, subject INTEGER, wrapped BLOB, PRIMARY KEY(row, number)) WITHOUT ROWID
CREATE TABLE pack(name BLOB PRIMARY KEY, bytes INTEGER NOT NULL, revision INTEGER NOT NULL) WITHOUT ROWID
CREATE TABLE destroyed(row INTEGER PRIMARY KEY, id BLOB NOT NULL, revision INTEGER NOT NULL)
CREATE TABLE dropped(row INTEGER PRIMARY KEY, name BLOB NOT NULL, revision INTEGER NOT NULL)
CREATE TABLE erased(tag BLOB PRIMARY KEY, revision INTEGER NOT NULL) WITHOUT ROWID
CREATE TABLE copy(id BLOB PRIMARY KEY, place BLOB NOT NULL, revision INTEGER NOT NULL, time INTEGER NOT NULL) WITHOUT ROWID
CREATE TABLE card(kind INTEGER NOT NULL, id BLOB NOT NULL, version INTEGER NOT NULL, sealed BLOB NOT NULL, PRIMARY KEY(kind, id)) WITHOUT ROWID
CREATE TABLE entry(sequence INTEGER PRIMARY KEY, actor BLOB, leaf BLOB NOT NULL, rows BLOB NOT NULL)
CREATE TABLE log(id INTEGER PRIMARY KEY CHECK(id = 1), size INTEGER NOT NULL, edge BLOB NOT NULL)
CREATE INDEX record_revision ON record(revision)
CREATE INDEX filekey_tag ON filekey(tag)
CREATE INDEX finder_place ON finder(place)
CREATE INDEX finder_subject ON finder(subject) WHERE subject IS NOT NULL
CREATE INDEX entry_actor ON entry(actor)""".splitlines()
RING = ("signing", "audit", "deposit", "index", "erasure", "audit-before", "deposit-before")


def open_database(path):
    """Opens one of the two databases for reading and checks that it is one, whole (04 §1)."""
    demand(os.path.isfile(path), "truncated", "database missing")
    place = urllib.parse.quote(os.fsencode(os.path.abspath(path)))
    database = sqlite3.connect(f"file:{place}?mode=ro", uri=True)
    try:
        ask = lambda sql: database.execute(sql).fetchall()  # noqa: E731
        ask("PRAGMA trusted_schema=OFF"), ask("PRAGMA temp_store=MEMORY")
        demand(ask("PRAGMA application_id") == [(0x4C544731,)], "unknown", "application_id")
        demand(ask("PRAGMA user_version") == [(1,)], "unknown", "version of the database")
        found = ask("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL OR type NOT IN ('index')")
        demand(sorted(found, key=str) == sorted(((s,) for s in SCHEMA), key=str), "unknown",
               "schema of the database")
        demand(ask("PRAGMA quick_check") == [("ok",)], "authentication", "database is damaged")
        return database
    except BaseException:
        database.close()
        raise


class Vault:
    def __init__(self, folder, known):
        self.folder, self.damaged, self.database = folder, 0, None
        for name in ("records.db", "records.bak"):  # 05 §4
            try:
                self.database = open_database(os.path.join(folder, name))
                break
            except (Refused, sqlite3.Error) as reason:
                self.complain(name, reason)
        demand(self.database, "truncated", "neither records.db nor records.bak can be read")
        (data, epoch), = self.database.execute("SELECT header, epoch FROM vault").fetchall()
        header = parse_header(data)
        self.id = header["vault"]
        role, keys = open_header(header, known)
        demand(role == "owner", "unknown", f"opened by a slot of role {role}: not an owner's")
        demand(epoch == header["keys"]["signing"][-1]["epoch"], "authentication",
               "number of the root key")  # 04 §2
        root = keys[1]
        self.wrap, self.tags = subkey(root, b"lt.wrap."), subkey(root, b"lt.dedup")
        self.desk = subkey(root, b"lt.desk.")
        self.ring = subkey(root, b"lt.ring.")

    def complain(self, what, reason):
        self.damaged += 1
        print(f"{what}: {reason}", file=sys.stderr)

    def pictures(self):
        """Yields (record ID, file key, opened record, opened occurrences) of each picture."""
        rows = self.database.execute(
            "SELECT record.row, id, version, sealed, tag, wrapped FROM record"
            " LEFT JOIN filekey ON filekey.row = record.row ORDER BY record.row")
        for row, record, version, sealed, tag, wrapped in rows:
            try:
                demand(wrapped is not None, "truncated", "record without a file key")
                key = open_key(self.wrap, associated(b"file key", self.id, record), wrapped,
                               "file key")
                value_key = subkey(key, b"lt.value")
                value = parse(open_box(value_key, associated(b"record", self.id, record,
                                                             u32(version)), sealed, "record"),
                              RECORD, optional=RECORD_OPTIONAL)
                demand(tag == duplicate_tag(self.tags, value[1]), "authentication", "tag")
                yield record, key, value, list(self.occurrences(row, record, key, value_key))
            except (Refused, struct.error) as reason:
                self.complain(f"picture {record.hex()}", reason)

    def occurrences(self, row, record, key, value_key):
        ask = lambda sql: self.database.execute(  # noqa: E731
            sql + " WHERE row = ? ORDER BY number", (row,)).fetchall()
        rows = ask("SELECT number, version, sealed FROM occurrence")
        finders = {number_: finder for number_, *finder in ask(
            "SELECT number, place, subject, wrapped FROM finder")}
        demand(rows, "truncated", "picture without an occurrence")
        for number_, version, sealed in rows:
            about = associated(b"occurrence", self.id, record, u32(number_), u32(version))
            value = parse(open_box(value_key, about, sealed, "occurrence"), OCCURRENCE, OCCURRENCE_OPTIONAL)
            try:  # What finds is told, and keeps no picture from being opened.
                self.check_finder(record, number_, key, value, finders.pop(number_, None))
            except Refused as reason:
                self.complain(f"picture {record.hex()}", reason)
            yield value
        if finders:
            self.complain(f"picture {record.hex()}", "finders that belong to no occurrence")

    def check_finder(self, record, number_, key, value, finder):
        demand(finder, "truncated", "finder missing")
        place, tag, wrapped = finder
        demand(place == place_tag(self.tags, value[1], value[2]), "authentication", "place")
        if 4 not in value:
            demand(tag is None and wrapped is None, "authentication", "finder of a subject")
            return
        subject = value[4].encode()
        demand(tag == subject_tag(self.desk, subject), "authentication", "subject tag")  # 02 §11
        opened = open_key(subject_key(self.desk, subject),
                          associated(b"desk", self.id, record, u32(number_)), wrapped or b"",
                          "file key of a subject")
        demand(opened == key, "authentication", "file key of a subject")

    def content(self, record, key, value, write):
        """Opens one original and hands it to `write`; refuses one whose SHA-256 differs."""
        name, hashed = value[4].hex(), hashlib.sha256()
        with open(os.path.join(self.folder, "packs", name[:2], name), "rb") as pack:
            pack.seek(value[5])
            context = associated(b"object", self.id, record, b"\0")
            for piece in open_object(key, context, pack.read, object_size(value[2])):
                hashed.update(piece)
                write(piece)
        demand(hashed.digest() == value[1], "authentication", "SHA-256 of the picture")


    def thumbnail(self, record, key, look):
        """Opens a thumbnail, 04 §10."""
        name = look[6].hex()
        with open(os.path.join(self.folder, "packs", name[:2], name), "rb") as pack:
            pack.seek(look[7])
            context = associated(b"object", self.id, record, b"\1")
            found = b"".join(open_object(key, context, pack.read, object_size(look[8])))
        demand(found.startswith(b"\xff\xd8\xff"), "authentication", "thumbnail that is no JPEG")


def list_command(vault):
    for record, _, value, occurrences in vault.pictures():
        for one in occurrences:
            print(record.hex(), value[2], value[3], "bin" if 7 in one else "-",
                  ascii(os.fsdecode(one[2])))


def check_command(vault):
    count, ring = 0, {}
    # "audit" comes before "audit-before": the key that leads to the one before it is open by then.
    for purpose, epoch, wrapped in vault.database.execute(
            "SELECT purpose, epoch, wrapped FROM keyring ORDER BY purpose, epoch"):
        try:
            demand(purpose in RING and epoch >= 1, "unknown", "purpose or epoch")
            owner = purpose.removesuffix("-before")
            above = vault.ring if owner == purpose else ring.get((owner, epoch))
            demand(above, "truncated", "key that should open it")
            key = open_keyring(purpose, epoch, above, vault.id, wrapped)
            if owner == purpose:
                ring[purpose, epoch] = key
            else:
                demand(key == ring.get((owner, epoch - 1)), "authentication", "key of before")
        except (Refused, struct.error) as reason:
            vault.complain(f"keyring {purpose} {epoch}", reason)
    for record, key, value, _ in vault.pictures():
        try:
            vault.content(record, key, value, lambda _: None)
            count += 1
            if 6 in value.get(9, {}):
                vault.thumbnail(record, key, value[9])
        except (Refused, OSError, OverflowError) as reason:
            vault.complain(f"picture {record.hex()}", reason)
    for name, size in vault.database.execute("SELECT name, bytes FROM pack"):
        try:
            hashed = hashlib.sha256()
            with open(os.path.join(vault.folder, "packs", name.hex()[:2], name.hex()), "rb") as f:
                found = os.fstat(f.fileno()).st_size
                demand(found == size == padme(size), "truncated", "size of the pack")
                while piece := f.read(1 << 20):
                    hashed.update(piece)
            demand(hashed.digest() == name, "authentication", "SHA-256 of the pack")
        except (Refused, OSError) as reason:
            vault.complain(f"pack {name.hex()}", reason)
    print(f"{count} pictures opened, {vault.damaged} complaints")


def export_command(vault, target):
    os.makedirs(target, exist_ok=True)
    count, top = 0, os.open(target, os.O_RDONLY | os.O_DIRECTORY)
    for record, key, value, occurrences in vault.pictures():
        for one in (one for one in occurrences if 7 not in one):
            try:
                put(vault, top, record, key, value, one)
                count += 1
            except (Refused, OSError, OverflowError) as reason:
                vault.complain(f"picture {record.hex()} {ascii(os.fsdecode(one[2]))}", reason)
    print(f"{count} files written, {vault.damaged} complaints")


def put(vault, top, record, key, value, occurrence):
    """Writes one file below `top`. Follows no symbolic link and never replaces a file: when the name
    is taken, the record's ID makes another, as in `name~3f9a1c20.jpg`."""
    *folders, name = occurrence[2].split(b"/")
    for part in (*folders, name):
        demand(part not in (b"", b".", b"..") and b"\0" not in part, "out of range",
               "path that would leave the target")
    here = os.dup(top)
    try:
        for part in folders:
            try:
                os.mkdir(part, dir_fd=here)
            except FileExistsError:
                pass
            below = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=here)
            os.close(here)
            here = below
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
        try:
            opened = os.open(name, flags, 0o600, dir_fd=here)
        except FileExistsError:
            stem, end = os.path.splitext(name)
            mark = b"~" + record.hex()[:8].encode() + end
            name = stem[:255 - len(mark)] + mark
            opened = os.open(name, flags, 0o600, dir_fd=here)
        with open(opened, "wb") as file:
            try:
                vault.content(record, key, value, file.write)
                file.flush()
                os.utime(file.fileno(), ns=(occurrence[3], occurrence[3]))
            except BaseException:  # what could not be authenticated to its end is not kept
                os.unlink(name, dir_fd=here)
                raise
    finally:
        os.close(here)


# ---- Audit log, 07 -----------------------------------------------------------------------------

def items_of(size, name, check=lambda item: None):
    """A byte string of whole items, ascending by their first `name` bytes; 07 §4."""
    def read(reader):
        data = reader.bytes()
        demand(data and len(data) % size == 0, "not canonical", "whole items expected")
        items = [data[at:at + size] for at in range(0, len(data), size)]
        return items, name, check
    return read


def unmarked(item):
    demand(item[-1] in (0, 1), "not canonical", "erased content neither there nor gone")


def small_row(item):
    demand(item[0] < 128, "out of range", "row of 2^63 or more")


def ids_of(reader):  # 07 §5
    data = reader.bytes()
    demand(data and len(data) % 16 == 0, "not canonical", "IDs expected")
    return [data[at:at + 16] for at in range(0, len(data), 16)]


def said_of(reader):  # 07 §5
    data = reader.bytes()
    demand(data, "not canonical", "events expected")
    return data


def names_of(reader):  # 07 §6
    names = reader.array(reader.bytes)
    demand(names and len(set(names)) == len(names), "not canonical", "names")
    return names


def epoch_of(reader):
    value = reader.unsigned()
    demand(1 <= value < 1 << 32, "out of range", "epoch")
    return value


def content_of(reader):  # 07 §3
    data = reader.bytes()
    demand(len(data) <= 4 << 20, "out of range", "content of more than 4 MiB")
    return data


LEAF = {1: Reader.unsigned, 2: Reader.integer, 3: bytes_of(32), 4: Reader.unsigned,
        5: bytes_of(32), 6: epoch_of, 7: bytes_of(80), 8: content_of, 9: bytes_of(16),
        10: bytes_of(64)}
ROWS = {1: items_of(40, 8, small_row), 2: items_of(40, 32), 3: items_of(17, 16, unmarked),
        4: bytes_of(32), 5: bytes_of(32), 6: bytes_of(32), 7: bytes_of(32)}
CONTENT = {1: Reader.text, 2: ids_of, 3: Reader.unsigned, 4: bytes_of(16), 5: Reader.text,
           6: Reader.text, 7: Reader.text, 8: said_of}
DETAIL = {1: names_of, 2: tags_of}


def verify(public, signature, message, what):
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        raise Refused("authentication", what) from None


def parse_leaf(data):
    """Parses an entry; "signed" is what its signature covers, less prefix and vault ID."""
    leaf = parse(data, LEAF, (5, 9, 10))
    demand((9 in leaf) == (10 in leaf), "not canonical", "actor and signature go together")
    # Key 10 is the last: its head, the head of its string and 64 bytes.
    leaf["signed"] = bytes([data[0] - 1]) + data[1:-67] if 10 in leaf else data
    return leaf


def verify_leaf(leaf, vault, public):
    verify(public, leaf[10], b"lighttight/1 entry\n" + vault + leaf["signed"],
           "signature of the entry")


def open_leaf(leaf, vault, private):
    """Opens an entry's content with the private audit key of its epoch."""
    key = hpke_open(private, crypto_scalarmult_base(private), leaf[7],
                    associated(b"entry key", vault, u32(leaf[6])), b"")
    demand(len(key) == 32, "not canonical", "transaction key has not 32 bytes")
    return open_box(key, associated(b"entry", vault, struct.pack(">Q", leaf[1])), leaf[8],
                    "content of the entry")


def parse_rows(data):
    if not data:
        return {}
    rows = parse(data, ROWS, tuple(ROWS))
    demand(rows, "not canonical", "empty rows are no bytes")
    for key in rows.keys() & {1, 2, 3}:
        items, name, check = rows[key]
        for item in items:
            check(item)
        demand(all(a[:name] < b[:name] for a, b in zip(items, items[1:])), "not canonical",
               "items out of order")
        rows[key] = items
    return rows


def lp(data):
    return u32(len(data)) + data


def state_of(record, revision, version, sealed, entry, detail, tag, wrapped, occurrences):
    """The state of a record's row, 07 §4; `tag`, `place` and `subject` are 8 bytes, as they lie.
    Occurrences are (number, version, sealed, place, subject or None, wrapped)."""
    state = (b"lighttight/1 row\0" + record + struct.pack(">qI", revision, version) + lp(sealed)
             + struct.pack(">q", entry) + lp(detail) + tag + lp(wrapped) + u32(len(occurrences)))
    for number, version, sealed, place, subject, wrapped in occurrences:
        state += u32(number) + u32(version) + lp(sealed) + place
        state += b"\0" if subject is None else b"\1" + subject + lp(wrapped)
    return hashlib.sha256(state).digest()


def hash_leaf(leaf):  # 07 §2
    return hashlib.sha256(b"\0" + leaf).digest()


def hash_node(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


class Tree:
    """The log's tree by its edge: one hash for each bit of its size that is set."""

    def __init__(self):
        self.size, self.edge = 0, []

    def append(self, leaf):
        made, size = hash_leaf(leaf), self.size
        while size & 1:
            made, size = hash_node(self.edge.pop(), made), size >> 1
        self.edge.append(made)
        self.size += 1

    def root(self):
        if not self.edge:
            return hashlib.sha256().digest()
        root = self.edge[-1]
        for left in reversed(self.edge[:-1]):
            root = hash_node(left, root)
        return root


def hashes_of(proof):
    demand(len(proof) % 32 == 0, "authentication", "proof of whole hashes")
    return [proof[at:at + 32] for at in range(0, len(proof), 32)]


def climb(node, last, proof, mine, first=None):
    """Goes up from a node to the root of RFC 9162 §2.1.3.2; with `first`, two roots at once."""
    for other in proof:
        demand(last > 0, "authentication", "proof that is too long")
        if node & 1 or node == last:
            mine, first = hash_node(other, mine), first and hash_node(other, first)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            mine = hash_node(mine, other)
        node, last = node >> 1, last >> 1
    demand(last == 0, "authentication", "proof that is too short")
    return mine, first


def verify_inclusion(leaf, index, size, root, proof):
    demand(index < size, "authentication", "leaf beyond the tree")
    demand(climb(index, size - 1, hashes_of(proof), hash_leaf(leaf))[0] == root, "authentication",
           "proof of inclusion")


def verify_consistency(first, first_root, size, root, proof):
    proof = hashes_of(proof)
    if first == size:
        demand(not proof and first_root == root, "authentication", "proof of the same tree")
        return
    demand(0 < first < size, "authentication", "sizes of a proof")
    if first & (first - 1) == 0:
        proof = [first_root] + proof
    demand(proof, "authentication", "proof that is too short")
    node, last = first - 1, size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    made = climb(node, last, proof[1:], proof[0], proof[0])
    demand(made == (root, first_root), "authentication", "proof of consistency")


def base64_of(text):
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except ValueError:
        raise Refused("not canonical", "base64") from None
    demand(base64.b64encode(data).decode() == text, "not canonical", "base64")
    return data


def parse_note(data):
    """Gives the text and the signatures (name, key ID, signature) of a C2SP signed note; 07 §7."""
    demand(len(data) <= 64 << 10, "out of range", "note of more than 64 KiB")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused("not canonical", "UTF-8 expected") from None
    demand(data.endswith(b"\n") and all(c >= 32 or c == 10 for c in data), "not canonical",
           "line end or control character")
    text, divide, lines = data.rpartition(b"\n\n")
    demand(divide and lines, "not canonical", "note without signatures")
    signatures = []
    for line in lines.decode("utf-8").split("\n")[:-1]:
        parts = line.split(" ")
        demand(len(parts) == 3 and parts[0] == "\u2014" and parts[1] and "+" not in parts[1]
               and not any(c.isspace() for c in parts[1]), "not canonical", "signature line")
        signed = base64_of(parts[2])
        demand(len(signed) > 4, "truncated", "signature of a note")
        signatures.append((parts[1], signed[:4], signed[4:]))
    return text + b"\n", signatures


def parse_checkpoint(text):
    """Gives vault ID, size and root."""
    lines = text.decode("utf-8").split("\n")
    demand(len(lines) == 4 and lines[3] == "", "not canonical", "checkpoint of 3 lines")
    demand(lines[0].startswith("lighttight/1/"), "unknown", "origin of the checkpoint")
    vault = identifier(lines[0].removeprefix("lighttight/1/"))
    demand(lines[1] and set(lines[1]) <= set("0123456789"), "not canonical", "size")
    demand(int(lines[1]) < 1 << 64, "out of range", "size")
    root = base64_of(lines[2])
    demand(len(root) == 32 and str(int(lines[1])) == lines[1], "not canonical", "size or root")
    return vault, int(lines[1]), root


def judge_checkpoint(data, vault, keys):
    """Refuses what nobody of `keys` signed: (name, public key, in use after, in use until)."""
    text, signatures = parse_note(data)
    found, size, root = parse_checkpoint(text)
    demand(found == vault, "authentication", "checkpoint of another vault")
    signers = []
    for name, mark, signature in signatures:
        for key in keys:
            whole = hashlib.sha256(key[0].encode() + b"\n\x01" + key[1]).digest()
            if (name, mark) != (key[0], whole[:4]):
                continue
            verify(key[1], signature, text, "signature of the checkpoint")
            demand(key[2] < size <= key[3], "out of range", "key not in use at this size")
            signers.append(name)
    demand(signers, "authentication", "signed by strangers only")
    return text, size, root, signers


# ---- Vectors -----------------------------------------------------------------------------------

SAMPLE = {1: Reader.bytes, 2: Reader.integer, 3: Reader.text,
          4: lambda reader: reader.array(reader.unsigned)}


def vector_inputs(path):
    """Reads a vector's inputs. An object may be given as slices of another vector's object."""
    with open(path, encoding="utf-8") as file:
        vector = json.load(file)
    given = {name: bytes.fromhex(value) if type(value) is str and name not in
             ("of", "kind", "purpose", "context", "code", "schema", "role") else value
             for name, value in vector["inputs"].items()}
    if "of" in given:
        whole = vector_inputs(os.path.join(os.path.dirname(path), given["of"] + ".json"))[1]
        given = {**whole, **given}
        if "slices" in given:
            parts = (whole["object"][start:end] for start, end in given["slices"])
            given["object"] = b"".join(parts) + given.get("append", b"")
        if "flip" in given:
            changed = bytearray(given["object"])
            changed[given["flip"]] ^= 1
            given["object"] = bytes(changed)
    return vector, given


def run_vector(group, given):
    """Gives what the vector opens to, as bytes."""
    get, vault = given.get, given.get("vault")
    if group == "cbor":
        schema = {"sample": (SAMPLE, (3, 4)), "record": (RECORD, RECORD_OPTIONAL), "private": (PRIVATE_HALF,),
                  "occurrence": (OCCURRENCE, OCCURRENCE_OPTIONAL), "owner": ({1: bytes_of(32)},)}[given["schema"]]
        parse(given["bytes"], *schema)
        return given["bytes"]
    if group == "json-header":
        return parse_header(given["header"] + b" " * get("spaces", 0))["signed"]
    known = Known(get("passphrase"), get("keyfile"), get("secret"))
    if group == "slot":
        value, same = parse_json(given["slot"])
        demand(same, "not canonical", "JSON")
        return open_slot(check_slot(value), vault, known)
    if group == "open":
        return b"".join(open_header(parse_header(given["header"]), known)[1].values())
    if group == "bundle":
        slot = {"receiving": given["receiving"], "bundle": given["bundle"], "id": given["slot"],
                "role": given["role"]}
        return b"".join(open_bundle(slot, vault, given["private"]).values())
    if group == "session":
        return open_session(given["session"] + b" " * get("spaces", 0), given["key"])
    if group == "deposit":
        return b"".join(open_deposit(given["object"], given["deposit"], given["private"],
                                     parse_header(given["header"])))
    if group == "deposit-key":
        return open_deposit_key(given["file"] + b" " * get("spaces", 0))
    if group == "request":
        keys = request_keys(open_slip(given["slip"]), given["id"], given["token"],
                            hashlib.sha256(given["picture"]).digest())
        return b"".join(keys) + hashlib.sha256(given["slip"]).digest()
    if group == "subkey":
        return subkey(given["key"], given["context"].encode())
    if group == "keyring":
        return open_keyring(given["purpose"], given["epoch"], given["key"], vault, given["wrapped"])
    if group == "desk":
        return open_key(subject_key(given["key"], given["subject"]), associated(
            b"desk", vault, given["record"], u32(given["number"])), given["wrapped"], "file key")
    if group == "filekey":
        return open_key(given["key"], associated(b"file key", vault, given["record"]),
                        given["wrapped"], "file key")
    if group in ("record", "occurrence"):
        numbers = [u32(given[name]) for name in ("number", "version") if name in given]
        plain = open_box(subkey(given["key"], b"lt.value"), associated(
            group.encode(), vault, given["record"], *numbers), given["sealed"], group)
        parse(plain, *((RECORD, RECORD_OPTIONAL) if group == "record" else (OCCURRENCE, OCCURRENCE_OPTIONAL)))
        return plain
    if group == "object":
        data, at = given["object"], 0

        def read(count):
            nonlocal at
            at += count
            return data[at - count:at]
        kind = {"original": b"\0", "thumbnail": b"\1", "rendition": b"\2"}[given["kind"]]
        context = associated(b"object", vault, given["record"], kind)
        return b"".join(open_object(given["key"], context, read, len(data)))
    if group == "index":
        return open_sealed_file(given["key"], vault, given["kind"], given["file"])
    if group == "padme":
        return str(padme(given["bytes"])).encode()
    if group in ("recovery-code", "key-file"):
        return code_secret(given["code"], {"recovery-code": "ltr", "key-file": "ltk"}[group])
    if group == "tags":
        made = {"duplicate": duplicate_tag, "place": place_tag, "erasure": erasure_tag,
                "subject": subject_tag}
        made = made[given["kind"]](*(given[n] for n in ("key", "digest", "root", "path", "subject")
                                     if n in given))
        return made if type(made) is bytes else struct.pack(">q", made)
    if group == "leaf":
        leaf = parse_leaf(given["leaf"])
        if 9 in leaf:
            verify_leaf(leaf, vault, given["signing"])
        plain = open_leaf(leaf, vault, given["key"])
        parse(plain, CONTENT, (2, 3, 4, 5, 6, 7, 8))
        return plain
    if group == "rows":
        parse_rows(given["rows"])
        return given["rows"]
    if group == "content":
        about = associated(b"entry", vault, struct.pack(">Q", given["sequence"]))
        plain = open_box(given["key"], about, given["sealed"], "content")
        parse(plain, CONTENT, (2, 3, 4, 5, 6, 7, 8))
        return plain
    if group == "detail":
        about = associated(b"detail", vault, given["record"])
        plain = open_box(given["key"], about, given["sealed"], "detail")
        parse(plain, DETAIL, (2,))
        return plain
    if group == "state":
        found = [[given[f"{name}{n}"] for name in ("number", "version", "sealed", "place")]
                 + [get(f"subject{n}"), get(f"wrapped{n}")] for n in range(given["occurrences"])]
        return state_of(*(given[name] for name in (
            "record", "revision", "version", "sealed", "entry", "detail", "tag", "wrapped")), found)
    if group == "tree":
        tree = Tree()
        for number in range(given["size"]):
            tree.append(given[f"leaf{number}"])
        return tree.root() + b"".join(tree.edge)
    if group == "proof":
        size, root, proof = given["size"], given["root"], given["proof"]
        if given["kind"] == "inclusion":
            verify_inclusion(given["leaf"], given["index"], size, root, proof)
        else:
            verify_consistency(given["first"], given["firstroot"], size, root, proof)
        return root
    if group == "note":
        origin, most = "lighttight/1/" + vault.hex(), 1 << 64
        keys = [(origin, given["public"], given["since"], get("next", most)),
                (origin + "/" + given["slot"].hex(), given["signing"], -1, get("until", most))]
        return judge_checkpoint(given["note"], vault, keys)[0]
    raise KeyError(group)


def vector_command(paths):
    failed = 0
    for path in paths:
        vector, given = vector_inputs(path)
        try:
            opened = run_vector(os.path.basename(os.path.dirname(os.path.abspath(path))), given)
            outcome = ("opens", hashlib.sha256(opened).hexdigest())
        except Refused as refused:
            outcome = (refused.kind, None)
        if outcome != (vector["expect"], vector.get("sha256")):
            failed += 1
            print(f"{path}: expected {vector['expect']}, found {outcome[0]}", file=sys.stderr)
    print(f"{len(paths)} vectors, {failed} differ")
    return 1 if failed or not paths else 0


def read_code(path, prefix):
    with open(path, encoding="ascii", errors="replace") as file:
        return code_secret(file.read(), prefix)


def main():
    os.umask(0o077)
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("vector").add_argument("files", nargs="+")
    for name in ("list", "check", "export"):
        command = commands.add_parser(name)
        command.add_argument("vault")
        if name == "export":
            command.add_argument("target")
        secret = command.add_mutually_exclusive_group()
        secret.add_argument("--passphrase-file")
        secret.add_argument("--recovery-code-file")
        command.add_argument("--key-file")
    given = parser.parse_args()
    if given.command == "vector":
        return vector_command(given.files)
    try:
        known = Known()
        if given.recovery_code_file:
            known.recovery = read_code(given.recovery_code_file, "ltr")
        elif given.passphrase_file:
            with open(given.passphrase_file, "rb") as file:  # 02 §4: without its line end
                known.passphrase = file.read().removesuffix(b"\n").removesuffix(b"\r")
        else:
            known.passphrase = os.fsencode(getpass.getpass("Passphrase: "))
        if given.key_file:
            known.key_file = read_code(given.key_file, "ltk")
        vault = Vault(given.vault, known)
        if given.command == "export":
            export_command(vault, given.target)
        else:
            {"list": list_command, "check": check_command}[given.command](vault)
        return 1 if vault.damaged else 0
    except (Refused, OSError, sqlite3.Error) as reason:
        print(f"{given.vault}: {reason}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
