// The page of a link: asks, opens, shows, forgets. Spec 11 §8 and §11.

import { S, clock } from './strings.js';
import {
  Refused, base64url, bytesOf, demand, linkKey, linkProof, objectContext, openManifest,
  openPicture, passwordKey, random, viewProof,
} from './open.js';
import { button, el, par, passwordField, say, turn } from './dom.js';
import { gallery } from './gallery.js';

const PLAIN = { cache: 'no-store', credentials: 'omit', redirect: 'error', referrerPolicy: 'no-referrer' };
const PATIENCE = 30_000;       // without a byte for so long, a connection is given up
const PAUSES = [500, 1500, 4000];
const GRANT = 900;             // seconds
const path = location.pathname;
const pause = (time) => new Promise((done) => { setTimeout(done, time); });

/** The link that is being opened, and all that is known through it; null when forgotten. */
let link = null;

function forget() {
  link?.secret.fill(0);
  link?.shown?.forget();
  clearInterval(link?.timer);
  link = null;
  onbeforeunload = null;
}

/** A page that says one thing; `again` makes a button. */
function message([title, words], again, more) {
  say('');
  turn(title, par(words), more && par(more),
    again && button(S.again, again, { className: 'main' }));
}

/** Disables a button for so many seconds, and counts. */
function hold(target, seconds, then = () => {}) {
  const label = target.textContent;
  target.disabled = true;
  const tick = () => {
    target.textContent = seconds > 0 ? S.wait(seconds) : label;
    if (seconds-- > 0) return setTimeout(tick, 1000);
    target.disabled = false;
    then();
  };
  tick();
}

/** What to say when `of`, the link that was being opened, came to `reason`. */
function stop(reason, of, again) {
  if (link !== of) return;
  const kind = reason instanceof Refused ? reason.kind : 'odd';
  const passes = ['offline', 'odd', 'later'].includes(kind);
  if (!passes) forget();
  message(S[kind], passes && again);
  if (kind === 'later') hold(document.querySelector('button'), reason.after);
}

// ---- Requests

function refusal(answer, body) {
  const after = body?.after ?? answer.headers.get('Retry-After');
  return new Refused({ 403: 'password', 404: 'gone', 429: 'later' }[answer.status] ?? 'odd',
    Math.min(900, Math.max(1, after | 0)));
}

const post = (verb, body, more) => fetch(`${path}/${verb}`, {
  ...PLAIN, method: 'POST', headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify(body), ...more,
});

/** POSTs, again after an answer that was lost. Gives the answer's JSON and the server's time. */
async function ask(verb, body) {
  for (let attempt = 0; ; attempt++) {
    try {
      const answer = await post(verb, body, { signal: AbortSignal.timeout(PATIENCE) });
      const found = await answer.json().catch((reason) => {
        if (!(reason instanceof SyntaxError)) throw reason;
      });
      if (!answer.ok) throw refusal(answer, found);
      return { ...found, at: Date.parse(answer.headers.get('Date')) / 1000 };
    } catch (reason) {
      if (reason instanceof Refused) throw reason;
      if (attempt === PAUSES.length) throw new Refused('offline');
      say(S.retrying);
      await pause(PAUSES[attempt]);
    }
  }
}

/** The bytes of an object; after a break it goes on where it was, under the same ticket. */
async function* fetched(mine, number, size) {
  for (let at = 0, attempt = 0; at < size;) {
    const stall = new AbortController();
    let timer = setTimeout(() => stall.abort(), PATIENCE);
    try {
      const headers = { Authorization: `Ticket ${mine.ticket}`, ...at && { Range: `bytes=${at}-` } };
      const answer = await fetch(`${path}/${number}`, { ...PLAIN, headers, signal: stall.signal });
      if (answer.status === 416) demand(false);
      if (answer.status !== (at ? 206 : 200)) throw refusal(answer);
      const range = answer.headers.get('Content-Range');
      demand(!at || range === `bytes ${at}-${size - 1}/${size}`);
      const body = answer.body.getReader();
      for (let piece = await body.read(); !piece.done; piece = await body.read()) {
        clearTimeout(timer);
        timer = setTimeout(() => stall.abort(), PATIENCE);
        at += piece.value.length;
        demand(at <= size);
        if (link !== mine) stall.abort();
        attempt = 0;
        yield piece.value;
      }
      if (at < size) throw new Error('cut');
    } catch (reason) {
      const later = reason.kind === 'later';
      if (link !== mine || (reason instanceof Refused && !later)) throw reason;
      if (attempt === PAUSES.length) throw new Refused('offline');
      await pause(later ? reason.after * 1000 : PAUSES[attempt]);
      attempt++;
    } finally {
      clearTimeout(timer);
    }
  }
}

// ---- Before a view

async function begin(fragment) {
  forget();
  const id = bytesOf(path.split('/').pop(), 16);
  const secret = bytesOf(fragment, 32);
  if (!id || !secret) return message(S.incomplete);
  if (!window.isSecureContext || !crypto.subtle) return message(S.insecure);
  const mine = { id, secret, ticket: base64url(random(32)) };
  link = mine;
  mine.proof = base64url(await linkProof(id, secret));
  look(mine);
}

