// Opens sealed packages: keys, objects, manifest. No page in here.
// Sections are those of Docs/Spec/11-links.md; the sealed format itself is 03 §2.

const CHUNK = 16384, TAG = 16, HEAD = 56;
const RUN = 64 * (CHUNK + TAG);  // so much is opened at a time
const PART = 4 * 2 ** 20;        // so much goes into a Blob at a time
const utf8 = new TextEncoder();

/** `kind` says why: damaged, gone, later, offline, odd, password. */
export class Refused extends Error {
  constructor(kind, after) {
    super(kind);
    this.kind = kind;
    this.after = after;
  }
}

/** Throws unless it holds: what was received is not what was sealed. */
export function demand(holds) {
  if (!holds) throw new Refused('damaged');
}

export function join(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export const text = (string) => utf8.encode(string);
export const u32 = (n) => new Uint8Array([n >>> 24, n >>> 16, n >>> 8, n]);
export const random = (count) => crypto.getRandomValues(new Uint8Array(count));
export const same = (a, b) => a.length === b.length
  && a.reduce((found, byte, at) => found | (byte ^ b[at]), 0) === 0;

export function base64url(bytes) {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** The bytes that are spelled so, or null: one spelling only. */
export function bytesOf(spelled, count) {
  if (typeof spelled !== 'string' || !/^[\w-]*$/.test(spelled)) return null;
  if (spelled.length !== Math.ceil(count * 4 / 3)) return null;
  const found = decoded(spelled.replaceAll('-', '+').replaceAll('_', '/'));
  return base64url(found) === spelled ? found : null;
}

export const decoded = (base64) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));

// ---- Keys, §2 and §10

const derivation = (id, label) =>
  ({ name: 'HKDF', hash: 'SHA-256', salt: id, info: text(`lighttight/1 ${label}`) });

const material = (bytes, name, uses) =>
  crypto.subtle.importKey('raw', bytes, name, false, uses);

async function proof(id, bytes, label) {
  const from = await material(bytes, 'HKDF', ['deriveBits']);
  return new Uint8Array(await crypto.subtle.deriveBits(derivation(id, label), from, 256));
}

async function content(id, bytes, label) {
  const from = await material(bytes, 'HKDF', ['deriveKey']);
  const form = { name: 'HMAC', hash: 'SHA-512', length: 256 };
  return crypto.subtle.deriveKey(derivation(id, label), from, form, false, ['sign']);
}

/** 32 bytes; `form` has rounds and salt. */
export async function passwordKey(password, form) {
  const from = await material(text(password.normalize('NFC')), 'PBKDF2', ['deriveBits']);
  const how = { name: 'PBKDF2', hash: 'SHA-256', salt: form.salt, iterations: form.rounds };
  return new Uint8Array(await crypto.subtle.deriveBits(how, from, 256));
}

export const linkProof = (id, secret) => proof(id, secret, 'link proof');
export const viewProof = (id, secret, key) => proof(id, join(secret, key), 'link view');
export const linkKey = (id, secret, key, half) =>
  content(id, join(secret, key, half), 'link content');
export const bundleKey = (id, key) => content(id, key, 'bundle content');

/** What an object is; `kind` is link or bundle. §3 */
export const objectContext = (kind, id, number) =>
  join(text(`lighttight/1 ${kind} object\0`), id, u32(number));

// ---- Objects, 03 §2

/** Cipher key, first nonce and commitment of one message: HKDF-Expand-SHA-512. */
export async function chunkKeys(key, salt, context, uses) {
  const info = join(text('c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0'), salt, context);
  const mac = async (bytes) => new Uint8Array(await crypto.subtle.sign('HMAC', key, bytes));
  const first = await mac(join(info, [1]));
  const made = join(first, await mac(join(first, info, [2])));
  const cipher = await material(made.slice(0, 32), 'AES-GCM', uses);
  return [cipher, made.slice(32, 44), made.slice(44, 76)];
}

/** The nonce of a chunk. */
export function chunkForm(nonce, index) {
  const iv = nonce.slice();
  u32(index).forEach((byte, at) => { iv[8 + at] ^= byte; });
  return { name: 'AES-GCM', iv };
}

/** Gives a function that collects so many bytes of `source`, fewer only at its end. */
function puller(source) {
  const pieces = source[Symbol.asyncIterator]();
  let rest = new Uint8Array(0);
  return async (count) => {
    const taken = [];
    let missing = count;
    while (missing > 0) {
      if (rest.length === 0) {
        const { value, done } = await pieces.next();
        if (done) break;
        rest = value;
      }
      const piece = rest.subarray(0, missing);
      rest = rest.subarray(piece.length);
      taken.push(piece);
      missing -= piece.length;
    }
    return join(...taken);
  };
}

