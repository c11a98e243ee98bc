// What a bundle says besides what all pages say.

export const B = {
  title: 'Sealed pictures',
  explain: 'This file holds pictures, locked with a password. They are unlocked in this browser; nothing is sent anywhere.',
  forever: 'Unlike a link, this file cannot expire: whoever has it and the password can open it at any time.',
  wrong: 'That is not the password, or the file is damaged.',
  unsafe: ['This browser does not unlock files', 'It offers no cryptography to pages opened from a file. Please use an up-to-date Firefox, Chrome, Edge or Safari.'],
  lock: 'Lock again',
  locked: 'The pictures were removed from this page.',
};
