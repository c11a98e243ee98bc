#ifndef CZXCVBN_H
#define CZXCVBN_H
#include <stddef.h>

/// Entropy in bits of a passphrase of `count` bytes without NUL, by zxcvbn; a negative number when
/// memory is short. The copy that zxcvbn needs (NUL-terminated) is wiped before returning.
double lt_zxcvbn_bits(const unsigned char *passphrase, size_t count);

#endif
