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

export const S = {
  again: 'Try again',
  looking: 'Looking at the link…',
  // Pages that end here: heading, text.
  incomplete: ['This link is not whole', 'A part of it is missing, or this page was loaded again. Open the link once more from the message you got, the whole of it.'],
  insecure: ['A safe connection is needed', 'Browsers unlock pictures only over https. Ask the sender for a link that begins with https.'],
  gone: ['There is nothing here', 'This link has expired, was opened as often as allowed, was ended by its sender, or is not spelled right. Ask the sender for a new one.'],
  ended: ['The link has ended', 'Its time is over, or its sender ended it. The pictures were removed from this page.'],
  damaged: ['The pictures cannot be opened', 'What the server sent is not what was sealed, so nothing is shown. Tell the sender, and ask for a new link.'],
  offline: ['No connection', 'The server could not be reached. Trying again takes no further view.'],
  odd: ['That did not work', 'This page does not understand the answer of the server. Try again in a while.'],
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
  slow: (seconds) => `After wrong passwords there is a pause: ${clock(seconds)}`,
  needed: 'Type the password first.',
  // During a view.
  opened: (n) => pictures(n),
  note: 'The sender says',
  original: 'These are the original files. They may tell date, place and camera.',
  closes: 'Closes in ',
  soon: (seconds) => `The pictures close in ${count(Math.round(seconds / 60), 'minute')}.`,
  after: (left) => (left === undefined ? 'The link can be opened again until it expires.'
    : left ? `The link can be opened ${count(left, 'more time')}.`
      : 'This was the last view: the link opens nothing any more.'),
  done: 'I am done',
  doneTitle: 'Done',
  over: 'Time is up',
  removed: 'The pictures were removed from this page.',
  picture: (number, n) => `Picture ${number} of ${n}`,
  progress: (bytes, all) => `${amount(bytes)} of ${amount(all)}`,
  save: 'Save',
  saved: (name) => `${name} was handed to your browser's downloads.`,
  enlarge: (number, n) => `Open picture ${number} of ${n}`,
  notShown: (name, size) => `${name}, ${amount(size)}: a browser does not show this kind. Save it to look at it.`,
  file: (name, size) => `${name}, ${amount(size)}`,
  unshowable: 'This browser cannot show this picture. Save it to look at it elsewhere.',
  failed: { damaged: 'This picture arrived damaged and is not shown.', offline: 'This picture did not arrive.' },
  close: 'Close',
  previous: 'Previous picture',
  next: 'Next picture',
};
