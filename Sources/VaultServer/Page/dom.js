// Small helpers of all pages.

import { S } from './strings.js';

/** An element with properties and children. */
export function el(name, given = {}, ...children) {
  const made = Object.assign(document.createElement(name), given);
  made.append(...children);
  return made;
}

/** A paragraph. */
export const par = (textContent, given) => el('p', { textContent, ...given });

export const button = (label, onclick, given) =>
  el('button', { type: 'button', textContent: label, onclick, ...given });

/** A page of `title` and what there is of `children`; the focus goes to its heading, for who hears the page. */
export function turn(title, ...children) {
  const heading = el('h1', { textContent: title, tabIndex: -1 });
  document.getElementById('main').replaceChildren(heading, ...children.filter(Boolean));
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
  });
  eye.setAttribute('aria-controls', 'password');
  return [el('label', { htmlFor: 'password', textContent: S.password }),
    el('div', { className: 'field' }, field, eye),
    par(hint, { id: 'hint', className: 'quiet' }),
    el('p', { id: 'wrong', role: 'alert' })];
}
