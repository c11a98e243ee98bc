#define _GNU_SOURCE
#include "SealedFile.h"

#include <string.h>

// What databases and journals have in common: the head, and blocks.

static const uint8_t magic[MAGIC] = {'L', 'T', 'G', 'I', 'N', 'D', 'X', 1};

void sealed_put(uint8_t *out, uint64_t number) {
    for (int i = 7; i >= 0; i--, number >>= 8) out[i] = (uint8_t)number;
}

uint64_t sealed_get(const uint8_t *bytes) {
    uint64_t number = 0;
    for (int i = 0; i < 8; i++) number = number << 8 | bytes[i];
    return number;
}

int sealed_file_size(sqlite3_vfs *real) { return (int)sizeof(sealed_file) + real->szOsFile; }

int sealed_begin(sealed_file *file, int kind, sqlite3_vfs *vfs, const char *name, int flags, int *got,
                 const lt_sealed_cipher *cipher, const sqlite3_io_methods *methods) {
    memset(file, 0, sizeof *file);
    file->kind = kind;
    file->cipher = *cipher;
    file->vfs = vfs;
    file->name = name;
    file->real = (sqlite3_file *)(file + 1);
    memset(file->real, 0, (size_t)vfs->szOsFile);
    file->blocks = -1;
    file->block = -1;
    file->plain = sqlite3_malloc(BLOCK + SEALED_BLOCK);
    if (!file->plain) return SQLITE_NOMEM;
    file->sealed = file->plain + BLOCK;
    int result = vfs->xOpen(vfs, name, file->real, flags, got);
    if (result != SQLITE_OK) {
        if (file->real->pMethods) file->real->pMethods->xClose(file->real);
        sqlite3_free(file->plain);
        return result;
    }
    file->base.pMethods = methods;
    return SQLITE_OK;
}

int sealed_close(sqlite3_file *base) {
    sealed_file *file = (sealed_file *)base;
    // It held pages in the clear.
    explicit_bzero(file->plain, BLOCK);
    sqlite3_free(file->plain);
    file->plain = NULL;
    return file->real->pMethods->xClose(file->real);
}

int sealed_lock_nothing(sqlite3_file *file, int level) {
    (void)file;
    (void)level;
    return SQLITE_OK;
}

int sealed_sector_size(sqlite3_file *file) {
    (void)file;
    return 4096;
}

int sealed_characteristics(sqlite3_file *file) {
    (void)file;
    // A write of one block leaves its neighbours alone, and nothing else is promised.
    return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

int sealed_control(sqlite3_file *base, int op, void *argument) {
    sealed_file *file = (sealed_file *)base;
    switch (op) {
    case SQLITE_FCNTL_VFSNAME:
        *(char **)argument = sqlite3_mprintf("%s", LT_SEALED_VFS);
        return SQLITE_OK;
    case SQLITE_FCNTL_LOCKSTATE:
    case SQLITE_FCNTL_LAST_ERRNO:
    case SQLITE_FCNTL_HAS_MOVED:
        return file->real->pMethods->xFileControl(file->real, op, argument);
    default:
        // Sizes in bytes would be wrong, and memory maps and atomic writes are not for sealed blocks.
        return SQLITE_NOTFOUND;
    }
}

int64_t sealed_offset(int64_t block) { return HEAD + block * SEALED_BLOCK; }

/// prefix ‖ part (0 head, 1 block) ‖ kind ‖ ID ‖ u64(number)
static size_t associate(const sealed_file *file, int part, int64_t number, uint8_t *out) {
    size_t count = file->cipher.associated_count;
    memcpy(out, file->cipher.associated, count);
    out[count++] = (uint8_t)part;
    out[count++] = (uint8_t)file->kind;
    memcpy(out + count, file->id, ID);
    sealed_put(out + count + ID, (uint64_t)number);
    return count + ID + 8;
}

#define ASSOCIATED (LT_SEALED_PREFIX + 2 + ID + 8)

int sealed_read_head(sealed_file *file, uint8_t *state) {
    uint8_t head[HEAD], associated[ASSOCIATED];
    int result = file->real->pMethods->xRead(file->real, head, HEAD, 0);
    if (result == SQLITE_IOERR_SHORT_READ) return SQLITE_NOTADB;
    if (result != SQLITE_OK) return result;
    if (memcmp(head, magic, MAGIC) != 0) return SQLITE_NOTADB;
    memcpy(file->id, head + MAGIC, ID);
    size_t count = associate(file, 0, 0, associated);
    return file->cipher.open(file->cipher.context, associated, count, head + MAGIC + ID,
                             STATE + LT_SEALED_OVERHEAD, state)
        ? SQLITE_OK : SQLITE_IOERR_DATA;
}

int sealed_write_head(sealed_file *file, const uint8_t *state) {
    uint8_t head[HEAD], associated[ASSOCIATED];
    memcpy(head, magic, MAGIC);
    memcpy(head + MAGIC, file->id, ID);
    size_t count = associate(file, 0, 0, associated);
    if (!file->cipher.seal(file->cipher.context, associated, count, state, STATE, head + MAGIC + ID))
        return SQLITE_IOERR_WRITE;
    return file->real->pMethods->xWrite(file->real, head, HEAD, 0);
}

int sealed_read_block(sealed_file *file, int64_t number, int count, uint8_t *plain) {
    uint8_t associated[ASSOCIATED];
    int stored = count + LT_SEALED_OVERHEAD;
    int result = file->real->pMethods->xRead(file->real, file->sealed, stored, sealed_offset(number));
    // A short read would be taken for a page of zeros.
    if (result == SQLITE_IOERR_SHORT_READ) return SQLITE_IOERR_DATA;
    if (result != SQLITE_OK) return result;
    size_t size = associate(file, 1, number, associated);
    return file->cipher.open(file->cipher.context, associated, size, file->sealed, (size_t)stored, plain)
        ? SQLITE_OK : SQLITE_IOERR_DATA;
}

int sealed_write_block(sealed_file *file, int64_t number, int count, const uint8_t *plain) {
    uint8_t associated[ASSOCIATED];
    size_t size = associate(file, 1, number, associated);
    if (!file->cipher.seal(file->cipher.context, associated, size, plain, (size_t)count, file->sealed))
        return SQLITE_IOERR_WRITE;
    return file->real->pMethods->xWrite(file->real, file->sealed, count + LT_SEALED_OVERHEAD,
                                        sealed_offset(number));
}
