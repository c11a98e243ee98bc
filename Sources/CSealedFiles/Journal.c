#define _GNU_SOURCE
#include "SealedFile.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

// The rollback journal: written front to back, finished by its head, then only read. Spec 09 §3, §4.

int sealed_journal_exists(const char *name) {
    uint8_t start[MAGIC];
    int file = open(name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    // What cannot be looked at is there: opening it will say what is wrong.
    if (file < 0) return errno != ENOENT;
    ssize_t count = read(file, start, MAGIC);
    close(file);
    for (ssize_t i = 0; i < count; i++) {
        if (start[i] != 0) return 1;
    }
    return count < 0;
}

/// Bytes of the block that lie within the journal's size.
static int block_count(const sealed_file *file, int64_t number) {
    int64_t left = file->size - number * BLOCK;
    return left >= BLOCK ? BLOCK : left > 0 ? (int)left : 0;
}

static int flush(sealed_file *file) {
    if (!file->changed) return SQLITE_OK;
    int result = sealed_write_block(file, file->block, file->count, file->plain);
    if (result == SQLITE_OK) file->changed = 0;
    return result;
}

static int load(sealed_file *file, int64_t number) {
    if (file->block == number) return SQLITE_OK;
    int result = flush(file);
    if (result != SQLITE_OK) return result;
    int count = block_count(file, number);
    file->block = -1;
    if (count > 0) {
        result = sealed_read_block(file, number, count, file->plain);
        if (result != SQLITE_OK) return result;
    }
    file->block = number;
    file->count = count;
    return SQLITE_OK;
}

static int read_bytes(sqlite3_file *base, void *buffer, int count, sqlite3_int64 offset) {
    sealed_file *file = (sealed_file *)base;
    uint8_t *out = buffer;
    while (count > 0) {
        if (offset >= file->size) {
            memset(out, 0, (size_t)count);
            return SQLITE_IOERR_SHORT_READ;
        }
        int result = load(file, offset / BLOCK);
        if (result != SQLITE_OK) return result;
        int at = (int)(offset % BLOCK), piece = file->count - at < count ? file->count - at : count;
        memcpy(out, file->plain + at, (size_t)piece);
        out += piece;
        offset += piece;
        count -= piece;
    }
    return SQLITE_OK;
}

static int empty(sealed_file *file) {
    file->has_head = file->changed = 0;
    file->size = 0;
    file->block = -1;
    return file->real->pMethods->xTruncate(file->real, 0);
}

/// A journal is bound to one database and one state of it.
static int begin(sealed_file *file) {
    if (!file->database->has_head) return SQLITE_IOERR_WRITE;
    int result = empty(file);
    if (result != SQLITE_OK) return result;
    file->cipher.random(file->cipher.context, file->id, ID);
    memcpy(file->epoch, file->database->epoch, ID);
    memcpy(file->database->in_force, file->epoch, ID);
    return SQLITE_OK;
}

/// What was finished may be written on as long as no page of the database depends on it.
static int reopen(sealed_file *file) {
    static const uint8_t zeros[HEAD];
    if (file->database->dirty) return SQLITE_IOERR_WRITE;
    int result = file->real->pMethods->xWrite(file->real, zeros, HEAD, 0);
    if (result == SQLITE_OK) file->has_head = 0;
    return result;
}

static int write_bytes(sqlite3_file *base, const void *buffer, int count, sqlite3_int64 offset) {
    sealed_file *file = (sealed_file *)base;
    const uint8_t *bytes = buffer;
    int result = file->size == 0 ? begin(file) : file->has_head ? reopen(file) : SQLITE_OK;
    if (result != SQLITE_OK) return result;
    if (offset > file->size) return SQLITE_IOERR_WRITE;
    while (count > 0) {
        result = load(file, offset / BLOCK);
        if (result != SQLITE_OK) return result;
        int at = (int)(offset % BLOCK), piece = BLOCK - at < count ? BLOCK - at : count;
        memcpy(file->plain + at, bytes, (size_t)piece);
        if (at + piece > file->count) file->count = at + piece;
        file->changed = 1;
        bytes += piece;
        offset += piece;
        count -= piece;
        if (offset > file->size) file->size = offset;
    }
    return SQLITE_OK;
}

static int truncate_to(sqlite3_file *base, sqlite3_int64 size) {
    return size == 0 ? empty((sealed_file *)base) : SQLITE_IOERR_TRUNCATE;
}

/// The head comes last, in one small write: a journal that a kill cut short has none and does not exist.
static int sync_all(sqlite3_file *base, int flags) {
    sealed_file *file = (sealed_file *)base;
    if (file->size > 0 && !file->has_head) {
        uint8_t state[STATE] = {0};
        memcpy(state, file->database->id, ID);
        memcpy(state + ID, file->epoch, ID);
        sealed_put(state + 2 * ID, (uint64_t)file->size);
        int result = flush(file);
        if (result == SQLITE_OK) result = sealed_write_head(file, state);
        if (result != SQLITE_OK) return result;
        file->has_head = 1;
    }
    return file->real->pMethods->xSync(file->real, flags);
}

static int file_size(sqlite3_file *base, sqlite3_int64 *size) {
    *size = ((sealed_file *)base)->size;
    return SQLITE_OK;
}

static int check_reserved_lock(sqlite3_file *base, int *result) {
    (void)base;
    *result = 0;
    return SQLITE_OK;
}

static const sqlite3_io_methods methods = {
    .iVersion = 1,
    .xClose = sealed_close,
    .xRead = read_bytes,
    .xWrite = write_bytes,
    .xTruncate = truncate_to,
    .xSync = sync_all,
    .xFileSize = file_size,
    .xLock = sealed_lock_nothing,
    .xUnlock = sealed_lock_nothing,
    .xCheckReservedLock = check_reserved_lock,
    .xFileControl = sealed_control,
    .xSectorSize = sealed_sector_size,
    .xDeviceCharacteristics = sealed_characteristics,
};

/// Takes a finished journal that was found, if it is this database's and of its present state.
static int adopt(sealed_file *file) {
    uint8_t state[STATE];
    sqlite3_int64 stored = 0;
    sealed_file *database = file->database;
    int result = sealed_read_head(file, state);
    if (result != SQLITE_OK) return SQLITE_IOERR_DATA;
    result = file->real->pMethods->xFileSize(file->real, &stored);
    if (result != SQLITE_OK) return result;
    uint64_t size = sealed_get(state + 2 * ID);
    const uint8_t *epoch = state + ID;
    if (!database->has_head || memcmp(state, database->id, ID) != 0 || size == 0 || size > INT64_MAX / 2)
        return SQLITE_IOERR_DATA;
    if (memcmp(epoch, database->epoch, ID) != 0 && memcmp(epoch, database->previous, ID) != 0)
        return SQLITE_IOERR_DATA;
    int64_t whole = (int64_t)size / BLOCK, rest = (int64_t)size % BLOCK;
    if (stored < sealed_offset(whole) + (rest ? rest + LT_SEALED_OVERHEAD : 0)) return SQLITE_IOERR_DATA;
    memcpy(file->epoch, epoch, ID);
    memcpy(database->in_force, epoch, ID);
    file->size = (int64_t)size;
    file->has_head = 1;
    return SQLITE_OK;
}

int sealed_open_journal(sqlite3_vfs *real, const char *name, sqlite3_file *base, int flags, int *got,
                        sqlite3_file *database) {
    sealed_file *file = (sealed_file *)base;
    int exists = sealed_journal_exists(name);
    const lt_sealed_cipher *cipher = &((sealed_file *)database)->cipher;
    int result = sealed_begin(file, JOURNAL, real, name, flags, got, cipher, &methods);
    if (result != SQLITE_OK) return result;
    file->database = (sealed_file *)database;
    if (exists) result = adopt(file);
    if (result != SQLITE_OK) {
        sealed_close(base);
        base->pMethods = NULL;
    }
    return result;
}
