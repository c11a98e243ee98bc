#define _GNU_SOURCE
#define _FILE_OFFSET_BITS 64
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

// The value of a call, or its negated errno; repeated while signals interrupt it.
#define CALL(expression)                                        \
    ({                                                          \
        __typeof__(expression) value_;                          \
        do {                                                    \
            value_ = (expression);                              \
        } while (value_ == -1 && errno == EINTR);               \
        value_ == -1 ? -(__typeof__(value_))errno : value_;     \
    })

_Static_assert(LT_HERE == AT_FDCWD, "the header names the working directory by its number");

enum { SOURCE_FLAGS = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY };

int lt_open_source(int folder, const char *name) {
    int fd = CALL(openat(folder, name, SOURCE_FLAGS | O_NOATIME));
    // Only the owner of a file may leave its access time alone.
    return fd == -EPERM ? CALL(openat(folder, name, SOURCE_FLAGS)) : fd;
}

int lt_open_folder(int folder, const char *name, bool follow) {
    int flags = O_RDONLY | O_CLOEXEC | O_DIRECTORY | O_NONBLOCK | (follow ? 0 : O_NOFOLLOW);
    return CALL(openat(folder, name, flags));
}

int lt_open_update(int folder, const char *name) {
    return CALL(openat(folder, name, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY));
}

int lt_create(int folder, const char *name, uint32_t mode) {
    return CALL(openat(folder, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode));
}

int lt_create_unnamed(int folder, uint32_t mode) {
    return CALL(openat(folder, ".", O_RDWR | O_TMPFILE | O_CLOEXEC, mode));
}

int lt_open_beneath(int folder, const char *path, bool is_folder) {
    struct open_how how = {
        .flags = is_folder ? (O_RDONLY | O_CLOEXEC | O_DIRECTORY | O_NONBLOCK | O_NOFOLLOW)
                           : (uint64_t)SOURCE_FLAGS,
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
    };
    return (int)CALL(syscall(SYS_openat2, folder, path, &how, sizeof how));
}

int lt_duplicate(int fd) {
    return CALL(fcntl(fd, F_DUPFD_CLOEXEC, 3));
}

int lt_close(int fd) {
    // Linux frees the number even when it says EINTR: a second close could hit somebody else's file.
    return close(fd) == -1 && errno != EINTR ? -errno : 0;
}

// Waits until a descriptor that was opened non-blocking (a terminal or pipe we were given) is ready.
static int wait_for(int fd, short events) {
    struct pollfd one = {.fd = fd, .events = events};
    return CALL(poll(&one, 1, -1));
}

int64_t lt_read(int fd, void *into, size_t count, int64_t offset) {
    size_t done = 0;
    while (done < count) {
        char *place = (char *)into + done;
        int64_t got = offset < 0 ? CALL(read(fd, place, count - done))
                                 : CALL(pread(fd, place, count - done, offset + (int64_t)done));
        if (got == -EAGAIN && wait_for(fd, POLLIN) >= 0) continue;
        if (got < 0) return got;
        if (got == 0) break;
        done += (size_t)got;
    }
    return (int64_t)done;
}

int64_t lt_write(int fd, const void *from, size_t count, int64_t offset) {
    size_t done = 0;
    while (done < count) {
        const char *place = (const char *)from + done;
        int64_t put = offset < 0 ? CALL(write(fd, place, count - done))
                                 : CALL(pwrite(fd, place, count - done, offset + (int64_t)done));
        if (put == -EAGAIN && wait_for(fd, POLLOUT) >= 0) continue;
        if (put < 0) return put;
        // A device that takes nothing and says nothing would keep us here for ever.
        if (put == 0) return -EIO;
        done += (size_t)put;
    }
    return (int64_t)done;
}

int64_t lt_entries(int folder, void *into, size_t count) {
    return CALL(syscall(SYS_getdents64, folder, into, count));
}

int lt_fsync(int fd) { return CALL(fsync(fd)); }
int lt_fdatasync(int fd) { return CALL(fdatasync(fd)); }
int lt_syncfs(int fd) { return CALL(syncfs(fd)); }
int lt_truncate(int fd, int64_t size) { return CALL(ftruncate(fd, size)); }

int lt_reserve(int fd, int64_t offset, int64_t count) {
    return CALL(fallocate(fd, FALLOC_FL_KEEP_SIZE, offset, count));
}

int lt_start_write_back(int fd, int64_t offset, int64_t count) {
    return CALL(sync_file_range(fd, offset, count, SYNC_FILE_RANGE_WRITE));
}

int lt_advise_sequential(int fd) {
    return -posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
}

int lt_drop_cache(int fd, int64_t offset, int64_t count) {
    return -posix_fadvise(fd, offset, count, POSIX_FADV_DONTNEED);
}

static int fill(int result, const struct stat *from, lt_status *into) {
    if (result < 0) return result;
    *into = (lt_status){
        .device = from->st_dev,
        .inode = from->st_ino,
        .size = from->st_size,
        .modified_seconds = from->st_mtim.tv_sec,
        .changed_seconds = from->st_ctim.tv_sec,
        .modified_nanoseconds = (uint32_t)from->st_mtim.tv_nsec,
        .changed_nanoseconds = (uint32_t)from->st_ctim.tv_nsec,
        .links = from->st_nlink,
        .mode = from->st_mode,
        .owner = from->st_uid,
        .group = from->st_gid,
    };
    return 0;
}

