// Small helpers of all pages.

import { S } from './strings.js';

/** An element with properties and children. */
export function el(name, given = {}, ...children) {
  const made = Object.assign(document.createElement(name), given);
  made.append(...children);
  return made;
}

export const button = (label, onclick, given) =>
  el('button', { type: 'button', textContent: label, onclick, ...given });

/** Puts `children` on the page and the focus on their heading, for who hears the page. */
export function turn(...children) {
  const main = document.getElementById('main');
  main.replaceChildren(...children);
  const heading = main.querySelector('h1');
  heading.tabIndex = -1;
  heading.focus();
  scrollTo(0, 0);
}

/** Told to who hears the page, and shown at its foot. */
export const say = (words) => { document.getElementById('status').textContent = words; };

/** The field for a password, with a button that shows it and a line for complaints. */
export function passwordField(hint) {
  const field = el('input', {
    id: 'password', type: 'password', autocomplete: 'off', autocapitalize: 'none', spellcheck: false,
  });
  field.setAttribute('aria-describedby', 'hint wrong');
  const eye = button(S.show, () => {
    const hidden = field.type === 'password';
    field.type = hidden ? 'text' : 'password';
    eye.textContent = hidden ? S.hide : S.show;
    field.focus();
  }, { className: 'plain' });
  eye.setAttribute('aria-controls', 'password');
  return [el('label', { htmlFor: 'password', textContent: S.password }),
    el('div', { className: 'field' }, field, eye),
    el('p', { id: 'hint', className: 'quiet', textContent: hint }),
    el('p', { id: 'wrong', role: 'alert' })];
}
