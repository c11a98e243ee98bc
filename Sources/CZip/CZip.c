#include "CZip.h"
#include <stdlib.h>
#include <sys/stat.h>
#include <zip.h>

struct lt_zip {
    void *context;
    lt_zip_read read;
    uint64_t size;
    uint64_t offset;
    zip_error_t error;
    zip_t *archive;
};

static zip_int64_t serve(void *state, void *data, zip_uint64_t count, zip_source_cmd_t command) {
    lt_zip *zip = state;
    switch (command) {
    case ZIP_SOURCE_OPEN:
        zip->offset = 0;
        return 0;
    case ZIP_SOURCE_READ: {
        uint64_t left = zip->size - zip->offset;
        if (count > left) count = left;
        if (count == 0) return 0;
        int64_t got = zip->read(zip->context, zip->offset, data, count);
        if (got < 0 || (uint64_t)got > count) {
            zip_error_set(&zip->error, ZIP_ER_READ, 0);
            return -1;
        }
        zip->offset += (uint64_t)got;
        return got;
    }
    case ZIP_SOURCE_SEEK: {
        zip_int64_t to = zip_source_seek_compute_offset(
            zip->offset, zip->size, data, count, &zip->error);
        if (to < 0) return -1;
        zip->offset = (uint64_t)to;
        return 0;
    }
    case ZIP_SOURCE_TELL: return (zip_int64_t)zip->offset;
    case ZIP_SOURCE_STAT: {
        zip_stat_t *stat = ZIP_SOURCE_GET_ARGS(zip_stat_t, data, count, &zip->error);
        if (stat == NULL) return -1;
        zip_stat_init(stat);
        stat->size = zip->size;
        stat->valid |= ZIP_STAT_SIZE;
        return sizeof(*stat);
    }
    case ZIP_SOURCE_ERROR: return zip_error_to_data(&zip->error, data, count);
    case ZIP_SOURCE_CLOSE:
    case ZIP_SOURCE_FREE: return 0;
    case ZIP_SOURCE_SUPPORTS: return ZIP_SOURCE_SUPPORTS_SEEKABLE;
    default:
        zip_error_set(&zip->error, ZIP_ER_OPNOTSUPP, 0);
        return -1;
    }
}

static int reason_of(zip_error_t *error) {
    switch (zip_error_code_zip(error)) {
    case ZIP_ER_MEMORY: return lt_zip_no_memory;
    case ZIP_ER_READ:
    case ZIP_ER_SEEK: return lt_zip_unreadable;
    default: return lt_zip_not_one;
    }
}

lt_zip *lt_zip_open(void *context, lt_zip_read read, uint64_t size, int *reason) {
    *reason = lt_zip_no_memory;
    lt_zip *zip = calloc(1, sizeof(*zip));
    if (zip == NULL) return NULL;
    zip->context = context;
    zip->read = read;
    zip->size = size;
    zip_error_init(&zip->error);
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t *source = zip_source_function_create(serve, zip, &error);
    if (source != NULL) {
        zip->archive = zip_open_from_source(source, ZIP_RDONLY, &error);
        if (zip->archive == NULL) zip_source_free(source);
    }
    if (zip->archive == NULL) {
        *reason = reason_of(&error);
        zip_error_fini(&error);
        zip_error_fini(&zip->error);
        free(zip);
        return NULL;
    }
    zip_error_fini(&error);
    *reason = lt_zip_done;
    return zip;
}

void lt_zip_close(lt_zip *zip) {
    zip_discard(zip->archive);
    zip_error_fini(&zip->error);
    free(zip);
}

uint64_t lt_zip_count(lt_zip *zip) {
    zip_int64_t count = zip_get_num_entries(zip->archive, 0);
    return count < 0 ? 0 : (uint64_t)count;
}

int lt_zip_facts_of(lt_zip *zip, uint64_t index, lt_zip_facts *facts) {
    zip_stat_t stat;
    const zip_uint64_t needed = ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE
        | ZIP_STAT_COMP_METHOD | ZIP_STAT_ENCRYPTION_METHOD;
    if (zip_stat_index(zip->archive, index, 0, &stat) != 0) return lt_zip_not_one;
    if ((stat.valid & needed) != needed || stat.name == NULL) return lt_zip_not_one;
    facts->name = stat.name;
    facts->size = stat.size;
    facts->packed_size = stat.comp_size;
    facts->modified = (stat.valid & ZIP_STAT_MTIME) ? (int64_t)stat.mtime : 0;
    facts->method = stat.comp_method;
    facts->is_encrypted = stat.encryption_method != ZIP_EM_NONE;
    facts->is_special = 0;
    zip_uint8_t system;
    zip_uint32_t attributes;
    if (zip_file_get_external_attributes(zip->archive, index, 0, &system, &attributes) == 0
        && system == ZIP_OPSYS_UNIX) {
        mode_t kind = (mode_t)(attributes >> 16) & S_IFMT;
        facts->is_special = kind != 0 && kind != S_IFREG && kind != S_IFDIR;
    }
    return lt_zip_done;
}

lt_zip_entry *lt_zip_entry_open(lt_zip *zip, uint64_t index) {
    return (lt_zip_entry *)zip_fopen_index(zip->archive, index, 0);
}

int64_t lt_zip_entry_read(lt_zip_entry *entry, void *buffer, uint64_t count) {
    return zip_fread((zip_file_t *)entry, buffer, count);
}

void lt_zip_entry_close(lt_zip_entry *entry) { zip_fclose((zip_file_t *)entry); }
