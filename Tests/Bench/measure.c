/* measure FILE COMMAND…: runs the command and writes one line to FILE: wall, user and system seconds of
 * it and all it waited for, and the peak resident kilobytes of the largest process.
 *
 * A program of its own because Linux starts a child's peak at the size of the parent that forked it,
 * which for the harness would be an interpreter's.
 */
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec + now.tv_nsec / 1e9;
}

int main(int count, char **words)
{
    int status;
    struct rusage used;
    if (count < 3) return 127;
    double start = seconds();
    pid_t child = vfork();
    if (child == 0) {
        execvp(words[2], words + 2);
        _exit(127);
    }
    if (child < 0 || wait4(child, &status, 0, &used) < 0) return 127;
    double wall = seconds() - start;
    FILE *out = fopen(words[1], "w");
    if (!out) return 127;
    fprintf(out, "%.6f %ld.%06ld %ld.%06ld %ld\n", wall, used.ru_utime.tv_sec, used.ru_utime.tv_usec,
            used.ru_stime.tv_sec, used.ru_stime.tv_usec, used.ru_maxrss);
    fclose(out);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