/** The plaintext of an object, chunk after chunk; `source` gives its bytes in pieces. */
async function* opened(key, context, source) {
  const pull = puller(source);
  const head = await pull(HEAD);
  demand(head.length === HEAD);
  const [cipher, nonce, commitment] =
    await chunkKeys(key, head.subarray(0, 24), context, ['decrypt']);
  demand(same(commitment, head.subarray(24)));
  for (let index = 0, last = false; !last;) {
    const run = await pull(RUN);
    last = run.length < RUN;
    // The last chunk is shorter than the others: what ends on a border was cut.
    demand(!last || run.length % (CHUNK + TAG) >= TAG);
    const chunks = [];
    for (let at = 0; at < run.length; at += CHUNK + TAG) {
      const sealed = run.subarray(at, at + CHUNK + TAG);
      chunks.push(crypto.subtle.decrypt(chunkForm(nonce, index++), cipher, sealed));
    }
    const plain = await Promise.all(chunks).catch(() => demand(false));
    yield* plain.map((chunk) => new Uint8Array(chunk));
  }
}

/** PADMÉ, 03 §5. */
export function padme(n) {
  const log = (value) => {
    let found = 0;
    while (2 ** (found + 1) <= value) found++;
    return found;
  };
  const step = 2 ** Math.max(0, log(n) - log(log(n)) - 1);
  return Math.ceil(n / step) * step;
}

export const objectSize = (n) => HEAD + n + TAG * (Math.floor(n / CHUNK) + 1);

/** A picture as a Blob; `progress` is told how many bytes are open. */
export async function openPicture(key, context, item, source, progress) {
  const parts = [];
  let batch = [], held = 0, at = 0;
  for await (const plain of opened(key, context, source)) {
    const picture = plain.subarray(0, Math.max(0, item.size - at));
    demand(!plain.subarray(picture.length).some((byte) => byte));
    at += plain.length;
    batch.push(picture);
    held += picture.length;
    if (held >= PART) {
      parts.push(new Blob(batch));
      batch = [];
      held = 0;
    }
    progress(Math.min(at, item.size));
  }
  demand(at === padme(item.size));
  const type = shown(item.type) ? item.type : 'application/octet-stream';
  return new Blob([...parts, ...batch], { type });
}

// ---- Manifest, §3

const canonical = (value) => {
  if (Array.isArray(value)) return `[${value.map(canonical)}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const member = (name) => `${JSON.stringify(name)}:${canonical(value[name])}`;
  return `{${Object.keys(value).sort().map(member)}}`;
};

/** Canonical JSON, read; what is spelled otherwise is refused. */
export function parseCanonical(bytes) {
  try {
    const value = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
      .decode(bytes));
    demand(same(text(canonical(value)), bytes));
    return value;
  } catch {
    throw new Refused('damaged');
  }
}

/** Whether it is an object with all of `needed`, perhaps some of `other`, and no more. */
export function shaped(value, needed, other = []) {
  const names = typeof value === 'object' && value ? Object.keys(value) : [];
  demand(needed.every((name) => names.includes(name)));
  demand(names.every((name) => needed.includes(name) || other.includes(name)));
}

const between = (least, value, most) => Number.isInteger(value) && least <= value && value <= most;

/** The manifest; `sizes` are those of all objects, its own first. */
export async function openManifest(key, context, sizes, source) {
  demand(between(2, sizes.length, 1001) && between(1, sizes[0], objectSize(2 ** 20)));
  const chunks = [];
  for await (const chunk of opened(key, context, source)) chunks.push(chunk);
  const plain = join(...chunks);
  demand(plain.length >= 4);
  const end = 4 + new DataView(plain.buffer).getUint32(0);
  demand(plain.length === padme(end) && !plain.subarray(end).some((byte) => byte));
  const found = parseCanonical(plain.subarray(4, end));
  shaped(found, ['format', 'items'], ['note', 'original']);
  demand(found.format === 'lighttight/1 link' && Array.isArray(found.items));
  demand(found.items.length === sizes.length - 1);
  found.items.forEach((item, at) => {
    shaped(item, ['size', 'type'], ['height', 'width']);
    demand(between(0, item.size, 2 ** 39) && typeof item.type === 'string');
    demand(/^[a-z\d.+-]+\/[a-z\d.+-]+$/.test(item.type) && item.type.length < 128);
    demand(sizes[at + 1] === objectSize(padme(item.size)));
    const known = ['height', 'width'].filter((name) => name in item);
    demand(known.length !== 1 && known.every((name) => between(1, item[name], 2 ** 31 - 1)));
  });
  demand(!('note' in found) || (typeof found.note === 'string'
    && between(1, [...found.note].length, 2000)));
  demand(!('original' in found) || found.original === true);
  return found;
}

// ---- Types, §3

/** Whether a browser may show it inside the page: formats that carry no script. */
export const shown = (type) => /^image\/(jpeg|png|webp|gif|avif)$/.test(type);

const ENDINGS = {
  jpeg: 'jpg', tiff: 'tif', 'vnd.adobe.photoshop': 'psd', quicktime: 'mov', 'x-matroska': 'mkv',
  'x-msvideo': 'avi',
};
const KNOWN = new RegExp('^(application/(pdf|zip)|video/(mp4|quicktime|x-matroska|x-msvideo)|image/'
  + '(avif|bmp|gif|heic|heif|jpeg|jxl|png|tiff|webp|vnd.adobe.photoshop|x-[a-z]+-(cr2|cr3|orf|raf|rw2)))$');

/** What a saved picture is called; where the type is not known, `bin`. */
export function fileName(number, type) {
  const kind = KNOWN.test(type) ? type.split('/')[1] : 'bin';
  return `picture-${number}.${ENDINGS[kind] ?? kind.split('-').pop()}`;
}
