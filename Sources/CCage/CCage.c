#define _GNU_SOURCE
#include "CCage.h"

#include <errno.h>
#include <sched.h>
#include <seccomp.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

// Descriptors that stay: the two pipes, and where errors would be written.
enum { DESCRIPTORS = 3, HARD_SECONDS = 3600 };

static int limit(int resource, rlim_t soft, rlim_t hard) {
    struct rlimit limits = {soft, hard};
    return setrlimit(resource, &limits) ? -errno : 0;
}

// Debian's headers know an older Landlock than its newer kernels do, so the numbers stand here.
// Documentation/userspace-api/landlock.rst of the kernel.
struct ruleset {
    uint64_t files;
    uint64_t network;
    uint64_t scoped;
};

static uint8_t enter_landlock(void) {
    long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, 1);
    if (abi < 1) return 0;
    struct ruleset rules = {0};
    size_t size = sizeof rules.files;
    // Thirteen kinds of access at first; then moving between folders, cutting off, device commands.
    unsigned kinds = abi >= 5 ? 16 : abi >= 3 ? 15 : abi >= 2 ? 14 : 13;
    rules.files = (UINT64_C(1) << kinds) - 1;
    if (abi >= 4) {
        rules.network = 3;
        size += sizeof rules.network;
    }
    if (abi >= 6) {
        rules.scoped = 3;
        size += sizeof rules.scoped;
    }
    long fd = syscall(SYS_landlock_create_ruleset, &rules, size, 0);
    if (fd < 0) return 0;
    // No rule allows anything.
    long result = syscall(SYS_landlock_restrict_self, fd, 0);
    close((int)fd);
    return result ? 0 : (uint8_t)(abi > 255 ? 255 : abi);
}

static bool enter_seccomp(void) {
    static const int allowed[] = {
        SCMP_SYS(read), SCMP_SYS(write), SCMP_SYS(close), SCMP_SYS(munmap), SCMP_SYS(mremap),
        SCMP_SYS(madvise), SCMP_SYS(brk), SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask),
        SCMP_SYS(rt_sigreturn), SCMP_SYS(sigaltstack), SCMP_SYS(futex), SCMP_SYS(futex_waitv),
        SCMP_SYS(set_robust_list), SCMP_SYS(rseq), SCMP_SYS(exit), SCMP_SYS(exit_group),
        SCMP_SYS(sched_getaffinity), SCMP_SYS(sched_yield), SCMP_SYS(getrandom),
        SCMP_SYS(clock_gettime), SCMP_SYS(clock_nanosleep), SCMP_SYS(nanosleep),
        SCMP_SYS(gettimeofday), SCMP_SYS(gettid), SCMP_SYS(getpid), SCMP_SYS(getrusage),
        SCMP_SYS(restart_syscall),
    };
    // What is not allowed fails, and does not kill: libraries ask for much that they can do without.
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    if (!filter) return false;
    int failed = 0;
    for (size_t i = 0; i < sizeof allowed / sizeof *allowed; i++)
        failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0);
    // Memory, as long as nothing in it can run.
    failed |= seccomp_rule_add(
        filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
    failed |= seccomp_rule_add(
        filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
    // Threads, never processes. The flags of clone3 lie in memory, where a filter cannot look; the C
    // library falls back on clone.
    failed |= seccomp_rule_add(
        filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
        SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD));
    failed |= seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
    // Signals to its own threads only: abort() needs one.
    failed |= seccomp_rule_add(
        filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
        SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid()));
    // Its own processor time, for lt_cage_grant_seconds.
    failed |= seccomp_rule_add(
        filter, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 2, SCMP_A0(SCMP_CMP_EQ, 0),
        SCMP_A1(SCMP_CMP_EQ, RLIMIT_CPU));
    // Every thread, should there be others after all.
    failed |= seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);
    failed |= seccomp_load(filter);
    seccomp_release(filter);
    return failed == 0;
}

int lt_cage_enter(const lt_cage *wanted, lt_caged *got) {
    memset(got, 0, sizeof *got);
    // From glibc's side of close_range; a kernel without it has none of the other protections.
    if (close_range(DESCRIPTORS, ~0U, 0) && errno != ENOSYS) return -errno;
    int failed = limit(RLIMIT_CORE, 0, 0);
    if (!failed) failed = limit(RLIMIT_FSIZE, 0, 0);
    if (!failed) failed = limit(RLIMIT_CPU, HARD_SECONDS, HARD_SECONDS);
    if (!failed && wanted->memory) failed = limit(RLIMIT_AS, wanted->memory, wanted->memory);
    if (failed) return failed;
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    got->no_new_privileges = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
    // Landlock needs a descriptor for a moment, so the limit on them comes after.
    if (wanted->landlock && got->no_new_privileges) got->landlock_abi = enter_landlock();
    failed = limit(RLIMIT_NOFILE, DESCRIPTORS, DESCRIPTORS);
    if (failed) return failed;
    if (wanted->seccomp && got->no_new_privileges) got->seccomp = enter_seccomp();
    return 0;
}

int lt_cage_grant_seconds(uint32_t seconds) {
    struct rusage used;
    if (getrusage(RUSAGE_SELF, &used)) return -errno;
    // Whole seconds, rounded up.
    rlim_t until = (rlim_t)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) + 2 + seconds;
    return limit(RLIMIT_CPU, until < HARD_SECONDS ? until : HARD_SECONDS, HARD_SECONDS);
}
