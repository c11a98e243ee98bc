#include "SealedFile.h"

#include <string.h>

// The main database: whole pages of 4,096 bytes, one to a block. Spec 09 §2, §4.

static void get_state(sealed_file *file, const uint8_t *state) {
    memcpy(file->epoch, state, ID);
    memcpy(file->previous, state + ID, ID);
    file->dirty = state[2 * ID + 7] != 0;
}

static int put_state(sealed_file *file) {
    uint8_t state[STATE] = {0};
    memcpy(state, file->epoch, ID);
    memcpy(state + ID, file->previous, ID);
    sealed_put(state + 2 * ID, file->dirty ? 1 : 0);
    return sealed_write_head(file, state);
}

/// Looks at the head anew, for another process may have written since. Under a shared lock.
static int refresh(sealed_file *file) {
    uint8_t state[STATE];
    sqlite3_int64 size = 0;
    file->blocks = -1;
    int result = file->real->pMethods->xFileSize(file->real, &size);
    if (result != SQLITE_OK) return result;
    if (size == 0) {
        file->has_head = 0;
        return SQLITE_OK;
    }
    result = sealed_read_head(file, state);
    if (result != SQLITE_OK) return result;
    get_state(file, state);
    file->has_head = 1;
    memcpy(file->in_force, file->epoch, ID);
    // Pages were being written, and what they were before is gone.
    if (file->dirty && !sealed_journal_exists(sqlite3_filename_journal(file->name)))
        return SQLITE_IOERR_DATA;
    return SQLITE_OK;
}

static int lock(sqlite3_file *base, int level) {
    sealed_file *file = (sealed_file *)base;
    int result = file->real->pMethods->xLock(file->real, level);
    if (result != SQLITE_OK) return result;
    if (file->lock == SQLITE_LOCK_NONE) {
        result = refresh(file);
        if (result != SQLITE_OK) {
            file->real->pMethods->xUnlock(file->real, SQLITE_LOCK_NONE);
            return result;
        }
    }
    if (file->lock < level) file->lock = level;
    return SQLITE_OK;
}

static int unlock(sqlite3_file *base, int level) {
    sealed_file *file = (sealed_file *)base;
    if (file->lock > level) file->lock = level;
    return file->real->pMethods->xUnlock(file->real, level);
}

static int check_reserved_lock(sqlite3_file *base, int *result) {
    sealed_file *file = (sealed_file *)base;
    return file->real->pMethods->xCheckReservedLock(file->real, result);
}

/// Whole blocks in the file; a torn one at the end does not count.
static int count_blocks(sealed_file *file, int64_t *blocks) {
    sqlite3_int64 size = 0;
    int result = file->real->pMethods->xFileSize(file->real, &size);
    *blocks = size < HEAD ? 0 : (size - HEAD) / SEALED_BLOCK;
    return result;
}

static int file_size(sqlite3_file *base, sqlite3_int64 *size) {
    int64_t blocks = 0;
    int result = count_blocks((sealed_file *)base, &blocks);
    *size = blocks * BLOCK;
    return result;
}

static int read_bytes(sqlite3_file *base, void *buffer, int count, sqlite3_int64 offset) {
    sealed_file *file = (sealed_file *)base;
    uint8_t *out = buffer;
    int64_t blocks = file->blocks;
    int result = SQLITE_OK;
    if (blocks < 0) result = count_blocks(file, &blocks);
    if (result != SQLITE_OK) return result;
    // While we hold a lock nobody else changes it.
    if (file->lock != SQLITE_LOCK_NONE) file->blocks = blocks;
    while (count > 0) {
        int64_t number = offset / BLOCK;
        int at = (int)(offset % BLOCK), piece = BLOCK - at < count ? BLOCK - at : count;
        // SQLite looks at 100 bytes before it has any lock, when page 1 may be torn. No head is known by then:
        // it finds a new file, and the page size later, in page 1.
        if (number >= blocks || !file->has_head) {
            memset(out, 0, (size_t)count);
            return SQLITE_IOERR_SHORT_READ;
        }
        uint8_t *plain = piece == BLOCK ? out : file->plain;
        result = sealed_read_block(file, number, BLOCK, plain);
        if (result != SQLITE_OK) return result;
        if (plain != out) memcpy(out, plain + at, (size_t)piece);
        out += piece;
        offset += piece;
        count -= piece;
    }
    return SQLITE_OK;
}

