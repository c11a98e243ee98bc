// Shuts itself in as the imager does, then tries one thing, and prints the error number: 0 when the
// thing was possible.
//
//   cage-probe landlock|seccomp|both|none THING
#define _GNU_SOURCE
#include "CCage.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void *nothing(void *unused) { return unused; }

static int attempt(const char *thing) {
    errno = 0;
    if (!strcmp(thing, "open")) return open("/etc/passwd", O_RDONLY);
    if (!strcmp(thing, "create")) return open("/tmp", O_TMPFILE | O_WRONLY, 0600);
    if (!strcmp(thing, "list")) return open("/", O_RDONLY | O_DIRECTORY);
    if (!strcmp(thing, "stat")) {
        struct stat status;
        return stat("/etc/passwd", &status);
    }
    if (!strcmp(thing, "exec")) return execl("/bin/true", "true", (char *)NULL);
    if (!strcmp(thing, "fork")) {
        pid_t child = fork();
        if (child == 0) _exit(0);
        return child;
    }
    if (!strcmp(thing, "socket")) return socket(AF_INET, SOCK_STREAM, 0);
    if (!strcmp(thing, "connect")) {
        // Nobody listens there: refused is what would be possible.
        struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(9)};
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        int fd = socket(AF_INET, SOCK_STREAM, 0);
        if (fd < 0) return -1;
        int result = connect(fd, (struct sockaddr *)&to, sizeof to);
        return result && errno == ECONNREFUSED ? 0 : result;
    }
    if (!strcmp(thing, "run-memory")) {
        void *page = mmap(
            NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        return page == MAP_FAILED ? -1 : 0;
    }
    if (!strcmp(thing, "make-runnable")) {
        void *page =
            mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        return page == MAP_FAILED ? -1 : mprotect(page, 4096, PROT_READ | PROT_EXEC);
    }
    if (!strcmp(thing, "signal-parent")) return kill(getppid(), 0);
    if (!strcmp(thing, "trace-parent")) return (int)ptrace(PTRACE_ATTACH, getppid(), 0, 0);
    if (!strcmp(thing, "clone3")) {
        struct { unsigned long long flags[11]; } none = {{0}};
        return (int)syscall(SYS_clone3, &none, sizeof none);
    }
    if (!strcmp(thing, "more-memory")) {
        struct rlimit all = {RLIM_INFINITY, RLIM_INFINITY};
        return setrlimit(RLIMIT_AS, &all);
    }
    if (!strcmp(thing, "descriptor")) {
        int first = dup(0);
        return first < 0 ? first : dup(0);
    }
    if (!strcmp(thing, "inherited")) return fcntl(7, F_GETFD);
    // What must go on working.
    if (!strcmp(thing, "thread")) {
        pthread_t thread;
        int failed = pthread_create(&thread, NULL, nothing, NULL);
        errno = failed;
        return failed ? -1 : pthread_join(thread, NULL);
    }
    if (!strcmp(thing, "memory")) return malloc(32 << 20) ? 0 : -1;
    if (!strcmp(thing, "too-much-memory")) return malloc((size_t)2 << 30) ? 0 : -1;
    if (!strcmp(thing, "seconds")) return lt_cage_grant_seconds(5) ? -1 : 0;
    fputs("cage-probe: unknown thing\n", stderr);
    exit(2);
}

int main(int count, char **arguments) {
    if (count != 3) return 2;
    dup2(0, 7);
    lt_cage cage = {.memory = (uint64_t)1 << 30};
    const char *which = arguments[1];
    cage.landlock = !strcmp(which, "landlock") || !strcmp(which, "both");
    cage.seccomp = !strcmp(which, "seccomp") || !strcmp(which, "both");
    lt_caged caged;
    if (lt_cage_enter(&cage, &caged)) return 3;
    // The kernel of this machine does not have what is to be tested.
    if ((cage.landlock && !caged.landlock_abi) || (cage.seccomp && !caged.seccomp)) return 4;
    // Room for one descriptor: else the limit on them would hide what else refuses.
    close(2);
    int result = attempt(arguments[2]);
    char text[32];
    int length = snprintf(text, sizeof text, "%d\n", result < 0 ? errno : 0);
    return write(1, text, (size_t)length) == length ? 0 : 5;
}
