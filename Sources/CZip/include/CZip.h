// What an import takes from libzip: reading ZIP files through a function of the caller's. It opens no file itself, and writes none.
#ifndef CZIP_H
#define CZIP_H
#include <stddef.h>
#include <stdint.h>

typedef struct lt_zip lt_zip;
typedef struct lt_zip_entry lt_zip_entry;

/// Reads up to `count` bytes at an offset; returns how many, or -1.
typedef int64_t (*lt_zip_read)(
    void *_Nullable context, uint64_t offset, void *_Nonnull buffer, uint64_t count);

enum lt_zip_result {
    lt_zip_done = 0,
    lt_zip_not_one = -1,
    lt_zip_no_memory = -2,
    lt_zip_unreadable = -3,
};

/// What the directory of an archive says of one entry. `name` lives as long as the archive is open.
typedef struct {
    const char *_Nullable name;
    uint64_t size;
    uint64_t packed_size;
    int64_t modified;
    uint16_t method;
    uint8_t is_encrypted;
    /// Whether it says that it is neither a file nor a folder, by the rules of Unix.
    uint8_t is_special;
} lt_zip_facts;

enum { lt_zip_method_stored = 0, lt_zip_method_deflated = 8 };

/// Reads the directory of an archive of `size` bytes. `context` must live as long as what this returns; NULL with
/// the reason.
lt_zip *_Nullable lt_zip_open(
    void *_Nullable context, lt_zip_read _Nonnull read, uint64_t size, int *_Nonnull reason);
void lt_zip_close(lt_zip *_Nonnull archive);

uint64_t lt_zip_count(lt_zip *_Nonnull archive);
int lt_zip_facts_of(lt_zip *_Nonnull archive, uint64_t index, lt_zip_facts *_Nonnull facts);

/// Opens an entry to be read from its beginning; NULL when that cannot be.
lt_zip_entry *_Nullable lt_zip_entry_open(lt_zip *_Nonnull archive, uint64_t index);
/// Up to `count` bytes; 0 at the end, when the checksum was right; -1 for what is damaged.
int64_t lt_zip_entry_read(
    lt_zip_entry *_Nonnull entry, void *_Nonnull buffer, uint64_t count);
void lt_zip_entry_close(lt_zip_entry *_Nonnull entry);

#endif
