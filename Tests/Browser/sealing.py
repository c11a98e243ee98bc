"""Keys, objects and packages, from Docs/Spec/03 and 11 alone: no code of the program is used."""

import base64, hashlib, hmac, json, secrets, struct, unicodedata  # noqa: E401

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

CHUNK = 16384


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text, count):
    """The bytes, or None: one spelling only (11 §1)."""
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (ValueError, TypeError):
        return None
    return data if len(data) == count and b64(data) == text else None


def u32(n):
    return struct.pack(">I", n)


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def expand(name, key, info, count):
    out, block, number = b"", b"", 1
    while len(out) < count:
        block = hmac.digest(key, block + info + bytes([number]), name)
        out, number = out + block, number + 1
    return out[:count]


def hkdf(share, material, label):
    """11 §2 and §10."""
    return expand("sha256", hmac.digest(share, material, "sha256"),
                  b"lighttight/1 " + label.encode(), 32)


def password_key(password, salt, rounds):
    text = unicodedata.normalize("NFC", password).encode()
    return hashlib.pbkdf2_hmac("sha256", text, salt, rounds)


def padme(n):
    if n < 2:
        return n
    e = n.bit_length() - 1
    s = e.bit_length()
    step = 1 << max(0, e - s)
    return -(-n // step) * step


def padded(data):
    return data + bytes(padme(len(data)) - len(data))


def object_size(n):
    return 56 + n + 16 * (n // CHUNK + 1)


def chunk_keys(key, salt, context):
    info = b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0" + salt + context
    made = expand("sha512", key, info, 76)
    return AESGCM(made[:32]), int.from_bytes(made[32:44], "big"), made[44:]


def seal_object(key, context, plain):
    salt = secrets.token_bytes(24)
    cipher, base, commitment = chunk_keys(key, salt, context)
    chunks = [cipher.encrypt((base ^ at).to_bytes(12, "big"), plain[at * CHUNK:][:CHUNK], None)
              for at in range(len(plain) // CHUNK + 1)]
    return salt + commitment + b"".join(chunks)


def open_object(key, context, sealed):
    cipher, base, commitment = chunk_keys(key, sealed[:24], context)
    assert commitment == sealed[24:56], "commitment"
    step, body = CHUNK + 16, sealed[56:]
    assert len(body) % step >= 16, "the last chunk is shorter"
    return b"".join(cipher.decrypt((base ^ at).to_bytes(12, "big"), body[at * step:][:step], None)
                    for at in range(len(body) // step + 1))


def object_context(kind, share, number):
    return f"lighttight/1 {kind} object\0".encode() + share + u32(number)


def manifest(pictures, note=None, original=False):
    """`pictures`: (bytes, media type, width or None, height or None)."""
    items = [{"size": len(data), "type": kind, **({"height": high, "width": wide} if wide else {})}
             for data, kind, wide, high in pictures]
    return {"format": "lighttight/1 link", "items": items, **({"note": note} if note else {}),
            **({"original": True} if original else {})}


def seal_package(kind, key, share, found, pictures):
    """The n + 1 objects of a package (11 §3)."""
    text = canonical(found)
    plains = [u32(len(text)) + text, *(picture[0] for picture in pictures)]
    return [seal_object(key, object_context(kind, share, at), padded(plain))
            for at, plain in enumerate(plains)]
