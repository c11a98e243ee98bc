// The kernel's key retention service (keyrings(7)), by its system calls: libkeyutils is not needed.
//
// Each function returns 0 or more, or the negated errno, as those of CLinux do.
#ifndef CKEYRING_H
#define CKEYRING_H

#include <stddef.h>
#include <stdint.h>

/// Keeps `payload` in the user's keyring as a key of type `user` for `seconds`, in place of one of this
/// description that is there. Only the user it belongs to may do anything with it. It is bounded
/// and closed to others before it is in the keyring at all: a stop leaves nothing behind.
int lt_key_store(const char *description, const void *payload, size_t count, uint32_t seconds);

/// The key's serial number; -ENOKEY, -EKEYEXPIRED or -EKEYREVOKED when there is none.
int64_t lt_key_find(const char *description);

/// Copies the payload, at most `count` bytes of it, and returns how many bytes it has.
int64_t lt_key_read(int64_t key, void *into, size_t count);

/// Ends the key at once.
int lt_key_forget(int64_t key);

#endif
