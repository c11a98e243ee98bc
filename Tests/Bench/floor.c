/* The floor: what sealing, keeping and giving back a folder of files costs when nothing else is done.
 *
 *   floor import SOURCE STORE   read, SHA-256, AES-256-GCM, append to a pack a thread, fdatasync, write the list
 *   floor verify STORE          read and open every object
 *   floor export STORE TARGET   open every object and write the file again
 *
 * A second import reads only what has another size or time than the list says. Exact copies are kept
 * once. There is no passphrase, no name is hidden, no crash is survived: it is a measure, not a vault.
 * Everything runs on FLOOR_THREADS threads (default: all processors).
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HASH = 32, NONCE = 12, TAG = 16, PIECE = 16 << 20, PACKS = 1 << 16 };

/* One file, as the list holds it; the path follows in memory of its own. */
struct file {
    uint64_t size, offset;
    int64_t seconds, nanoseconds;
    uint32_t pack, path_length;
    uint32_t copy; /* 1: the same bytes lie there for another file */
    uint8_t hash[HASH], nonce[NONCE];
    char *path;
};

struct list {
    struct file *files;
    size_t count, room;
};

struct worker {
    pthread_t thread;
    EVP_CIPHER_CTX *cipher;
    uint8_t *plain, *sealed;
    size_t room;
    int pack_file;
    uint32_t pack;
    uint64_t pack_end, written_back;
};

static const uint8_t key[32] = "floor: this key protects nothing";
static int store, place;                 /* folders: the store, and source or target */
static struct file **tasks;
static size_t task_count, next_task, failures;
static uint32_t next_pack;
static struct file **by_hash;            /* open addressing; the size is a power of two */
static size_t hash_mask;
static pthread_mutex_t hash_lock = PTHREAD_MUTEX_INITIALIZER;
static int pack_files[PACKS];            /* for reading: descriptor + 1 */
static EVP_CIPHER *gcm;
static EVP_MD *sha;

static void die(const char *format, ...)
{
    va_list rest;
    va_start(rest, format);
    vfprintf(stderr, format, rest);
    va_end(rest);
    fprintf(stderr, ": %s\n", strerror(errno));
    exit(1);
}

static void *need(void *memory)
{
    if (!memory) die("memory");
    return memory;
}

static void read_all(int from, void *into, size_t count, int64_t offset)
{
    for (size_t done = 0; done < count;) {
        ssize_t got = offset < 0 ? read(from, (char *)into + done, count - done)
                                 : pread(from, (char *)into + done, count - done, offset + done);
        if (got <= 0) die("read");
        done += got;
    }
}

static void write_all(int to, const void *from, size_t count)
{
    for (size_t done = 0; done < count;) {
        ssize_t put = write(to, (const char *)from + done, count - done);
        if (put <= 0) die("write");
        done += put;
    }
}

/* ---- the list of files ---- */

static struct file *add(struct list *list)
{
    if (list->count == list->room) {
        list->room = list->room ? list->room * 2 : 4096;
        list->files = need(realloc(list->files, list->room * sizeof *list->files));
    }
    struct file *file = &list->files[list->count++];
    memset(file, 0, sizeof *file);
    return file;
}

static int by_path(const void *a, const void *b)
{
    return strcmp(((const struct file *)a)->path, ((const struct file *)b)->path);
}

static int by_place(const void *a, const void *b)
{
    const struct file *x = *(struct file *const *)a, *y = *(struct file *const *)b;
    if (x->pack != y->pack) return x->pack < y->pack ? -1 : 1;
    return x->offset < y->offset ? -1 : x->offset > y->offset;
}

static void find_files(struct list *list, int folder, const char *prefix)
{
    DIR *entries = fdopendir(folder);
    if (!entries) die("folder %s", prefix);
    for (struct dirent *entry; (entry = readdir(entries));) {
        struct stat facts;
        char *path;
        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")) continue;
        if (fstatat(folder, entry->d_name, &facts, AT_SYMLINK_NOFOLLOW)) continue;
        if (asprintf(&path, "%s%s%s", prefix, *prefix ? "/" : "", entry->d_name) < 0) die("memory");
        if (S_ISREG(facts.st_mode)) {
            struct file *file = add(list);
            file->path = path;
            file->path_length = strlen(path);
            file->size = facts.st_size;
            file->seconds = facts.st_mtim.tv_sec;
            file->nanoseconds = facts.st_mtim.tv_nsec;
        } else {
            if (S_ISDIR(facts.st_mode))
                find_files(list, openat(folder, entry->d_name, O_RDONLY | O_DIRECTORY), path);
            free(path);
        }
    }
    closedir(entries);
}

