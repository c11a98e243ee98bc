// The page of a bundle: a file that holds the pictures, sealed. Spec 11 §10.

import { B } from './bundle-strings.js';
import { S } from './strings.js';
import {
  Refused, bundleKey, bytesOf, decoded, demand, objectContext, openManifest, openPicture,
  parseCanonical, passwordKey, shaped, text,
} from './open.js';
import { button, el, par, passwordField, say, turn } from './dom.js';
import { gallery } from './gallery.js';

const SLICE = 2 ** 20;  // characters that are decoded at a time, a multiple of four

/** What the file says of itself. */
function bundle() {
  const found = parseCanonical(text(document.getElementById('bundle').textContent));
  shaped(found, ['format', 'id', 'objects', 'rounds', 'salt']);
  const [id, salt] = [bytesOf(found.id, 16), bytesOf(found.salt, 16)];
  demand(found.format === 'lighttight/1 bundle' && id && salt && Array.isArray(found.objects));
  demand(found.rounds >= 2_000_000 && found.rounds <= 10_000_000);
  return { ...found, id, salt };
}

/** An object's bytes, piece by piece, out of the file. */
async function* stored(number, size) {
  const spelled = document.getElementById(`object-${number}`)?.textContent ?? '';
  demand(spelled.length === Math.ceil(size / 3) * 4);
  for (let at = 0; at < spelled.length; at += SLICE) {
    let piece;
    try {
      piece = decoded(spelled.slice(at, at + SLICE));
    } catch {
      throw new Refused('damaged');
    }
    yield piece;
  }
}

async function unlock(password) {
  const { id, objects, rounds, salt } = bundle();
  const key = await bundleKey(id, await passwordKey(password, { rounds, salt }));
  const object = (number) => stored(number, objects[number]);
  const context = (number) => objectContext('bundle', id, number);
  const { items, note, original } = await openManifest(key, context(0), objects, object(0));
  const pictures = gallery(items, (number, progress) =>
    openPicture(key, context(number), items[number - 1], object(number), progress), () => true);
  const lock = button(B.lock, () => {
    pictures.forget();
    closed();
    say(B.locked);
  }, { className: 'main' });
  turn(S.opened(items.length),
    note && el('blockquote', { dir: 'auto', ariaLabel: S.note, textContent: note }),
    el('div', { className: 'bar row' }, lock), pictures.element,
    original && par(S.original, { className: 'quiet' }),
    par(B.forever, { className: 'quiet' }));
  say('');
}

/** Asks for the password. */
function closed() {
  const open = el('button', { textContent: S.open, className: 'main' });
  const form = el('form', {}, ...passwordField(S.passwordHint), open);
  const [field, wrong] = [form.querySelector('input'), form.querySelector('#wrong')];
  form.onsubmit = async (event) => {
    event.preventDefault();
    if (open.disabled) return;
    wrong.textContent = field.value ? '' : S.needed;
    if (!field.value) return field.focus();
    open.disabled = true;
    say(S.unlocking);
    try {
      await unlock(field.value);
    } catch {
      say('');
      wrong.textContent = B.wrong;
      open.disabled = false;
      field.select();
      field.focus();
    }
  };
  turn(B.title, par(B.explain), form, par(B.forever, { className: 'quiet' }));
}

if (window.isSecureContext && crypto.subtle) closed();
else turn(B.unsafe[0], par(B.unsafe[1]));
