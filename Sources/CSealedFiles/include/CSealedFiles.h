// An SQLite VFS whose files are sealed block by block. Spec 09 §2 to §4.
//
// It holds no key and no cipher: whoever opens a database lends two functions. It seals the database and
// its rollback journal, and refuses to open anything else: no temporary file, no write-ahead log.
#ifndef CSEALEDFILES_H
#define CSEALEDFILES_H

#include <stddef.h>
#include <stdint.h>

struct sqlite3;

#define LT_SEALED_OVERHEAD 40
/// The longest `associated` that a cipher may bring.
#define LT_SEALED_PREFIX 64

typedef struct {
    void *context;
    /// Seals `count` bytes; writes `count + LT_SEALED_OVERHEAD` and returns 1. With 0 nothing is written.
    int (*seal)(void *context, const uint8_t *associated, size_t associated_count,
                const uint8_t *plain, size_t count, uint8_t *sealed);
    /// Opens `count` sealed bytes; writes `count - LT_SEALED_OVERHEAD` and returns 1, or writes nothing
    /// and returns 0 when they are not genuine.
    int (*open)(void *context, const uint8_t *associated, size_t associated_count,
                const uint8_t *sealed, size_t count, uint8_t *plain);
    /// Random bytes.
    void (*random)(void *context, uint8_t *bytes, size_t count);
    /// What every sealed message of this database names first.
    uint8_t associated[LT_SEALED_PREFIX];
    size_t associated_count;
} lt_sealed_cipher;

/// The name under which SQLite knows the VFS: `file:PATH?vfs=lighttight&cipher=NUMBER`.
#define LT_SEALED_VFS "lighttight"

/// Makes the VFS known, without making it the default; more than once does no harm. An SQLite code.
int lt_sealed_register(void);

/// Lends a cipher to the databases that are opened with the number returned; 0 when there is no memory.
/// What `context` points to must outlive those databases.
int64_t lt_sealed_lend(const lt_sealed_cipher *cipher);
void lt_sealed_take_back(int64_t number);

/// Whether the main database of a connection is one of ours: 1, else 0.
int lt_sealed_is_sealed(struct sqlite3 *database);

#endif
