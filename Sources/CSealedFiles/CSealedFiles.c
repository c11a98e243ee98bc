#include "CSealedFiles.h"

#include "SealedFile.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

// Ciphers that are lent, and the VFS itself: names and what may be opened.

typedef struct lent {
    struct lent *next;
    int64_t number;
    lt_sealed_cipher cipher;
} lent;

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static lent *first;
static int64_t last_number;
static sqlite3_vfs ours;

#define REAL(vfs) ((sqlite3_vfs *)(vfs)->pAppData)

int64_t lt_sealed_lend(const lt_sealed_cipher *cipher) {
    lent *new = malloc(sizeof *new);
    if (!new || cipher->associated_count > LT_SEALED_PREFIX) {
        free(new);
        return 0;
    }
    new->cipher = *cipher;
    pthread_mutex_lock(&mutex);
    int64_t number = new->number = ++last_number;
    new->next = first;
    first = new;
    pthread_mutex_unlock(&mutex);
    return number;
}

void lt_sealed_take_back(int64_t number) {
    pthread_mutex_lock(&mutex);
    for (lent **at = &first; *at; at = &(*at)->next) {
        if ((*at)->number != number) continue;
        lent *gone = *at;
        *at = gone->next;
        free(gone);
        break;
    }
    pthread_mutex_unlock(&mutex);
}

static int find_cipher(int64_t number, lt_sealed_cipher *cipher) {
    int found = 0;
    pthread_mutex_lock(&mutex);
    for (lent *at = first; at && !found; at = at->next) {
        if (at->number == number) {
            *cipher = at->cipher;
            found = 1;
        }
    }
    pthread_mutex_unlock(&mutex);
    return found;
}

static int vfs_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *got) {
    lt_sealed_cipher cipher;
    file->pMethods = NULL;
    // Nothing but these two is ever written: what would be temporary must stay in memory.
    if (name && flags & SQLITE_OPEN_MAIN_DB) {
        if (!find_cipher(sqlite3_uri_int64(name, "cipher", 0), &cipher)) return SQLITE_CANTOPEN;
        return sealed_open_database(REAL(vfs), name, file, flags, got, &cipher);
    }
    if (name && flags & SQLITE_OPEN_MAIN_JOURNAL) {
        sqlite3_file *database = sqlite3_database_file_object(name);
        if (!sealed_is_ours(database)) return SQLITE_CANTOPEN;
        return sealed_open_journal(REAL(vfs), name, file, flags, got, database);
    }
    return SQLITE_CANTOPEN;
}

static int is_journal(const char *name) {
    size_t count = name ? strlen(name) : 0;
    return count > 8 && strcmp(name + count - 8, "-journal") == 0;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *name, int sync_folder) {
    if (!is_journal(name)) return SQLITE_IOERR_DELETE;
    return REAL(vfs)->xDelete(REAL(vfs), name, sync_folder);
}

static int vfs_access(sqlite3_vfs *vfs, const char *name, int flags, int *result) {
    (void)vfs;
    (void)flags;
    // A write-ahead log that lies there is not ours. A journal counts from when it was finished.
    *result = is_journal(name) && sealed_journal_exists(name);
    return SQLITE_OK;
}

static int vfs_full_path(sqlite3_vfs *vfs, const char *name, int count, char *out) {
    return REAL(vfs)->xFullPathname(REAL(vfs), name, count, out);
}

static int vfs_random(sqlite3_vfs *vfs, int count, char *out) {
    return REAL(vfs)->xRandomness(REAL(vfs), count, out);
}

static int vfs_sleep(sqlite3_vfs *vfs, int microseconds) {
    return REAL(vfs)->xSleep(REAL(vfs), microseconds);
}

static int vfs_time(sqlite3_vfs *vfs, double *time) { return REAL(vfs)->xCurrentTime(REAL(vfs), time); }

static int vfs_error(sqlite3_vfs *vfs, int count, char *out) {
    return REAL(vfs)->xGetLastError(REAL(vfs), count, out);
}

int lt_sealed_register(void) {
    int result = sqlite3_initialize();
    if (result != SQLITE_OK) return result;
    pthread_mutex_lock(&mutex);
    if (!ours.zName) {
        sqlite3_vfs *real = sqlite3_vfs_find("unix");
        if (!real) {
            result = SQLITE_ERROR;
        } else {
            ours.iVersion = 1;
            ours.szOsFile = sealed_file_size(real);
            ours.mxPathname = real->mxPathname;
            ours.zName = LT_SEALED_VFS;
            ours.pAppData = real;
            ours.xOpen = vfs_open;
            ours.xDelete = vfs_delete;
            ours.xAccess = vfs_access;
            ours.xFullPathname = vfs_full_path;
            ours.xRandomness = vfs_random;
            ours.xSleep = vfs_sleep;
            ours.xCurrentTime = vfs_time;
            ours.xGetLastError = vfs_error;
            result = sqlite3_vfs_register(&ours, 0);
            if (result != SQLITE_OK) ours.zName = NULL;
        }
    }
    pthread_mutex_unlock(&mutex);
    return result;
}

int lt_sealed_is_sealed(struct sqlite3 *database) {
    sqlite3_file *file = NULL;
    int result = sqlite3_file_control(database, "main", SQLITE_FCNTL_FILE_POINTER, &file);
    return result == SQLITE_OK && sealed_is_ours(file);
}
