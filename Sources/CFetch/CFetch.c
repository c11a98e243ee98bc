#define CURL_DISABLE_TYPECHECK
#include "CFetch.h"

#include <curl/curl.h>
#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

// The functions of the library, each under its own name.
static struct {
    int is_loaded;
    __typeof__(curl_global_init) *global_init;
    __typeof__(curl_easy_init) *easy_init;
    __typeof__(curl_easy_cleanup) *easy_cleanup;
    __typeof__(curl_easy_reset) *easy_reset;
    __typeof__(curl_easy_setopt) *easy_setopt;
    __typeof__(curl_easy_perform) *easy_perform;
    __typeof__(curl_easy_getinfo) *easy_getinfo;
    __typeof__(curl_slist_append) *slist_append;
    __typeof__(curl_slist_free_all) *slist_free_all;
} curl;

static void load(void) {
    void *library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) library = dlopen("libcurl-gnutls.so.4", RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) return;
#define FIND(name) \
    if ((*(void **)&curl.name = dlsym(library, "curl_" #name)) == NULL) return
    FIND(global_init);
    FIND(easy_init);
    FIND(easy_cleanup);
    FIND(easy_reset);
    FIND(easy_setopt);
    FIND(easy_perform);
    FIND(easy_getinfo);
    FIND(slist_append);
    FIND(slist_free_all);
#undef FIND
    curl.is_loaded = curl.global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
}

static pthread_once_t loaded = PTHREAD_ONCE_INIT;

struct lt_fetch {
    CURL *handle;
    char *ca_file;
};

lt_fetch *lt_fetch_new(const char *ca_file, int *result) {
    pthread_once(&loaded, load);
    *result = curl.is_loaded ? lt_fetch_no_memory : lt_fetch_no_library;
    if (!curl.is_loaded) return NULL;
    lt_fetch *fetch = calloc(1, sizeof *fetch);
    if (fetch == NULL) return NULL;
    fetch->handle = curl.easy_init();
    fetch->ca_file = ca_file == NULL ? NULL : strdup(ca_file);
    if (fetch->handle == NULL || (ca_file != NULL && fetch->ca_file == NULL)) {
        lt_fetch_free(fetch);
        return NULL;
    }
    *result = lt_fetch_done;
    return fetch;
}

void lt_fetch_free(lt_fetch *fetch) {
    if (fetch->handle != NULL) curl.easy_cleanup(fetch->handle);
    free(fetch->ca_file);
    free(fetch);
}

struct answer {
    uint8_t *buffer;
    size_t capacity, length;
};

static size_t take(char *data, size_t size, size_t count, void *context) {
    struct answer *answer = context;
    size_t length = size * count;
    if (length > answer->capacity - answer->length) return 0;  // Ends the transfer.
    memcpy(answer->buffer + answer->length, data, length);
    answer->length += length;
    return length;
}

static int result_of(CURLcode code) {
    switch (code) {
        case CURLE_OK: return lt_fetch_done;
        case CURLE_OUT_OF_MEMORY: return lt_fetch_no_memory;
        case CURLE_OPERATION_TIMEDOUT: return lt_fetch_timeout;
        case CURLE_WRITE_ERROR: return lt_fetch_too_long;
        case CURLE_PEER_FAILED_VERIFICATION: return lt_fetch_certificate;
        case CURLE_SSL_CACERT_BADFILE: return lt_fetch_ca_file;
        default: return lt_fetch_connection;
    }
}

int lt_fetch_run(lt_fetch *fetch, const char *url, const uint8_t *body, size_t body_length,
                 const char *header, const char *range, long milliseconds, uint8_t *buffer,
                 size_t capacity, size_t *length, long *status) {
    CURL *handle = fetch->handle;
    struct answer answer = {buffer, capacity, 0};
    struct curl_slist *headers = NULL, *more;
    const char *const wanted[] = {
        // Without it, libcurl waits for leave before it sends a body.
        "Expect:",
        body == NULL ? NULL : "Content-Type: application/json",
        header,
    };
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        if (wanted[i] == NULL) continue;
        more = curl.slist_append(headers, wanted[i]);
        if (more == NULL) {
            curl.slist_free_all(headers);
            return lt_fetch_no_memory;
        }
        headers = more;
    }
    curl.easy_reset(handle);  // The connection stays.
    int failed = 0;
#define SET(option, value) failed |= curl.easy_setopt(handle, option, value) != CURLE_OK
    SET(CURLOPT_URL, url);
    SET(CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
    SET(CURLOPT_FOLLOWLOCATION, 0L);
    SET(CURLOPT_NOSIGNAL, 1L);
    SET(CURLOPT_USERAGENT, "lighttight");
    SET(CURLOPT_CONNECTTIMEOUT_MS, milliseconds < 15000L ? milliseconds : 15000L);
    SET(CURLOPT_TIMEOUT_MS, milliseconds);
    SET(CURLOPT_HTTPHEADER, headers);
    SET(CURLOPT_WRITEFUNCTION, take);
    SET(CURLOPT_WRITEDATA, &answer);
    if (fetch->ca_file != NULL) {
        SET(CURLOPT_CAINFO, fetch->ca_file);
        SET(CURLOPT_CAPATH, NULL);
    }
    if (range != NULL) SET(CURLOPT_RANGE, range);
    if (body != NULL) {
        SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body_length);
        SET(CURLOPT_POSTFIELDS, body);
    }
#undef SET
    int result = failed ? lt_fetch_no_memory : result_of(curl.easy_perform(handle));
    *length = answer.length;
    *status = 0;
    if (result == lt_fetch_done) curl.easy_getinfo(handle, CURLINFO_RESPONSE_CODE, status);
    curl.slist_free_all(headers);
    return result;
}