async function look(mine) {
  say(S.looking);
  try {
    const facts = await ask('look', { proof: mine.proof });
    if (facts.password) {
      const { rounds } = facts.password;
      const salt = bytesOf(facts.password.salt, 16);
      demand(salt && rounds >= 600_000 && rounds <= 10_000_000);
      mine.form = { rounds, salt };
    }
    if (link === mine) confirm(mine, facts);
  } catch (reason) {
    stop(reason, mine, () => look(mine));
  }
}

/** Tells what is there and what opening does, and waits for a yes. */
function confirm(mine, { expires, items, left, size, views }) {
  say('');
  const open = el('button', { textContent: S.open, className: 'main' });
  const form = el('form', {}, ...mine.form ? passwordField(S.passwordHint) : [], open);
  form.onsubmit = (event) => {
    event.preventDefault();
    submit(mine, form, open);
  };
  turn(S.sent(items),
    el('ul', { className: 'facts' }, ...[S.size(size), S.views(left, views), S.expires(expires)]
      .map((textContent) => el('li', { textContent }))),
    par(S.explain(left)), form,
    par(S.sees, { className: 'quiet' }));
}

async function submit(mine, form, open) {
  const field = form.querySelector('input');
  const wrong = form.querySelector('#wrong');
  const complain = (words) => {
    wrong.textContent = words;
    field.ariaInvalid = 'true';
    field.select();
    field.focus();
  };
  if (open.disabled) return;
  if (field && !field.value) return complain(S.needed);
  open.disabled = true;
  if (field) wrong.textContent = '';
  say(field ? S.unlocking : S.opening);
  try {
    const key = field ? await passwordKey(field.value, mine.form) : new Uint8Array(0);
    await view(mine, key);
  } catch (reason) {
    if (link !== mine) return;
    if (!field || !['password', 'later'].includes(reason.kind)) {
      return stop(reason, mine, () => submit(mine, form, Object.assign(open, { disabled: false })));
    }
    say('');
    open.disabled = false;
    if (reason.kind === 'later') {
      hold(open, reason.after, () => { if (link === mine) wrong.textContent = ''; });
    }
    complain(reason.kind === 'later' ? S.slow(reason.after) : S.wrong);
  }
}

// ---- A view

async function view(mine, key) {
  const { id, secret, proof, ticket } = mine;
  const shownProof = base64url(await viewProof(id, secret, key));
  const answer = await ask('view', { proof, ticket, view: shownProof });
  const half = bytesOf(answer.half, 32);
  demand(half && Array.isArray(answer.objects) && Number.isInteger(answer.until));
  const content = await linkKey(id, secret, key, half);
  key.fill(0);
  const object = (number) => fetched(mine, number, answer.objects[number]);
  const context = (number) => objectContext('link', id, number);
  const manifest = await openManifest(content, context(0), answer.objects, object(0));
  if (link !== mine) return;
  const shown = gallery(manifest.items, (number, progress) =>
    openPicture(content, context(number), manifest.items[number - 1], object(number), progress),
  (reason) => {
    if (reason.kind !== 'gone') return link === mine;
    if (link === mine) end(S.ended);
    return false;
  });
  mine.shown = shown;
  mine.left = answer.left;
  show(mine, manifest, answer);
}

function show(mine, { items, note, original }, { until, at }) {
  const rest = el('span', { role: 'timer' });
  const done = button(S.done, () => {
    const { ticket, left } = mine;
    end([S.doneTitle, S.removed], S.after(left));
    ask('done', { ticket }).catch(() => {});  // else the grant ends with its time
    say('');
  }, { className: 'main' });
  say('');
  turn(S.opened(items.length),
    note && el('blockquote', { dir: 'auto', ariaLabel: S.note, textContent: note }),
    el('div', { className: 'bar row' }, el('p', { textContent: S.closes }, rest), done),
    mine.shown.element,
    original && par(S.original, { className: 'quiet' }),
    par(S.after(mine.left), { className: 'quiet' }));
  // The server's clock says how long; without it, a grant's length. Neither a sleeping machine nor
  // a clock that was put back makes it longer.
  const told = until - (at || Date.now() / 1000);
  const length = told > 0 && told <= GRANT ? told : GRANT;
  const [steady, wall] = [performance.now(), Date.now()];
  const passed = () => Math.max(performance.now() - steady, Date.now() - wall) / 1000;
  const marks = [60, 300].filter((mark) => mark < length);
  const tick = () => {
    const seconds = Math.max(0, Math.ceil(length - passed()));
    rest.textContent = clock(seconds);
    if (seconds <= marks.at(-1)) say(S.soon(marks.pop()));
    if (seconds === 0) end([S.over, S.removed], S.after(mine.left));
  };
  tick();
  if (link === mine) mine.timer = setInterval(tick, 500);
  // Loading the page again would take another view.
  if (mine.left !== undefined) onbeforeunload = (event) => event.preventDefault();
}

function end(words, more) {
  forget();
  message(words, null, more);
}

// Whoever leaves is done. A page that the browser only puts aside stays as it is.
addEventListener('pagehide', ({ persisted }) => {
  if (persisted || !link?.shown) return;
  post('done', { ticket: link.ticket }, { keepalive: true }).catch(() => {});
});

// The same link pasted into the address bar again: the browser does not load the page for that.
addEventListener('hashchange', () => {
  const fragment = location.hash.slice(1);
  history.replaceState(null, '', path);
  if (fragment) begin(fragment);
});

const { fragment } = window;
delete window.fragment;
begin(fragment);
