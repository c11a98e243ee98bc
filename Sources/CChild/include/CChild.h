// A child process that talks over two pipes, as plain C functions.
//
// A function that can fail returns 0 or more, or a negated errno. Nothing here raises SIGPIPE.
#ifndef CCHILD_H
#define CCHILD_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
    int32_t process;
    /// The child reads what is written here.
    int32_t input;
    /// What the child writes is read here.
    int32_t output;
} lt_child;

/// Starts a program with an empty environment, in a process group of its own, with no descriptor but its
/// two pipes and /dev/null for errors, and with every signal as it is for any new process.
/// `arguments` ends in NULL.
int lt_child_start(
    const char *_Nonnull path, char *_Nullable const *_Nonnull arguments,
    lt_child *_Nonnull into);

/// Reads at least one byte; 0 at the end, -ETIMEDOUT after the deadline (CLOCK_MONOTONIC, nanoseconds).
int64_t lt_child_read(
    const lt_child *_Nonnull child, void *_Nonnull into, size_t count, int64_t deadline);

/// Writes all of it; -EPIPE when the child is gone, -ETIMEDOUT after the deadline.
int64_t lt_child_write(
    const lt_child *_Nonnull child, const void *_Nonnull from, size_t count, int64_t deadline);

/// Closes the pipes, kills the child unless it ended by itself within `patience` nanoseconds, and waits for
/// it. Returns what waitpid says.
int lt_child_end(lt_child *_Nonnull child, int64_t patience);

int64_t lt_child_clock(void);

#endif
