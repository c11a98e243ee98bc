#include "CKeyring.h"

#include <errno.h>
#include <linux/keyctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static long control(int operation, long a, long b, long c, long d) {
    long result = syscall(SYS_keyctl, operation, a, b, c, d);
    return result < 0 ? -errno : result;
}

// The user, and whoever possesses the key by way of the user's keyring: view, read, write, search,
// link, set attributes. Group and others: nothing.
enum { USER_ONLY = 0x3f3f0000 };

int lt_key_store(const char *description, const void *payload, size_t count, uint32_t seconds) {
    long key = syscall(SYS_add_key, "user", description, payload, count, KEY_SPEC_PROCESS_KEYRING);
    if (key < 0) return -errno;
    long result = control(KEYCTL_SETPERM, key, USER_ONLY, 0, 0);
    if (result >= 0) result = control(KEYCTL_SET_TIMEOUT, key, seconds, 0, 0);
    if (result >= 0) result = control(KEYCTL_LINK, key, KEY_SPEC_USER_KEYRING, 0, 0);
    control(KEYCTL_UNLINK, key, KEY_SPEC_PROCESS_KEYRING, 0, 0);
    return result < 0 ? (int)result : 0;
}

int64_t lt_key_find(const char *description) {
    return control(
        KEYCTL_SEARCH, KEY_SPEC_USER_KEYRING, (long)"user", (long)description, 0);
}

int64_t lt_key_read(int64_t key, void *into, size_t count) {
    return control(KEYCTL_READ, key, (long)into, (long)count, 0);
}

int lt_key_forget(int64_t key) {
    long result = control(KEYCTL_INVALIDATE, key, 0, 0, 0);
    return result < 0 ? (int)result : 0;
}
