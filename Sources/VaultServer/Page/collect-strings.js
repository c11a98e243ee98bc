// What the collecting page says besides what all pages say.

import { amount, count, moment } from './strings.js';

export const C = {
  old: ['This browser is too old', 'It lacks what is needed to lock pictures. Please use an up-to-date Firefox, Chrome, Edge or Safari.'],
  asked: (who) => (who ? `${who} asks you for pictures` : 'Somebody asks you for pictures'),
  collectExplain: 'Each file is locked in this browser before it is sent. Only the one who asks can open it; the server cannot, and neither can you afterwards.',
  collectAsIs: 'Files are sent as they are, with the date and place that the camera may have written into them.',
  room: (files, bytes) => `${count(files, 'more file')}, ${amount(bytes)} in all`,
  until: (seconds) => `Until ${moment(seconds)}`,
  choose: 'Choose pictures',
  drop: 'or drop them here',
  sending: (name) => `Locking and sending ${name}…`,
  received: (n) => `${count(n, 'file')} received. Thank you.`,
  fileSent: 'Received',
  fileFailed: { offline: 'Not sent: no connection', large: 'Not sent: too large', full: 'Not sent: no room left', read: 'Not sent: cannot be read', odd: 'Not sent' },
  gone: ['There is nothing here', 'This request has expired or was ended, or the link is not spelled right. Ask whoever sent it for a new one.'],
  offline: ['No connection', 'The server could not be reached.'],
  changed: ['This link does not match', 'The server names another key than the link does, so nothing would be safe with it. Send nothing, and tell whoever asks you.'],
};
