// What the collecting page says besides what all pages say.

import { amount, count, moment } from './strings.js';

export const C = {
  old: ['This browser is too old', 'It lacks what is needed to lock pictures. Please use an up-to-date Firefox, Chrome, Edge or Safari.'],
  insecure: ['A safe connection is needed', 'Browsers lock pictures only over https. Ask for a link that begins with https.'],
  gone: ['There is nothing here', 'This request has expired or was ended, or the link is not spelled right. Ask whoever sent it for a new one.'],
  offline: ['No connection', 'The server could not be reached.'],
  changed: ['This link does not match', 'What the server says is not what the link was made for, so nothing can be sent safely. Tell whoever asks you.'],
  looking: 'Looking at the request…',
  asked: (who) => `${who ?? 'Somebody'} asks you for pictures`,
  explain: 'Each file is locked in this browser before it is sent. Only the one who asks can open it: the server cannot, and afterwards you cannot either.',
  asIs: 'Files go as they are, with the date and place that a camera may have written into them.',
  room: (files, bytes) => (files > 0 ? `Room for ${count(files, 'more file')}, ${amount(bytes)} in all` : 'No room for more files'),
  largest: (bytes) => `Each file at most ${amount(bytes)}`,
  until: (seconds) => `Open until ${moment(seconds)}`,
  note: 'What is asked for',
  choose: 'Choose pictures',
  drop: 'or drop them here',
  files: 'Your files',
  waiting: 'Waiting',
  sealing: 'Locking…',
  sending: (name) => `Sending ${name}`,
  sent: 'Received',
  thanks: (n) => `${count(n, 'file')} received. Thank you: you can close this page.`,
  failed: {
    offline: 'Not sent: no connection', large: 'Not sent: too large', full: 'Not sent: no room left',
    gone: 'Not sent: the request has ended', read: 'Not sent: cannot be read', odd: 'Not sent',
  },
};
