// Two SHA-256 at once, with the processor's SHA instructions. Not for Swift: COpenSSL.c is its door.

#ifndef SHA256_PAIR_H
#define SHA256_PAIR_H

#include <stddef.h>
#include <stdint.h>

/// Whether this processor has what the other function needs.
int lt_sha256_pair_is_available(void);

/// Takes `count` blocks of 64 bytes into each of two states (A to H, FIPS 180-4 §6.2.2).
void lt_sha256_pair_compress(uint32_t first[8], const uint8_t *first_blocks, uint32_t second[8],
                             const uint8_t *second_blocks, size_t count);

#endif