/* The list is sealed whole and replaced by rename. */
static void save(const struct list *list)
{
    char *plain;
    size_t size;
    FILE *out = need(open_memstream(&plain, &size));
    for (size_t i = 0; i < list->count; i++) {
        fwrite(&list->files[i], offsetof(struct file, path), 1, out);
        fwrite(list->files[i].path, list->files[i].path_length, 1, out);
    }
    fclose(out);
    uint8_t *sealed = need(malloc(NONCE + size + TAG));
    EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
    int length;
    RAND_bytes(sealed, NONCE);
    EVP_EncryptInit_ex(cipher, gcm, 0, key, sealed);
    EVP_EncryptUpdate(cipher, sealed + NONCE, &length, (uint8_t *)plain, size);
    EVP_EncryptFinal_ex(cipher, sealed + NONCE + length, &length);
    EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_GET_TAG, TAG, sealed + NONCE + size);
    EVP_CIPHER_CTX_free(cipher);
    int file = openat(store, "list.new", O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (file < 0) die("list");
    write_all(file, sealed, NONCE + size + TAG);
    if (fdatasync(file) || close(file) || renameat(store, "list.new", store, "list") || fsync(store))
        die("list");
    free(sealed);
    free(plain);
}

static void load(struct list *list)
{
    struct stat facts;
    int file = openat(store, "list", O_RDONLY), length;
    if (file < 0) return;
    fstat(file, &facts);
    size_t size = facts.st_size - NONCE - TAG;
    uint8_t *sealed = need(malloc(facts.st_size)), *plain = need(malloc(size + 1));
    read_all(file, sealed, facts.st_size, -1);
    close(file);
    EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
    EVP_DecryptInit_ex(cipher, gcm, 0, key, sealed);
    EVP_DecryptUpdate(cipher, plain, &length, sealed + NONCE, size);
    EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_SET_TAG, TAG, sealed + NONCE + size);
    if (EVP_DecryptFinal_ex(cipher, plain + length, &length) <= 0) die("the list is damaged");
    EVP_CIPHER_CTX_free(cipher);
    for (uint8_t *at = plain; at < plain + size;) {
        struct file *entry = add(list);
        memcpy(entry, at, offsetof(struct file, path));
        at += offsetof(struct file, path);
        entry->path = strndup((char *)at, entry->path_length);
        at += entry->path_length;
    }
    free(sealed);
    free(plain);
}

/* ---- exact copies ---- */

static void room_for_hashes(size_t count)
{
    for (hash_mask = 1024; hash_mask < count * 2; hash_mask *= 2) {}
    by_hash = need(calloc(hash_mask--, sizeof *by_hash));
}

/* Returns the file that has the same bytes and was there first, or the file itself. */
static struct file *first_with(struct file *file)
{
    size_t at;
    memcpy(&at, file->hash, sizeof at);
    pthread_mutex_lock(&hash_lock);
    while (by_hash[at & hash_mask] && memcmp(by_hash[at & hash_mask]->hash, file->hash, HASH)) at++;
    struct file **slot = &by_hash[at & hash_mask];
    if (!*slot) *slot = file;
    file = *slot;
    pthread_mutex_unlock(&hash_lock);
    return file;
}

/* ---- the work, one file a task ---- */

static void make_room(struct worker *self, size_t size)
{
    if (size + TAG <= self->room) return;
    self->room = size + size / 4 + TAG;
    self->plain = need(realloc(self->plain, self->room));
    self->sealed = need(realloc(self->sealed, self->room));
}

static void finish_pack(struct worker *self)
{
    if (self->pack_file < 0) return;
    if (fdatasync(self->pack_file) || close(self->pack_file)) die("pack");
    self->pack_file = -1;
}

