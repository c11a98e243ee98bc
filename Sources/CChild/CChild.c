#define _GNU_SOURCE
#include "CChild.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int64_t lt_child_clock(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static int spawn(
    const char *path, char *const *arguments, const int input[2], const int output[2],
    pid_t *process) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t all, none;
    sigfillset(&all);
    sigemptyset(&none);
    int failed = posix_spawn_file_actions_init(&actions);
    if (failed) return -failed;
    failed = posix_spawnattr_init(&attributes);
    if (failed) {
        posix_spawn_file_actions_destroy(&actions);
        return -failed;
    }
    char *const empty[] = {NULL};
    // The pipes were moved above 2 by lt_child_start, so none of these overwrites another.
    if (!failed) failed = posix_spawn_file_actions_adddup2(&actions, input[0], 0);
    if (!failed) failed = posix_spawn_file_actions_adddup2(&actions, output[1], 1);
    if (!failed)
        failed = posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    if (!failed) failed = posix_spawn_file_actions_addclosefrom_np(&actions, 3);
    if (!failed) failed = posix_spawnattr_setsigdefault(&attributes, &all);
    if (!failed) failed = posix_spawnattr_setsigmask(&attributes, &none);
    // A group of its own: an interrupt at the terminal is the parent's to deal with.
    if (!failed) failed = posix_spawnattr_setpgroup(&attributes, 0);
    if (!failed)
        failed = posix_spawnattr_setflags(
            &attributes,
            POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
    if (!failed) failed = posix_spawn(process, path, &actions, &attributes, arguments, empty);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return -failed;
}

static void close_both(const int pair[2]) {
    close(pair[0]);
    close(pair[1]);
}

// A pipe whose ends do not take the places of standard streams.
static int make_pipe(int pair[2]) {
    int low[2];
    if (pipe2(low, O_CLOEXEC)) return -errno;
    pair[0] = fcntl(low[0], F_DUPFD_CLOEXEC, 3);
    int failed = pair[0] < 0 ? -errno : 0;
    pair[1] = failed ? -1 : fcntl(low[1], F_DUPFD_CLOEXEC, 3);
    if (!failed && pair[1] < 0) {
        failed = -errno;
        close(pair[0]);
    }
    close_both(low);
    // Larger pieces, fewer turns; a system that refuses is only slower.
    if (!failed) fcntl(pair[1], F_SETPIPE_SZ, 1 << 18);
    return failed;
}

int lt_child_start(const char *path, char *const *arguments, lt_child *into) {
    int input[2], output[2];
    int failed = make_pipe(input);
    if (failed) return failed;
    failed = make_pipe(output);
    if (failed) {
        close_both(input);
        return failed;
    }
    pid_t process = 0;
    failed = spawn(path, arguments, input, output, &process);
    close(input[0]);
    close(output[1]);
    if (failed) {
        close(input[1]);
        close(output[0]);
        return failed;
    }
    // Ours only: the child has its own descriptions' flags.
    fcntl(input[1], F_SETFL, O_NONBLOCK);
    fcntl(output[0], F_SETFL, O_NONBLOCK);
    *into = (lt_child){.process = process, .input = input[1], .output = output[0]};
    return 0;
}

// 0 when the descriptor is ready, or a negated errno.
static int wait_until(int fd, short events, int64_t deadline) {
    for (;;) {
        int64_t left = deadline - lt_child_clock();
        if (left <= 0) return -ETIMEDOUT;
        struct timespec time = {left / 1000000000, left % 1000000000};
        struct pollfd one = {.fd = fd, .events = events};
        int ready = ppoll(&one, 1, &time, NULL);
        if (ready > 0) return 0;
        if (ready < 0 && errno != EINTR) return -errno;
    }
}

int64_t lt_child_read(const lt_child *child, void *into, size_t count, int64_t deadline) {
    for (;;) {
        ssize_t got = read(child->output, into, count);
        if (got >= 0) return got;
        if (errno == EINTR) continue;
        if (errno != EAGAIN) return -errno;
        int failed = wait_until(child->output, POLLIN, deadline);
        if (failed) return failed;
    }
}

// A write to a child that is gone raises SIGPIPE in this thread; it is held back and taken away
// here, so that the rest of the program never hears of it.
static ssize_t write_quietly(int fd, const void *from, size_t count) {
    sigset_t broken, before, pending;
    sigemptyset(&broken);
    sigaddset(&broken, SIGPIPE);
    sigpending(&pending);
    int was_pending = sigismember(&pending, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &broken, &before);
    ssize_t put = write(fd, from, count);
    int error = errno;
    if (put < 0 && error == EPIPE && !was_pending) {
        struct timespec now = {0};
        while (sigtimedwait(&broken, NULL, &now) < 0 && errno == EINTR) {}
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = error;
    return put;
}

int64_t lt_child_write(
    const lt_child *child, const void *from, size_t count, int64_t deadline) {
    size_t done = 0;
    while (done < count) {
        ssize_t put = write_quietly(child->input, (const char *)from + done, count - done);
        if (put > 0) {
            done += (size_t)put;
            continue;
        }
        if (put < 0 && errno == EINTR) continue;
        if (put < 0 && errno != EAGAIN) return -errno;
        int failed = wait_until(child->input, POLLOUT, deadline);
        if (failed) return failed;
    }
    return (int64_t)done;
}

int lt_child_end(lt_child *child, int64_t patience) {
    close(child->input);
    close(child->output);
    int status = 0;
    int64_t deadline = lt_child_clock() + patience;
    pid_t ended;
    while ((ended = waitpid(child->process, &status, WNOHANG)) == 0 &&
           lt_child_clock() < deadline) {
        struct timespec moment = {0, 1000000};
        nanosleep(&moment, NULL);
    }
    if (ended == 0) {
        kill(child->process, SIGKILL);
        while ((ended = waitpid(child->process, &status, 0)) < 0 && errno == EINTR) {}
    }
    child->process = 0;
    // Somebody else's waiting took the status: nothing is known of it.
    return ended < 0 ? 0 : status;
}
