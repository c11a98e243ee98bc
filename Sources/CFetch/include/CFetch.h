// What VaultFetching takes from libcurl: one request after the other, bounded in size and time.
//
// The library is loaded when it is first wanted: no other command pays for it, or can be reached through it.

#ifndef CFETCH_H
#define CFETCH_H

#include <stddef.h>
#include <stdint.h>

enum lt_fetch_result {
    lt_fetch_done = 0,
    /// There is no libcurl on this machine.
    lt_fetch_no_library = 1,
    lt_fetch_no_memory = 2,
    /// The server cannot be reached, or the connection broke.
    lt_fetch_connection = 3,
    /// The server's certificate is not one to be trusted.
    lt_fetch_certificate = 4,
    lt_fetch_timeout = 5,
    /// The answer is longer than its buffer.
    lt_fetch_too_long = 6,
    /// The file of certificates cannot be used.
    lt_fetch_ca_file = 7,
};

typedef struct lt_fetch lt_fetch;

/// A connection that is kept from request to request; NULL without memory or library.
/// `ca_file` is a path, or NULL for the certificates that the system trusts.
lt_fetch *_Nullable lt_fetch_new(const char *_Nullable ca_file, int *_Nonnull result);
void lt_fetch_free(lt_fetch *_Nonnull fetch);

/// One request: a POST of JSON when there is a body, else a GET. Follows no redirect, sends no cookie.
/// `header` is one more header line, `range` as in "0-99"; either may be NULL. Writes the answer's body.
int lt_fetch_run(lt_fetch *_Nonnull fetch, const char *_Nonnull url, const uint8_t *_Nullable body,
                 size_t body_length, const char *_Nullable header, const char *_Nullable range,
                 long milliseconds, uint8_t *_Nonnull buffer, size_t capacity,
                 size_t *_Nonnull length, long *_Nonnull status);

#endif
