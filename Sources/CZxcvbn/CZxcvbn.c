#include "CZxcvbn.h"
#include <stdlib.h>
#include <string.h>
#include <zxcvbn.h>

double lt_zxcvbn_bits(const unsigned char *passphrase, size_t count) {
    // zxcvbn's time grows with the square of the length; beyond this a passphrase is judged by its start.
    if (count > 100) count = 100;
    char *copy = malloc(count + 1);
    if (copy == NULL) return -1;
    memcpy(copy, passphrase, count);
    copy[count] = 0;
    const char *ours[] = {"lighttight", "vault", NULL};
    double bits = ZxcvbnMatch(copy, ours, NULL);
    explicit_bzero(copy, count);
    free(copy);
    return bits;
}
