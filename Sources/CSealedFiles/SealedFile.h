// The two kinds of sealed files. Spec 09 §2 to §4.
#ifndef SEALEDFILE_H
#define SEALEDFILE_H

#include "CSealedFiles.h"

#include <sqlite3.h>

enum { ID = 16, BLOCK = 4096, SEALED_BLOCK = BLOCK + LT_SEALED_OVERHEAD };
/// magic ‖ ID ‖ sealed state.
enum { MAGIC = 8, STATE = 48, HEAD = MAGIC + ID + STATE + LT_SEALED_OVERHEAD };
enum { DATABASE = 1, JOURNAL = 2 };

typedef struct sealed_file {
    sqlite3_file base;
    int kind;
    lt_sealed_cipher cipher;
    sqlite3_vfs *vfs;
    /// The file itself, in the memory behind this struct.
    sqlite3_file *real;
    const char *name;

    /// What the head says, when there is one.
    int has_head;
    uint8_t id[ID];
    /// A database: which journal may be played into it. A journal: for which state it was begun.
    uint8_t epoch[ID];
    /// A database: which journal its last transaction had.
    uint8_t previous[ID];
    /// A database: pages were written that were not synced yet.
    int dirty;

    /// A database: the epoch of the journal now in force; blocks it has, or -1 when not known.
    uint8_t in_force[ID];
    int64_t blocks;
    int lock;

    /// A journal: its database, its size, and one block that is being written or read.
    struct sealed_file *database;
    int64_t size;
    int64_t block;
    int count;
    int changed;
    uint8_t *plain;
    uint8_t *sealed;
} sealed_file;

int sealed_file_size(sqlite3_vfs *real);
int sealed_is_ours(sqlite3_file *file);
int sealed_open_database(sqlite3_vfs *real, const char *name, sqlite3_file *file, int flags, int *got,
                         const lt_sealed_cipher *cipher);
int sealed_open_journal(sqlite3_vfs *real, const char *name, sqlite3_file *file, int flags, int *got,
                        sqlite3_file *database);
/// Whether a journal lies there that was finished: one whose head was written.
int sealed_journal_exists(const char *name);

// Shared by both kinds.
int sealed_begin(sealed_file *file, int kind, sqlite3_vfs *vfs, const char *name, int flags, int *got,
                 const lt_sealed_cipher *cipher, const sqlite3_io_methods *methods);
int sealed_close(sqlite3_file *file);
int sealed_lock_nothing(sqlite3_file *file, int level);
int sealed_sector_size(sqlite3_file *file);
int sealed_characteristics(sqlite3_file *file);
int sealed_control(sqlite3_file *file, int op, void *argument);
int64_t sealed_offset(int64_t block);
/// SQLITE_OK, SQLITE_NOTADB for what is no sealed file of this version, SQLITE_IOERR_DATA for what is not
/// genuine. `state` gets STATE bytes.
int sealed_read_head(sealed_file *file, uint8_t *state);
int sealed_write_head(sealed_file *file, const uint8_t *state);
/// Reads and opens block `number`, of which `count` bytes must be there.
int sealed_read_block(sealed_file *file, int64_t number, int count, uint8_t *plain);
int sealed_write_block(sealed_file *file, int64_t number, int count, const uint8_t *plain);
void sealed_put(uint8_t *out, uint64_t number);
uint64_t sealed_get(const uint8_t *bytes);

#endif