static void append(struct worker *self, struct file *file)
{
    if (self->pack_file < 0) {
        char name[32];
        self->pack = __atomic_fetch_add(&next_pack, 1, __ATOMIC_RELAXED);
        snprintf(name, sizeof name, "%08x", self->pack);
        self->pack_file = openat(store, name, O_WRONLY | O_CREAT | O_EXCL, 0600);
        if (self->pack_file < 0 || self->pack >= PACKS) die("pack %s", name);
        self->pack_end = self->written_back = 0;
    }
    file->pack = self->pack;
    file->offset = self->pack_end;
    write_all(self->pack_file, self->sealed, file->size + TAG);
    self->pack_end += file->size + TAG;
    if (self->pack_end - self->written_back > PIECE) {
        /* Starts the disk early, so that the fdatasync at the end has less to wait for. */
        sync_file_range(self->pack_file, self->written_back, self->pack_end - self->written_back,
                        SYNC_FILE_RANGE_WRITE);
        self->written_back = self->pack_end;
    }
}

static void import_one(struct worker *self, struct file *file)
{
    int source = openat(place, file->path, O_RDONLY | O_NOFOLLOW), length;
    if (source < 0) die("%s", file->path);
    make_room(self, file->size);
    read_all(source, self->plain, file->size, -1);
    close(source);
    EVP_Digest(self->plain, file->size, file->hash, 0, sha, 0);
    if (first_with(file) != file) {
        file->copy = 1;
        return;
    }
    RAND_bytes(file->nonce, NONCE);
    EVP_EncryptInit_ex(self->cipher, gcm, 0, key, file->nonce);
    EVP_EncryptUpdate(self->cipher, self->sealed, &length, self->plain, file->size);
    EVP_EncryptFinal_ex(self->cipher, self->sealed + length, &length);
    EVP_CIPHER_CTX_ctrl(self->cipher, EVP_CTRL_AEAD_GET_TAG, TAG, self->sealed + file->size);
    append(self, file);
}

/* Opens an object into `plain`; 0 when it is damaged. */
static int open_one(struct worker *self, struct file *file)
{
    int pack = __atomic_load_n(&pack_files[file->pack], __ATOMIC_RELAXED) - 1, length;
    if (pack < 0) {
        char name[32];
        snprintf(name, sizeof name, "%08x", file->pack);
        pack = openat(store, name, O_RDONLY);
        if (pack < 0) die("pack %s", name);
        __atomic_store_n(&pack_files[file->pack], pack + 1, __ATOMIC_RELAXED);
    }
    make_room(self, file->size);
    read_all(pack, self->sealed, file->size + TAG, file->offset);
    EVP_DecryptInit_ex(self->cipher, gcm, 0, key, file->nonce);
    EVP_DecryptUpdate(self->cipher, self->plain, &length, self->sealed, file->size);
    EVP_CIPHER_CTX_ctrl(self->cipher, EVP_CTRL_AEAD_SET_TAG, TAG, self->sealed + file->size);
    return EVP_DecryptFinal_ex(self->cipher, self->plain + length, &length) > 0;
}

static void verify_one(struct worker *self, struct file *file)
{
    if (open_one(self, file)) return;
    fprintf(stderr, "damaged: %s\n", file->path);
    __atomic_fetch_add(&failures, 1, __ATOMIC_RELAXED);
}

static void export_one(struct worker *self, struct file *file)
{
    if (!open_one(self, file)) {
        fprintf(stderr, "damaged: %s\n", file->path);
        __atomic_fetch_add(&failures, 1, __ATOMIC_RELAXED);
        return;
    }
    int target = openat(place, file->path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0644);
    if (target < 0) {
        for (char *slash = file->path; (slash = strchr(slash, '/')); slash++) {
            char *folder = strndup(file->path, slash - file->path);
            mkdirat(place, folder, 0755);
            free(folder);
        }
        target = openat(place, file->path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0644);
        if (target < 0) die("%s", file->path);
    }
    write_all(target, self->plain, file->size);
    struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, {file->seconds, file->nanoseconds}};
    if (futimens(target, times) || close(target)) die("%s", file->path);
}

