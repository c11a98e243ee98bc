// All that the pages say, and how they say numbers. English; another language is another file.

export const count = (n, one, many = `${one}s`) => `${n.toLocaleString()} ${n === 1 ? one : many}`;

/** Bytes as people read them. */
export function amount(bytes) {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'];
  let unit = 0;
  for (; bytes >= 999.5 && unit < 3; unit++) bytes /= 1000;
  const maximumFractionDigits = bytes < 10 && unit > 1 ? 1 : 0;
  return new Intl.NumberFormat(undefined, { style: 'unit', unit: units[unit], maximumFractionDigits })
    .format(bytes);
}

/** A moment, in the reader's language and zone. */
export const moment = (seconds) => new Intl.DateTimeFormat(undefined, {
  weekday: 'long', day: 'numeric', month: 'long', hour: '2-digit', minute: '2-digit',
  ...(Math.abs(seconds * 1000 - Date.now()) > 3e10 && { year: 'numeric' }),
}).format(seconds * 1000);

/** Minutes and seconds. */
export const clock = (seconds) =>
  `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;

const pictures = (n) => count(n, 'picture');
const newer = 'Please use an up-to-date Firefox, Chrome, Edge or Safari.';

export const S = {
  again: 'Try again',
  looking: 'Looking at the link…',
  // Pages that end here: heading, text.
  incomplete: ['This link is not whole', 'A part of it is missing: perhaps it was cut off on its way, or this page was loaded again. Open the link again from the message you got, from its first to its last character.'],
  insecure: ['A safe connection is needed', 'Browsers unlock pictures only on pages that come over https. Ask whoever sent the link for one that begins with https.'],
  old: ['This browser is too old', `It lacks what is needed here. ${newer}`],
  gone: ['There is nothing here', 'This link has expired, was opened as often as was allowed, was ended by its sender, or is not spelled right. If you still need the pictures, ask for a new link.'],
  ended: ['The link has ended', 'Its time is over, or its sender ended it. The pictures were removed from this page.'],
  damaged: ['The pictures cannot be opened', 'What the server sent is not what was sealed, so nothing of it is shown. Tell the sender about it, and ask for a new link.'],
  offline: ['No connection', 'The server could not be reached. Trying again takes no further view.'],
  odd: ['That did not work', 'The server gave an answer that this page does not understand. Try again in a while.'],
  later: ['Too many requests', 'The server asks for a pause.'],
  wait: (seconds) => `Wait ${clock(seconds)}`,
  retrying: 'No answer yet. Trying again…',
  // Before a view.
  sent: (n) => `You were sent ${pictures(n)}`,
  size: (bytes) => `${amount(bytes)}, locked until you open them`,
  views: (left, all) => {
    if (left === undefined) return 'May be opened as often as you like';
    if (left === 1) return all === 1 ? 'Can be opened once' : 'This is the last time it can be opened';
    return all === undefined ? `Can be opened ${left.toLocaleString()} more times`
      : `${left.toLocaleString()} of ${count(all, 'view')} left`;
  },
  expires: (seconds) => `Expires ${moment(seconds)}`,
  explain: (left) => `${left === undefined ? 'Opening' : 'Opening takes one view. It'} unlocks the pictures in this browser, for 15 minutes at most. ${left === 1 ? 'After that, nobody can open this link again. ' : ''}Nothing is kept here unless you save it.`,
  sees: 'The server sees when the link is opened, never what is in it. Your browser may keep the link in its history: on a computer that others use, take a private window.',
  password: 'Password',
  passwordHint: 'The sender told it to you in another way.',
  show: 'Show',
  hide: 'Hide',
  open: 'Open',
  unlocking: 'Checking the password…',
  opening: 'Opening…',
  wrong: 'That is not the password. No view was taken.',
  slow: (seconds) => `That is not the password. After several wrong ones there is a pause: ${clock(seconds)}`,
  needed: 'Type the password first.',
  // During a view.
  opened: (n) => pictures(n),
  note: 'The sender says',
  original: 'These are the original files. They may hold the date, the place and the camera.',
  closes: 'Closes in ',
  soon: (seconds) => `The pictures close in ${count(Math.round(seconds / 60), 'minute')}.`,
  after: (left) => (left === undefined ? 'The link can be opened again until it expires.'
    : left ? `The link can be opened ${count(left, 'more time')}.`
      : 'This was the last view: the link opens nothing any more.'),
  done: 'I am done',
  doneTitle: 'Done',
  over: 'Time is up',
  removed: 'The pictures were removed from this page.',
  ready: (number, n) => `Picture ${number} of ${n}`,
  progress: (bytes, all) => `${amount(bytes)} of ${amount(all)}`,
  save: 'Save',
  saveAs: (name) => `Save ${name}`,
  saved: (name) => `${name} was handed to your browser's downloads.`,
  enlarge: (number, n) => `Open picture ${number} of ${n}`,
  notShown: (name, size) => `${name}, ${amount(size)}: a browser does not show this kind. Save it to look at it.`,
  unshowable: 'This browser cannot show this picture. Save it to look at it with another program.',
  failed: { damaged: 'This picture arrived damaged and is not shown.', offline: 'This picture did not arrive.' },
  close: 'Close',
  previous: 'Previous picture',
  next: 'Next picture',
  // A bundle.
  bundle: 'Sealed pictures',
  bundleExplain: 'This file holds pictures, locked with a password. They are unlocked in this browser; nothing is sent anywhere.',
  bundleForever: 'Unlike a link, this file cannot expire: whoever has it and the password can open it at any time.',
  bundleWrong: 'That is not the password, or the file is damaged.',
  bundleUnsafe: ['This browser does not unlock files', `It offers no cryptography to pages opened from a file. ${newer}`],
  lock: 'Lock again',
  locked: 'The pictures were removed from this page.',
};
