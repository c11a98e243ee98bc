// The page of a request: seals what is chosen, and sends it. Spec 13.

import { C } from './collect-strings.js';
import { S } from './strings.js';
import { Refused, base64url, bytesOf, demand, parseCanonical, random, same, shaped, text } from './open.js';
import { button, el, par, say, turn } from './dom.js';
import { depositSize, hmac, pictureSize, sealDeposit, sha256 } from './seal.js';

const PLAIN = { cache: 'no-store', credentials: 'omit', redirect: 'error', referrerPolicy: 'no-referrer' };
const PAUSES = [500, 1500, 4000];
const PATIENCE = 30_000;
const path = location.pathname;
const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
const unhex = (spelled) => Uint8Array.from(spelled.match(/../g), (two) => parseInt(two, 16));
const pause = (time) => new Promise((done) => { setTimeout(done, time); });

function message([title, words], again) {
  say('');
  turn(title, par(words), again && button(S.again, again, { className: 'main' }));
}

/** The slip in what `look` answered: only the one that the link was made for. */
async function slipOf(spelled, digest) {
  const bytes = bytesOf(spelled, Math.floor(spelled.length * 3 / 4));
  demand(bytes && same(await sha256(bytes), digest));
  const slip = parseCanonical(bytes);
  shaped(slip, ['epoch', 'format', 'public', 'vault'], ['from', 'note']);
  const publicKey = bytesOf(slip.public, 32);
  demand(slip.format === 'lighttight/1 request' && publicKey && /^[\da-f]{32}$/.test(slip.vault));
  return { ...slip, publicKey, vault: unhex(slip.vault) };
}

async function begin(fragment) {
  const id = bytesOf(path.split('/').pop(), 16);
  const key = bytesOf(fragment, 48);
  if (!id || !key) return message(S.incomplete);
  if (!window.isSecureContext || !crypto.subtle) return message(C.insecure);
  try {
    await crypto.subtle.generateKey({ name: 'X25519' }, false, ['deriveBits']);
  } catch {
    return message(C.old);
  }
  const token = key.slice(0, 16);
  const proof = base64url(await hmac(token, text('lighttight/1 request proof\n'), id));
  look({ id, token, proof, digest: key.slice(16) });
}

async function look(request) {
  say(C.looking);
  const again = () => look(request);
  let answer;
  try {
    answer = await fetch(`${path}/look`, {
      ...PLAIN, method: 'POST', headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ proof: request.proof }), signal: AbortSignal.timeout(PATIENCE),
    });
    if (answer.status === 404) return message(C.gone);
    if (!answer.ok) return message(S.odd, again);
    answer = await answer.json();
  } catch {
    return message(C.offline, again);
  }
  try {
    Object.assign(request, await slipOf(answer.slip, request.digest));
  } catch {
    return message(C.changed);
  }
  show(request, answer);
}

// ---- Sending

/** One PUT, with progress; gives status and answer, or throws `offline`. */
function put(request, deposit, blob, progress) {
  return new Promise((done, failed) => {
    const call = new XMLHttpRequest();
    const lost = () => failed(new Refused('offline'));
    // Without progress for so long, a connection is given up.
    let timer;
    const alive = () => {
      clearTimeout(timer);
      timer = setTimeout(() => call.abort(), PATIENCE);
    };
    call.upload.onprogress = ({ loaded }) => { alive(); progress(loaded); };
    call.onerror = call.onabort = lost;
    call.onload = () => done([call.status, call.response]);
    call.onloadend = () => clearTimeout(timer);
    call.open('PUT', `${path}/${hex(deposit)}`);
    call.responseType = 'json';
    call.setRequestHeader('Content-Type', 'application/octet-stream');
    call.setRequestHeader('Authorization', `Request ${request.proof}`);
    alive();
    call.send(blob);
  });
}