/// Before the first page of a transaction is written, the head says so.
static int begin_writing(sealed_file *file) {
    if (file->dirty && file->has_head) return SQLITE_OK;
    if (!file->has_head) {
        file->cipher.random(file->cipher.context, file->id, ID);
        file->cipher.random(file->cipher.context, file->epoch, ID);
        memcpy(file->previous, file->epoch, ID);
        memcpy(file->in_force, file->epoch, ID);
        file->has_head = 1;
    }
    file->dirty = 1;
    return put_state(file);
}

static int write_bytes(sqlite3_file *base, const void *buffer, int count, sqlite3_int64 offset) {
    sealed_file *file = (sealed_file *)base;
    if (count != BLOCK || offset % BLOCK != 0) return SQLITE_IOERR_WRITE;
    int result = begin_writing(file);
    if (result == SQLITE_OK && file->blocks < 0) result = count_blocks(file, &file->blocks);
    if (result != SQLITE_OK) return result;
    int64_t number = offset / BLOCK;
    // SQLite skips pages that were freed before they were ever written. A hole would not be genuine.
    while (file->blocks < number) {
        memset(file->plain, 0, BLOCK);
        result = sealed_write_block(file, file->blocks, BLOCK, file->plain);
        if (result != SQLITE_OK) return result;
        file->blocks++;
    }
    result = sealed_write_block(file, number, BLOCK, buffer);
    if (result == SQLITE_OK && file->blocks == number) file->blocks++;
    return result;
}

static int truncate_to(sqlite3_file *base, sqlite3_int64 size) {
    sealed_file *file = (sealed_file *)base;
    if (size % BLOCK != 0) return SQLITE_IOERR_TRUNCATE;
    int result = begin_writing(file);
    if (result != SQLITE_OK) return result;
    file->blocks = -1;
    return file->real->pMethods->xTruncate(file->real, sealed_offset(size / BLOCK));
}

/// The end of a transaction, or of its undoing: all pages are written. From here on the database is whole
/// without the journal, which can still be played as long as it lies there.
static int sync_all(sqlite3_file *base, int flags) {
    sealed_file *file = (sealed_file *)base;
    if (file->has_head && file->dirty) {
        memcpy(file->previous, file->in_force, ID);
        file->cipher.random(file->cipher.context, file->epoch, ID);
        file->dirty = 0;
        int result = put_state(file);
        if (result != SQLITE_OK) {
            file->dirty = 1;
            return result;
        }
    }
    return file->real->pMethods->xSync(file->real, flags);
}

static const sqlite3_io_methods methods = {
    .iVersion = 1,
    .xClose = sealed_close,
    .xRead = read_bytes,
    .xWrite = write_bytes,
    .xTruncate = truncate_to,
    .xSync = sync_all,
    .xFileSize = file_size,
    .xLock = lock,
    .xUnlock = unlock,
    .xCheckReservedLock = check_reserved_lock,
    .xFileControl = sealed_control,
    .xSectorSize = sealed_sector_size,
    .xDeviceCharacteristics = sealed_characteristics,
};

int sealed_is_ours(sqlite3_file *file) { return file && file->pMethods == &methods; }

int sealed_open_database(sqlite3_vfs *real, const char *name, sqlite3_file *file, int flags, int *got,
                         const lt_sealed_cipher *cipher) {
    return sealed_begin((sealed_file *)file, DATABASE, real, name, flags, got, cipher, &methods);
}