int lt_stat(int fd, lt_status *into) {
    struct stat status;
    int result = CALL(fstat(fd, &status));
    return fill(result, &status, into);
}

int lt_stat_at(int folder, const char *name, lt_status *into) {
    struct stat status;
    int result = CALL(fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT));
    return fill(result, &status, into);
}

int lt_file_system(int fd, uint64_t *type, uint64_t *free_bytes) {
    struct statfs facts;
    int result = CALL(fstatfs(fd, &facts));
    if (result < 0) return result;
    *type = (uint64_t)facts.f_type;
    uint64_t size = facts.f_bsize > 0 ? (uint64_t)facts.f_bsize : 0;
    if (__builtin_mul_overflow(size, (uint64_t)facts.f_bavail, free_bytes)) *free_bytes = UINT64_MAX;
    return 0;
}

int64_t lt_read_link(const char *path, char *into, size_t count) {
    return CALL(readlink(path, into, count));
}

int lt_set_mode(int fd, uint32_t mode) { return CALL(fchmod(fd, mode)); }

int lt_set_group(int fd, uint32_t group) { return CALL(fchown(fd, (uid_t)-1, group)); }

int lt_set_mode_at(int folder, const char *name, uint32_t mode) {
    return CALL(fchmodat(folder, name, mode, AT_SYMLINK_NOFOLLOW));
}

int lt_set_modified(int fd, int64_t seconds, uint32_t nanoseconds) {
    struct timespec times[2] = {
        {.tv_nsec = UTIME_OMIT},
        {.tv_sec = seconds, .tv_nsec = nanoseconds},
    };
    return CALL(futimens(fd, times));
}

int lt_make_folder(int folder, const char *name, uint32_t mode) {
    return CALL(mkdirat(folder, name, mode));
}

int lt_unlink(int folder, const char *name) { return CALL(unlinkat(folder, name, 0)); }

int lt_remove_folder(int folder, const char *name) {
    return CALL(unlinkat(folder, name, AT_REMOVEDIR));
}

int lt_rename(int from, const char *old_name, int to, const char *new_name) {
    return CALL(renameat(from, old_name, to, new_name));
}

int lt_rename_no_replace(int from, const char *old_name, int to, const char *new_name) {
    return CALL(renameat2(from, old_name, to, new_name, RENAME_NOREPLACE));
}

int lt_link(int from, const char *old_name, int to, const char *new_name) {
    return CALL(linkat(from, old_name, to, new_name, 0));
}

int lt_link_open_file(int fd, int to, const char *new_name) {
    char path[32];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    return CALL(linkat(AT_FDCWD, path, to, new_name, AT_SYMLINK_FOLLOW));
}

bool lt_can_link_open_files(void) { return access("/proc/self/fd", X_OK) == 0; }

int lt_lock(int fd, bool exclusive) {
    struct flock all = {
        .l_type = exclusive ? F_WRLCK : F_RDLCK,
        .l_whence = SEEK_SET,
    };
    int result = CALL(fcntl(fd, F_OFD_SETLK, &all));
    return result == -EACCES ? -EAGAIN : result;
}

int lt_forbid_dumps(void) {
    struct rlimit none = {0, 0};
    int result = CALL(setrlimit(RLIMIT_CORE, &none));
    return result < 0 ? result : CALL(prctl(PR_SET_DUMPABLE, 0, 0, 0, 0));
}

int lt_forget_crash_handlers(void) {
    static const int signals[] = {SIGQUIT, SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV};
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        struct sigaction now;
        if (sigaction(signals[i], NULL, &now) != 0) return -errno;
        if (now.sa_handler == SIG_IGN) continue;
        if (signal(signals[i], SIG_DFL) == SIG_ERR) return -errno;
    }
    return 0;
}

int lt_is_dumpable(void) { return CALL(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0)); }

uint32_t lt_set_umask(uint32_t mask) { return umask(mask); }

int lt_random(void *into, size_t count) {
    size_t done = 0;
    while (done < count) {
        ssize_t got = CALL(getrandom((char *)into + done, count - done, 0));
        if (got < 0) return (int)got;
        done += (size_t)got;
    }
    return 0;
}

int lt_online_cores(void) {
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    return cores < 1 ? 1 : (int)cores;
}

bool lt_is_terminal(int fd) { return isatty(fd) == 1; }

int lt_terminal_columns(int fd) {
    struct winsize size;
    return CALL(ioctl(fd, TIOCGWINSZ, &size)) < 0 ? 0 : size.ws_col;
}

int64_t lt_monotonic_nanoseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

void lt_sleep_nanoseconds(int64_t nanoseconds) {
    struct timespec left = {nanoseconds / 1000000000, nanoseconds % 1000000000};
    while (nanosleep(&left, &left) == -1 && errno == EINTR) {}
}

void lt_kill_self(void) {
    kill(getpid(), SIGKILL);
    for (;;) pause();
}
