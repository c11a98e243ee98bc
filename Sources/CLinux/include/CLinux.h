// The kernel calls that VaultFiles stands on, as plain C functions.
//
// A function that can fail returns a value of 0 or more, or the negated errno: Swift code may run
// between a call and a look at `errno`, so the number is taken here, on the spot. A call
// interrupted by a signal is made again. Nothing here allocates, and every descriptor that is
// opened is closed on exec.
#ifndef CLINUX_H
#define CLINUX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// What the kernel says about a file; times as seconds and nanoseconds, so that no year overflows.
typedef struct {
    uint64_t device;
    uint64_t inode;
    int64_t size;
    int64_t modified_seconds;
    int64_t changed_seconds;
    uint32_t modified_nanoseconds;
    uint32_t changed_nanoseconds;
    uint64_t links;
    uint32_t mode;
    uint32_t owner;
    uint32_t group;
} lt_status;

// Opening. `folder` is a folder's descriptor; LT_HERE stands for the working directory.
#define LT_HERE (-100)

/// For reading: never follows a link, never waits for a FIFO, leaves the access time where it may.
int lt_open_source(int folder, const char *name);
/// A folder. `follow`: the last component may be a symbolic link.
int lt_open_folder(int folder, const char *name, bool follow);
/// An existing file, for reading and writing; never follows a link.
int lt_open_update(int folder, const char *name);
/// A new file, for reading and writing; -EEXIST when the name is taken, even by a dangling link.
int lt_create(int folder, const char *name, uint32_t mode);
/// A file without a name (O_TMPFILE), for reading and writing.
int lt_create_unnamed(int folder, uint32_t mode);
/// Like lt_open_source or lt_open_folder, refusing links in every component and any way out.
int lt_open_beneath(int folder, const char *path, bool is_folder);
int lt_duplicate(int fd);
int lt_close(int fd);

// Bytes. An offset of -1 means: at the file's own position.
/// Reads until `count` bytes are there or the file ends; returns how many were read.
int64_t lt_read(int fd, void *into, size_t count, int64_t offset);
/// Writes all of it; waits where a pipe is full.
int64_t lt_write(int fd, const void *from, size_t count, int64_t offset);
/// Fills a buffer with raw directory entries (getdents64); 0 at the end.
int64_t lt_entries(int folder, void *into, size_t count);

// Durability.
int lt_fsync(int fd);
int lt_fdatasync(int fd);
int lt_syncfs(int fd);
int lt_start_write_back(int fd, int64_t offset, int64_t count);
int lt_truncate(int fd, int64_t size);
/// Takes room on the disk for a range, which may lie beyond the file's end; the size stays.
int lt_reserve(int fd, int64_t offset, int64_t count);
int lt_advise_sequential(int fd);
int lt_drop_cache(int fd, int64_t offset, int64_t count);

// What a file is.
int lt_stat(int fd, lt_status *into);
/// Never follows a link.
int lt_stat_at(int folder, const char *name, lt_status *into);
int lt_set_mode(int fd, uint32_t mode);
/// The owner stays.
int lt_set_group(int fd, uint32_t group);
int lt_set_mode_at(int folder, const char *name, uint32_t mode);
/// Sets the modification time, leaves the access time.
int lt_set_modified(int fd, int64_t seconds, uint32_t nanoseconds);

/// Which kind of file system it lies on (statfs(2)'s magic number), and how much of it we may still write.
int lt_file_system(int fd, uint64_t *type, uint64_t *free_bytes);

// Names.
/// What a symbolic link says; returns how many bytes, at most `count`.
int64_t lt_read_link(const char *path, char *into, size_t count);
int lt_make_folder(int folder, const char *name, uint32_t mode);
int lt_unlink(int folder, const char *name);
int lt_remove_folder(int folder, const char *name);
int lt_rename(int from, const char *old_name, int to, const char *new_name);
/// Fails with -EEXIST when the new name is taken; -EINVAL or -ENOSYS where it cannot be promised.
int lt_rename_no_replace(int from, const char *old_name, int to, const char *new_name);
int lt_link(int from, const char *old_name, int to, const char *new_name);
/// Gives an open file its (first) name, by way of /proc/self/fd.
int lt_link_open_file(int fd, int to, const char *new_name);
/// Whether /proc/self/fd is there to link through.
bool lt_can_link_open_files(void);

// Locks: on the open file description, so two descriptors of one process exclude each other too.
/// -EAGAIN when somebody else holds it.
int lt_lock(int fd, bool exclusive);

// The process and the machine.
/// No core dump, no debugger of the same user: sets PR_SET_DUMPABLE and RLIMIT_CORE to 0.
int lt_forbid_dumps(void);
/// Gives SIGQUIT, SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE and SIGSEGV back to the kernel.
int lt_forget_crash_handlers(void);
/// 1, 0 or an error; for tests.
int lt_is_dumpable(void);
uint32_t lt_set_umask(uint32_t mask);
int lt_random(void *into, size_t count);
int lt_online_cores(void);
bool lt_is_terminal(int fd);
/// 0 when it is not a terminal or does not know.
int lt_terminal_columns(int fd);
int64_t lt_monotonic_nanoseconds(void);
void lt_sleep_nanoseconds(int64_t nanoseconds);
/// Ends this process as a power cut would: no handler, no clean-up.
void lt_kill_self(void);

#endif
