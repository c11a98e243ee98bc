#ifndef CQRCODE_H
#define CQRCODE_H
#include <stddef.h>

/// Modules along the side of the largest QR code.
#define LT_QR_LARGEST 177

/// Makes the smallest QR code with error correction M that holds `count` bytes without NUL, and fills
/// `modules` with it, row by row: 1 is dark. Returns the side, 0 when the content is too long, or -1
/// when memory or threads are short. Whatever libqrencode kept of the content is overwritten before
/// this returns.
int lt_qr_encode(const void *content, size_t count, unsigned char *modules, size_t room);

#endif
