// Seals a picture to somebody's public key: a deposit, 08, as 13 §5 has it. No page in here.

import { chunkForm, chunkKeys, join, objectSize, padme, random, text, u32 } from './open.js';

const CHUNK = 16384, RUN = 64, FRONT = 4096, HEAD = 3895;

export async function sha256(bytes) {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
}

export async function hmac(key, ...parts) {
  const form = { name: 'HMAC', hash: 'SHA-256' };
  const made = await crypto.subtle.importKey('raw', key, form, false, ['sign']);
  return new Uint8Array(await crypto.subtle.sign('HMAC', made, join(...parts)));
}

/** How large the deposit of a picture of so many bytes is. */
export const depositSize = (n) => padme(FRONT + objectSize(n));

/** How large a picture may be, about, whose deposit is of so many bytes. */
export const pictureSize = (n) => Math.floor((n - FRONT) / (1 + 16 / CHUNK)) - 72;

// ---- HPKE, RFC 9180: base mode, X25519, HKDF-SHA256, AES-256-GCM

const u16 = (n) => new Uint8Array([n >> 8, n]);
const KEM = join(text('KEM'), u16(0x20));
const SUITE = join(text('HPKE'), u16(0x20), u16(1), u16(2));
const extract = (suite, salt, label, bytes) =>
  hmac(salt, text('HPKE-v1'), suite, text(label), bytes);
/** At most 32 bytes, so one block. */
const expand = async (suite, key, label, info, count) =>
  (await hmac(key, u16(count), text('HPKE-v1'), suite, text(label), info, [1])).slice(0, count);

/** Gives the encapsulated key and a function that seals one message after another. */
async function envelope(publicKey, info) {
  const raw = (bytes, name, uses) => crypto.subtle.importKey('raw', bytes, name, false, uses);
  const pair = await crypto.subtle.generateKey({ name: 'X25519' }, false, ['deriveBits']);
  const encapsulated = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey));
  const other = await raw(publicKey, { name: 'X25519' }, []);
  // Refuses a key of small order by itself.
  const agreed = new Uint8Array(await crypto.subtle.deriveBits(
    { name: 'X25519', public: other }, pair.privateKey, 256));
  const none = new Uint8Array(0), zero = new Uint8Array(32);  // as HMAC keys they are the same
  const first = await extract(KEM, zero, 'eae_prk', agreed);
  const shared = await expand(KEM, first, 'shared_secret', join(encapsulated, publicKey), 32);
  const context = join([0], await extract(SUITE, zero, 'psk_id_hash', none),
    await extract(SUITE, zero, 'info_hash', info));
  const secret = await extract(SUITE, shared, 'secret', none);
  const key = await raw(await expand(SUITE, secret, 'key', context, 32), 'AES-GCM', ['encrypt']);
  const nonce = await expand(SUITE, secret, 'base_nonce', context, 12);
  let sequence = 0;
  const seal = async (plain, about = none) => new Uint8Array(await crypto.subtle.encrypt(
    { ...chunkForm(nonce, sequence++), additionalData: about }, key, plain));
  return [encapsulated, seal];
}

// ---- CBOR, 01 §5

function head(major, value) {
  const n = BigInt(value);
  if (n < 24n) return new Uint8Array([major << 5 | Number(n)]);
  const width = [1, 2, 4, 8].find((bytes) => n < 1n << BigInt(8 * bytes));
  const made = new Uint8Array(1 + width);
  made[0] = major << 5 | 24 + Math.log2(width);
  for (let at = 0; at < width; at++) made[width - at] = Number(n >> BigInt(8 * at) & 255n);
  return made;
}

const integer = (n) => (n < 0 ? head(1, -1n - BigInt(n)) : head(0, n));
const string = (bytes) => join(head(2, bytes.length), bytes);
const map = (pairs) => join(head(5, pairs.length),
  ...pairs.flatMap(([key, value]) => [head(0, key), value]));

/** The bytes of a file's name as a deposit may have it. */
export function nameBytes(name) {
  const safe = [...name.replace(/[/\0]/g, '_')];
  while (text(safe.join('')).length > 255) safe.pop();
  return text(/^\.{0,2}$/.test(safe.join('')) ? 'picture' : safe.join(''));
}

// ---- Deposit

/** The object of a picture, as parts. */
async function sealedObject(fileKey, context, picture) {
  const form = { name: 'HMAC', hash: 'SHA-512' };
  const key = await crypto.subtle.importKey('raw', fileKey, form, false, ['sign']);
  const salt = random(24);
  const [cipher, nonce, commitment] = await chunkKeys(key, salt, context, ['encrypt']);
  const parts = [salt, commitment];
  const count = Math.floor(picture.length / CHUNK) + 1;
  for (let first = 0; first < count; first += RUN) {
    const run = [];
    for (let at = first; at < Math.min(count, first + RUN); at++) {
      const plain = picture.subarray(at * CHUNK, (at + 1) * CHUNK);
      run.push(crypto.subtle.encrypt(chunkForm(nonce, at), cipher, plain));
    }
    parts.push(new Blob(await Promise.all(run)));
  }
  return parts;
}

/**
 * A deposit as a Blob. `request` has id, token, vault, epoch and publicKey; `file` name, the
 * milliseconds of its last modification, and `picture`, its bytes.
 */
export async function sealDeposit(request, deposit, { name, modified, picture }) {
  const { id, token, vault, epoch, publicKey } = request;
  const about = (purpose, ...rest) => join(text(`lighttight/1 ${purpose}\0`), vault, deposit, ...rest);
  const fileKey = random(32);
  const digest = await sha256(picture);
  const mark = await hmac(token, text('lighttight/1 request\n'), vault, id, u32(epoch), digest);
  const found = map([
    [1, string(nameBytes(name))], [2, integer(BigInt(modified) * 1_000_000n)],
    [3, integer(picture.length)], [4, string(digest)],
    [5, integer(Math.floor(Date.now() / 1000))], [9, string(id)], [10, string(mark)],
  ]);
  const plain = new Uint8Array(HEAD);
  plain.set(join(fileKey, u32(found.length), found));
  const [encapsulated, seal] = await envelope(publicKey, about('deposit', u32(epoch)));
  const front = [text('lighttight/1 deposit\n'), vault, deposit, u32(epoch), encapsulated,
    await seal(plain), await seal(new Uint8Array(80), about('deposit by'))];
  const parts = await sealedObject(fileKey, about('deposit object'), picture);
  fileKey.fill(0);
  const whole = FRONT + objectSize(picture.length);
  for (let rest = padme(whole) - whole; rest > 0; rest -= 65536) {
    parts.push(random(Math.min(rest, 65536)));
  }
  return new Blob([...front, ...parts]);
}
