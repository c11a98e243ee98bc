// Shows pictures: one, or a grid with a viewer. Knows nothing of keys or links.

import { S } from './strings.js';
import { fileName, shown } from './open.js';
import { button, el, par, say } from './dom.js';

const HELD = 256 * 2 ** 20;  // of opened pictures at most so many bytes are kept; then the oldest go
const AT_ONCE = 2;

/** Runs what it is given, so many at once, the last wanted first. */
function queue() {
  const waiting = [];
  let running = 0;
  const next = () => {
    if (running === AT_ONCE || waiting.length === 0) return;
    running++;
    const { work, done, failed } = waiting.pop();
    work().then(done, failed).finally(() => { running--; next(); });
  };
  return (work) => new Promise((done, failed) => { waiting.push({ work, done, failed }); next(); });
}

/**
 * `load(number, progress)` gives a Blob; when it fails, `failed(reason)` says whether only this
 * picture does. Gives the element and a function that forgets all.
 */
export function gallery(items, load, failed) {
  const shelf = new Map();  // number → picture, the longest unwanted first
  const inTurn = queue();
  const n = items.length;
  let closed = false;

  const drop = (number) => {
    const { url } = shelf.get(number);
    shelf.delete(number);
    if (url) URL.revokeObjectURL(url);
  };

  const trim = () => {
    let sum = 0;
    for (const [number, { blob }] of [...shelf].reverse()) {
      sum += blob ? blob.size : 0;
      if (blob && sum > HELD && sum > blob.size) drop(number);
    }
  };

  /** The picture's `{blob, url}`; asked for once, however many want it. */
  function picture(number, progress = () => {}) {
    const found = shelf.get(number) ?? { wanted: [] };
    found.wanted.push(progress);
    shelf.delete(number);
    shelf.set(number, found);
    found.ready ??= inTurn(() => load(number, (at) => found.wanted.forEach((tell) => tell(at))))
      .then((blob) => {
        if (closed) throw new Error('closed');
        Object.assign(found, { blob, url: URL.createObjectURL(blob) });
        trim();
        return found;
      })
      .catch((reason) => {
        if (shelf.get(number) === found) shelf.delete(number);
        throw reason;
      });
    return found.ready;
  }

  /** Fills `frame` with picture `number`, or with what is to be said instead. */
  async function fill(frame, number) {
    const { size, type } = items[number - 1];
    const words = (...children) => frame.replaceChildren(el('div', { className: 'words' }, ...children));
    const wanted = () => !closed && frame.number === number;
    frame.number = number;
    if (!shown(type)) {
      const say = frame.small ? S.file : S.notShown;
      return words(par(say(fileName(number, type), size)));
    }
    const bar = el('progress', { max: size || 1, value: 0, ariaLabel: S.picture(number, n) });
    const at = par(S.progress(0, size));
    words(bar, at);
    try {
      const { url } = await picture(number, (done) => {
        bar.value = done;
        at.textContent = S.progress(done, size);
      });
      const image = el('img', { alt: S.picture(number, n), src: url, draggable: false });
      const decodes = await image.decode().then(() => true, () => false);
      if (!wanted()) return;
      if (decodes) frame.replaceChildren(image);
      else words(par(S.unshowable));
    } catch (reason) {
      if (!wanted() || !failed(reason)) return;
      const why = S.failed[reason.kind] ?? S.failed.offline;
      words(par(why, { role: 'alert' }),
        ...frame.small ? [] : [button(S.again, () => fill(frame, number))]);
    }
  }

  async function save(number) {
    const name = fileName(number, items[number - 1].type);
    try {
      const { url } = await picture(number, (done) => say(S.progress(done, items[number - 1].size)));
      el('a', { href: url, download: name }).click();
      say(S.saved(name));
    } catch (reason) {
      if (!closed && failed(reason)) say(S.failed[reason.kind] ?? S.failed.offline);
    }
  }

  const saver = (number) => button(S.save, () => save(number()));
  const proportion = (frame, { height, width }) => {
    if (height) frame.style.aspectRatio = `${width} / ${height}`;
  };

  function single() {
    const frame = el('div', { className: 'frame' });
    proportion(frame, items[0]);
    fill(frame, 1);
    return el('div', {}, frame, el('p', { className: 'row' }, saver(() => 1)));
  }

  const viewer = el('dialog', { className: 'viewer', ariaLabel: S.opened(n) });
  let current = 1;

  function grid() {
    const tiles = items.map((item, at) => {
      const frame = el('div', { className: 'tile', small: true });
      const opener = button('', () => look(at + 1), { ariaLabel: S.enlarge(at + 1, n) });
      opener.replaceChildren(frame);
      return el('li', {}, opener);
    });
    // A tile's picture is fetched when the tile comes near to the screen.
    const near = new IntersectionObserver((seen) => seen.forEach(({ isIntersecting, target }) => {
      const number = tiles.indexOf(target) + 1;
      const frame = target.querySelector('.tile');
      const kept = shelf.has(number) && frame.firstChild;
      if (isIntersecting && !kept && !viewer.open) fill(frame, number);
    }), { rootMargin: '200px' });
    tiles.forEach((tile) => near.observe(tile));

    const frame = el('div', { className: 'frame' });
    const place = el('p', { ariaLive: 'polite' });
    const step = (by) => show(Math.min(n, Math.max(1, current + by)));
    const previous = button('‹', () => step(-1), { ariaLabel: S.previous });
    const next = button('›', () => step(1), { ariaLabel: S.next });
    const show = (number) => {
      current = number;
      place.textContent = S.picture(number, n);
      previous.disabled = number === 1;
      next.disabled = number === n;
      if (document.activeElement === document.body) (number === 1 ? next : previous).focus();
      fill(frame, number);
    };
    const close = button(S.close, () => viewer.close());
    const look = (number) => {
      viewer.showModal();
      close.focus();
      show(number);
    };
    viewer.append(
      el('div', { className: 'row' }, place, saver(() => current),
        close),
      frame, previous, next);
    viewer.onkeydown = ({ key }) => {
      const by = { ArrowLeft: -1, ArrowRight: 1, Home: -n, End: n }[key];
      if (by) step(by);
    };
    viewer.onclose = () => {
      frame.replaceChildren();
      frame.number = 0;
      const opener = tiles[current - 1].querySelector('button');
      if (shelf.has(current)) fill(opener.firstChild, current);
      opener.focus();
    };
    let from = null;
    frame.onpointerdown = (touch) => { from = touch.pointerType === 'touch' ? touch.clientX : null; };
    frame.onpointerup = (touch) => {
      const far = from === null ? 0 : touch.clientX - from;
      if (Math.abs(far) > 50) step(far > 0 ? -1 : 1);
      from = null;
    };
    return el('div', {}, el('ul', { className: 'grid' }, ...tiles), viewer);
  }

  const element = n === 1 ? single() : grid();
  return {
    element,
    forget() {
      closed = true;
      if (viewer.open) viewer.close();
      [...shelf.keys()].forEach(drop);
      element.remove();
    },
  };
}