static void (*work)(struct worker *, struct file *);

static void *run(void *argument)
{
    struct worker *self = argument;
    self->cipher = need(EVP_CIPHER_CTX_new());
    self->pack_file = -1;
    for (size_t i; (i = __atomic_fetch_add(&next_task, 1, __ATOMIC_RELAXED)) < task_count;)
        work(self, tasks[i]);
    finish_pack(self);
    return 0;
}

static void on_all_threads(void (*what)(struct worker *, struct file *))
{
    const char *wish = getenv("FLOOR_THREADS");
    long count = wish ? atol(wish) : sysconf(_SC_NPROCESSORS_ONLN);
    struct worker *workers = need(calloc(count, sizeof *workers));
    work = what;
    for (long i = 0; i < count; i++) pthread_create(&workers[i].thread, 0, run, &workers[i]);
    for (long i = 0; i < count; i++) pthread_join(workers[i].thread, 0);
}

/* ---- the three verbs ---- */

static int import(struct list *known)
{
    struct list found = {0}, kept = {0};
    find_files(&found, openat(place, ".", O_RDONLY | O_DIRECTORY), "");
    qsort(found.files, found.count, sizeof *found.files, by_path);
    tasks = need(malloc((found.count + 1) * sizeof *tasks));
    room_for_hashes(known->count + found.count);
    for (size_t i = 0; i < known->count; i++) {
        first_with(&known->files[i]);
        if (known->files[i].pack >= next_pack) next_pack = known->files[i].pack + 1;
    }
    for (size_t i = 0, j = 0; i < found.count; i++) {
        struct file *file = &found.files[i];
        while (j < known->count && by_path(&known->files[j], file) < 0) j++;
        struct file *old = j < known->count && !by_path(&known->files[j], file) ? &known->files[j] : 0;
        if (old && old->size == file->size && old->seconds == file->seconds &&
            old->nanoseconds == file->nanoseconds)
            *file = *old;
        else
            tasks[task_count++] = file;
    }
    if (task_count) {
        on_all_threads(import_one);
        for (size_t i = 0; i < task_count; i++) {
            struct file *first = tasks[i]->copy ? first_with(tasks[i]) : tasks[i];
            tasks[i]->pack = first->pack;
            tasks[i]->offset = first->offset;
            memcpy(tasks[i]->nonce, first->nonce, NONCE);
        }
        kept = found;
        save(&kept);
    }
    fprintf(stderr, "%zu files, %zu of them new\n", found.count, task_count);
    return 0;
}

int main(int count, char **words)
{
    const char *verb = count > 1 ? words[1] : "";
    int importing = !strcmp(verb, "import") && count == 4, exporting = !strcmp(verb, "export") && count == 4;
    if (!importing && !exporting && !(!strcmp(verb, "verify") && count == 3)) {
        fprintf(stderr, "floor import SOURCE STORE | verify STORE | export STORE TARGET\n");
        return 2;
    }
    gcm = need(EVP_CIPHER_fetch(0, "AES-256-GCM", 0));
    sha = need(EVP_MD_fetch(0, "SHA256", 0));
    const char *store_path = words[importing ? 3 : 2];
    if (importing) mkdir(store_path, 0700);
    store = open(store_path, O_RDONLY | O_DIRECTORY);
    if (store < 0) die("%s", store_path);
    if (exporting) mkdir(words[3], 0755);
    if (count == 4) {
        place = open(words[importing ? 2 : 3], O_RDONLY | O_DIRECTORY);
        if (place < 0) die("%s", words[importing ? 2 : 3]);
    }
    struct list known = {0};
    load(&known);
    if (importing) return import(&known);

    tasks = need(malloc((known.count + 1) * sizeof *tasks));
    for (size_t i = 0; i < known.count; i++)
        if (exporting || !known.files[i].copy) tasks[task_count++] = &known.files[i];
    qsort(tasks, task_count, sizeof *tasks, by_place);
    on_all_threads(exporting ? export_one : verify_one);
    fprintf(stderr, "%zu files, %zu damaged\n", task_count, failures);
    return failures > 0;
}