/** Seals and sends a file; again, under the same ID, when the answer was lost. */
async function send(request, file, item) {
  item.deposit ??= random(16);
  if (depositSize(file.size) > request.largest) throw new Refused('large');
  if (!item.blob) {
    const read = await file.arrayBuffer().catch(() => { throw new Refused('read'); });
    item.blob = await sealDeposit(request, item.deposit,
      { name: file.name, modified: file.lastModified, picture: new Uint8Array(read) });
  }
  const receipt = base64url(await sha256(await item.blob.arrayBuffer()));
  item.progress(0, item.blob.size);
  for (let attempt = 0; ; attempt++) {
    try {
      const [status, answer] = await put(request, item.deposit, item.blob,
        (at) => item.progress(at, item.blob.size));
      if (status === 200 || status === 201) {
        if (answer?.receipt !== receipt) throw new Refused('odd');
        item.blob = null;
        return answer;
      }
      const why = { 403: 'full', 404: 'gone', 413: 'large' }[status];
      if (status !== 429 || attempt === PAUSES.length) throw new Refused(why ?? 'odd');
      await pause(1000 * Math.min(900, answer?.after || 1));
    } catch (reason) {
      if (reason.kind !== 'offline' || attempt === PAUSES.length) throw reason;
      await pause(PAUSES[attempt]);
    }
  }
}

// ---- The page

function show(request, { bytes, expires, files, largest }) {
  say('');
  request.largest = largest;
  const list = el('ul', { className: 'files', ariaLabel: C.files });
  const room = el('li', { textContent: C.room(files, bytes) });
  const waiting = [];
  let busy = false, received = 0;

  async function work() {
    if (busy) return;
    busy = true;
    onbeforeunload = (event) => event.preventDefault();
    for (let item = waiting.shift(); item; item = waiting.shift()) {
      say(C.sending(item.file.name));
      item.tell(C.sealing);
      try {
        const left = await send(request, item.file, item);
        received++;
        room.textContent = C.room(left.files, left.bytes);
        item.tell(C.sent);
      } catch (reason) {
        const why = C.failed[reason.kind] ? reason.kind : 'odd';
        item.tell(C.failed[why], ['offline', 'odd', 'full', 'read'].includes(why) && button(S.again, () => {
          item.tell(C.waiting);
          waiting.push(item);
          work();
        }));
      }
    }
    onbeforeunload = null;
    busy = false;
    say(received ? C.thanks(received) : '');
  }

  function add(chosen) {
    for (const file of chosen) {
      const state = el('div');
      const item = { file, tell: (words, ...more) => state.replaceChildren(par(words), ...more.filter(Boolean)) };
      const bar = el('progress', { ariaLabel: C.sending(file.name) });
      item.progress = (value, max) => {
        Object.assign(bar, { max, value });
        if (!bar.isConnected) state.replaceChildren(bar);
      };
      item.tell(C.waiting);
      list.append(el('li', {}, el('span', { textContent: file.name }), state));
      waiting.push(item);
    }
    work();
  }

  const input = el('input', { type: 'file', id: 'files', multiple: true, accept: 'image/*,video/*' });
  input.onchange = () => {
    add([...input.files]);
    input.value = '';
  };
  const drop = el('div', { className: 'drop' }, input,
    el('label', { htmlFor: 'files', textContent: C.choose }), par(C.drop, { className: 'quiet' }));
  const over = (event, on) => {
    event.preventDefault();
    drop.classList.toggle('over', on);
  };
  drop.ondragover = (event) => over(event, true);
  drop.ondragleave = (event) => over(event, false);
  drop.ondrop = (event) => {
    over(event, false);
    add([...event.dataTransfer.files]);
  };
  const facts = [C.until(expires), C.largest(pictureSize(largest))].map((textContent) => el('li', { textContent }));
  turn(C.asked(request.from),
    request.note && el('blockquote', { dir: 'auto', ariaLabel: C.note, textContent: request.note }),
    el('ul', { className: 'facts' }, room, ...facts), drop, list,
    par(C.explain), par(C.asIs, { className: 'quiet' }));
}

// A file dropped beside the field must not replace the page.
for (const kind of ['dragover', 'drop']) addEventListener(kind, (event) => event.preventDefault());

addEventListener('hashchange', () => {
  const fragment = location.hash.slice(1);
  history.replaceState(null, '', path);
  if (fragment) begin(fragment);
});

const { fragment } = window;
delete window.fragment;
begin(fragment);
