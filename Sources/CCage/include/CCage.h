// Shuts a process in: limits, no-new-privileges, Landlock and seccomp. Spec 10 §2.
#ifndef CCAGE_H
#define CCAGE_H

#include <stdbool.h>
#include <stdint.h>

typedef struct {
    /// Address space in bytes; 0 leaves it unlimited.
    uint64_t memory;
    bool landlock;
    bool seccomp;
} lt_cage;

typedef struct {
    bool no_new_privileges;
    /// 0 when Landlock is not to be had.
    uint8_t landlock_abi;
    bool seccomp;
} lt_caged;

/// Closes every descriptor from 3 on, and shuts this process in for good. Threads that run already
/// would stay outside: call it before there are any.
///
/// Returns 0, or a negated errno when a limit cannot be set. What is not to be had is left out; `got`
/// tells what was.
int lt_cage_enter(const lt_cage *_Nonnull wanted, lt_caged *_Nonnull got);

/// Lets this process spend so much more processor time; it is killed beyond that. Works inside.
int lt_cage_grant_seconds(uint32_t seconds);

#endif
