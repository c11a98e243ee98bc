// For SHA256_CTX, see the section on SHA-256.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "COpenSSL.h"

#include "SHA256Pair.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/sha.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { nonce_length = 12 };

// Fetched once for the process: a fetch walks the providers and takes locks.
static EVP_MD *sha512;
static EVP_CIPHER *aes_256_gcm;
static EVP_KDF *hkdf;
static pthread_once_t fetched = PTHREAD_ONCE_INIT;

static void fetch(void) {
    sha512 = EVP_MD_fetch(NULL, "SHA512", NULL);
    aes_256_gcm = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
    hkdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
}

void lt_wipe(void *data, size_t length) { OPENSSL_cleanse(data, length); }

// SHA-256. OpenSSL 3 keeps the state of its EVP_MD_CTX to itself and calls the older SHA256_CTX
// deprecated, but only that one's state can be taken further by the pair of SHA256Pair.c. All else
// (buffering, padding, a stream alone, other processors) is libcrypto's. Design record 008.

struct lt_sha256 {
    SHA256_CTX state;
};

static int can_pair;
static pthread_once_t looked = PTHREAD_ONCE_INIT;

static void look(void) { can_pair = lt_sha256_pair_is_available(); }

lt_sha256 *lt_sha256_new(void) {
    lt_sha256 *hash = malloc(sizeof *hash);
    if (hash != NULL && SHA256_Init(&hash->state) != 1) {
        free(hash);
        return NULL;
    }
    return hash;
}

void lt_sha256_free(lt_sha256 *hash) {
    OPENSSL_cleanse(hash, sizeof *hash);  // It may hold the end of a picture.
    free(hash);
}

int lt_sha256_reset(lt_sha256 *hash) {
    return SHA256_Init(&hash->state) == 1 ? lt_done : lt_failed;
}

void lt_sha256_copy(lt_sha256 *to, const lt_sha256 *from) { *to = *from; }

int lt_sha256_update(lt_sha256 *hash, const void *data, size_t length) {
    return SHA256_Update(&hash->state, data, length) == 1 ? lt_done : lt_failed;
}

int lt_sha256_final(lt_sha256 *hash, uint8_t *digest) {
    return SHA256_Final(digest, &hash->state) == 1 ? lt_done : lt_failed;
}

int lt_sha256_can_pair(void) {
    pthread_once(&looked, look);
    return can_pair;
}

// Fills up the block begun, so that the state stands between two blocks; 0 when it cannot be.
static int reach_block(lt_sha256 *hash, const uint8_t **data, size_t *length) {
    size_t missing = (SHA256_CBLOCK - hash->state.num) % SHA256_CBLOCK;
    if (missing > *length) return 0;
    if (SHA256_Update(&hash->state, *data, missing) != 1) return 0;
    *data += missing;
    *length -= missing;
    return 1;
}

// Adds bytes to the message's length, which is kept in bits, in two halves of 64.
static void count_bytes(SHA256_CTX *state, size_t count) {
    uint64_t bits = ((uint64_t)state->Nh << 32 | state->Nl) + ((uint64_t)count << 3);
    state->Nl = (SHA_LONG)bits;
    state->Nh = (SHA_LONG)(bits >> 32);
}

int lt_sha256_update_two(lt_sha256 *first, const void *first_data, size_t first_length,
                         lt_sha256 *second, const void *second_data, size_t second_length,
                         int paired) {
    const uint8_t *a = first_data, *b = second_data;
    if (paired && lt_sha256_can_pair() && reach_block(first, &a, &first_length) &&
        reach_block(second, &b, &second_length)) {
        size_t count = (first_length < second_length ? first_length : second_length) /
                       SHA256_CBLOCK, length = count * SHA256_CBLOCK;
        lt_sha256_pair_compress(first->state.h, a, second->state.h, b, count);
        count_bytes(&first->state, length);
        count_bytes(&second->state, length);
        a += length;
        b += length;
        first_length -= length;
        second_length -= length;
    }
    int done = lt_sha256_update(first, a, first_length);
    return done == lt_done ? lt_sha256_update(second, b, second_length) : done;
}

// HKDF

int lt_hkdf_sha256(uint8_t *out, size_t out_length, const void *ikm, size_t ikm_length,
                   const void *salt, size_t salt_length, const void *info, size_t info_length) {
    // OpenSSL takes a NULL octet string for a missing one, so that an empty one needs an address.
    static const uint8_t nothing[1];
    pthread_once(&fetched, fetch);
    EVP_KDF_CTX *context = hkdf == NULL ? NULL : EVP_KDF_CTX_new(hkdf);
    if (context == NULL) return lt_failed;
    int mode = EVP_KDF_HKDF_MODE_EXTRACT_AND_EXPAND;
    OSSL_PARAM params[6], *next = params;
    *next++ = OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, (char *)"SHA256", 0);
    *next++ = OSSL_PARAM_construct_int(OSSL_KDF_PARAM_MODE, &mode);
    *next++ = OSSL_PARAM_construct_octet_string(
        OSSL_KDF_PARAM_KEY, (void *)(ikm_length > 0 ? ikm : nothing), ikm_length);
    if (salt_length > 0) {
        *next++ = OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT, (void *)salt, salt_length);
    }
    if (info_length > 0) {
        *next++ = OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, (void *)info, info_length);
    }
    *next = OSSL_PARAM_construct_end();
    int done = EVP_KDF_derive(context, out, out_length, params) == 1;
    EVP_KDF_CTX_free(context);  // Cleanses the key.
    return done ? lt_done : lt_failed;
}

// HKDF-Expand by hand: EVP_KDF fetches its digest and its HMAC by name for each derivation, which
// cost more than all hashing, and this one stands at the beginning of each object.

enum { sha512_length = 64, sha512_block_length = 128 };

struct hmac_sha512 {
    EVP_MD_CTX *hash;
    uint8_t inner[sha512_block_length], outer[sha512_block_length];
};

// The key's two blocks, RFC 2104; a key is no longer than a block here.
static int hmac_begin(struct hmac_sha512 *hmac, EVP_MD_CTX *hash, const uint8_t *key,
                      size_t key_length) {
    if (sha512 == NULL || key_length > sha512_block_length) return 0;
    hmac->hash = hash;
    memset(hmac->inner, 0x36, sizeof hmac->inner);
    memset(hmac->outer, 0x5c, sizeof hmac->outer);
    for (size_t i = 0; i < key_length; i++) {
        hmac->inner[i] ^= key[i];
        hmac->outer[i] ^= key[i];
    }
    return EVP_DigestInit_ex2(hash, sha512, NULL);
}

// Of the three parts one after the other. `tag` may be the first part.
static int hmac_make(struct hmac_sha512 *hmac, const uint8_t *first, size_t first_length,
                     const void *second, size_t second_length, uint8_t last, uint8_t *tag) {
    EVP_MD_CTX *hash = hmac->hash;
    return EVP_DigestInit_ex2(hash, NULL, NULL) == 1 &&
           EVP_DigestUpdate(hash, hmac->inner, sizeof hmac->inner) == 1 &&
           EVP_DigestUpdate(hash, first, first_length) == 1 &&
           EVP_DigestUpdate(hash, second, second_length) == 1 &&
           EVP_DigestUpdate(hash, &last, 1) == 1 && EVP_DigestFinal_ex(hash, tag, NULL) == 1 &&
           EVP_DigestInit_ex2(hash, NULL, NULL) == 1 &&
           EVP_DigestUpdate(hash, hmac->outer, sizeof hmac->outer) == 1 &&
           EVP_DigestUpdate(hash, tag, sha512_length) == 1 &&
           EVP_DigestFinal_ex(hash, tag, NULL) == 1;
}

// RFC 5869 §2.3. Leaves nothing of the key or of what it made behind, `hash` included.
static int expand(EVP_MD_CTX *hash, uint8_t *out, size_t out_length, const uint8_t *prk,
                  size_t prk_length, const void *info, size_t info_length) {
    struct hmac_sha512 hmac;
    uint8_t tag[sha512_length];
    size_t tag_length = 0;
    int done = out_length <= 255 * sha512_length && hmac_begin(&hmac, hash, prk, prk_length);
    for (uint8_t block = 1; done && out_length > 0; block++) {
        done = hmac_make(&hmac, tag, tag_length, info, info_length, block, tag);
        if (!done) break;
        tag_length = sizeof tag;
        size_t count = out_length < sizeof tag ? out_length : sizeof tag;
        memcpy(out, tag, count);
        out += count;
        out_length -= count;
    }
    EVP_MD_CTX_reset(hash);  // Cleanses its state before it frees it.
    OPENSSL_cleanse(&hmac, sizeof hmac);
    OPENSSL_cleanse(tag, sizeof tag);
    return done ? lt_done : lt_failed;
}

int lt_hkdf_expand_sha512(uint8_t *out, size_t out_length, const void *prk, size_t prk_length,
                          const void *info, size_t info_length) {
    pthread_once(&fetched, fetch);
    EVP_MD_CTX *hash = EVP_MD_CTX_new();
    if (hash == NULL) return lt_failed;
    int result = expand(hash, out, out_length, prk, prk_length, info, info_length);
    EVP_MD_CTX_free(hash);
    return result;
}

// PBKDF2

int lt_pbkdf2_sha256(uint8_t *out, size_t out_length, const void *password, size_t password_length,
                     const uint8_t *salt, size_t salt_length, int rounds) {
    return PKCS5_PBKDF2_HMAC(password, (int)password_length, salt, (int)salt_length, rounds,
                             EVP_sha256(), (int)out_length, out) == 1
               ? lt_done
               : lt_failed;
}

// Objects

struct lt_object {
    EVP_MD_CTX *hash;
    EVP_CIPHER_CTX *cipher;
    uint8_t *info;  // Kept from object to object, grown on need.
    size_t info_capacity;
    uint8_t base_nonce[nonce_length];
};

lt_object *lt_object_new(void) {
    pthread_once(&fetched, fetch);
    lt_object *object = calloc(1, sizeof *object);
    if (object == NULL) return NULL;
    if (sha512 != NULL && aes_256_gcm != NULL) {
        object->hash = EVP_MD_CTX_new();
        object->cipher = EVP_CIPHER_CTX_new();
    }
    if (object->hash == NULL || object->cipher == NULL) {
        lt_object_free(object);
        return NULL;
    }
    return object;
}

void lt_object_free(lt_object *object) {
    EVP_MD_CTX_free(object->hash);
    EVP_CIPHER_CTX_free(object->cipher);
    free(object->info);
    OPENSSL_cleanse(object, sizeof *object);
    free(object);
}

void lt_object_wipe(lt_object *object) {
    EVP_CIPHER_CTX_reset(object->cipher);  // Cleanses the key schedule before it frees it.
    OPENSSL_cleanse(object->base_nonce, sizeof object->base_nonce);
}

static const char label[] = "c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM";

struct derived {
    uint8_t key[lt_key_length];
    uint8_t base_nonce[nonce_length];
    uint8_t commitment[lt_commitment_length];
};
_Static_assert(sizeof(struct derived) == 76, "the three parts lie side by side");

// The key derivation of c2sp.org/chunked-encryption: label with its zero byte, salt, context.
static int derive_object(lt_object *object, const uint8_t *key, const void *context,
                         size_t context_length, const uint8_t *salt, struct derived *derived) {
    size_t length = sizeof label + lt_salt_length + context_length;
    if (length > object->info_capacity) {
        uint8_t *grown = realloc(object->info, length);
        if (grown == NULL) return lt_failed;
        object->info = grown;
        object->info_capacity = length;
    }
    memcpy(object->info, label, sizeof label);
    memcpy(object->info + sizeof label, salt, lt_salt_length);
    if (context_length > 0) {
        memcpy(object->info + sizeof label + lt_salt_length, context, context_length);
    }
    return expand(object->hash, (uint8_t *)derived, sizeof *derived, key, lt_key_length,
                  object->info, length);
}

static int keep(lt_object *object, const struct derived *derived, int sealing) {
    memcpy(object->base_nonce, derived->base_nonce, nonce_length);
    return EVP_CipherInit_ex2(object->cipher, aes_256_gcm, derived->key, NULL, sealing, NULL) == 1
               ? lt_done
               : lt_failed;
}

int lt_object_begin_sealing(lt_object *object, const uint8_t *key, const void *context,
                            size_t context_length, uint8_t *header) {
    struct derived derived;
    int result = derive_object(object, key, context, context_length, header, &derived);
    if (result == lt_done) result = keep(object, &derived, 1);
    if (result == lt_done) {
        memcpy(header + lt_salt_length, derived.commitment, lt_commitment_length);
    }
    OPENSSL_cleanse(&derived, sizeof derived);
    return result;
}

int lt_object_begin_opening(lt_object *object, const uint8_t *key, const void *context,
                            size_t context_length, const uint8_t *header) {
    struct derived derived;
    int result = derive_object(object, key, context, context_length, header, &derived);
    if (result == lt_done &&
        CRYPTO_memcmp(derived.commitment, header + lt_salt_length, lt_commitment_length) != 0) {
        result = lt_refused;
    }
    if (result == lt_done) result = keep(object, &derived, 0);
    OPENSSL_cleanse(&derived, sizeof derived);
    return result;
}

// The chunk's number as a big-endian integer as wide as the nonce, XORed into the base nonce.
static void make_nonce(const lt_object *object, uint64_t chunk, uint8_t nonce[nonce_length]) {
    memcpy(nonce, object->base_nonce, nonce_length);
    for (int i = 0; i < 8; i++) nonce[nonce_length - 1 - i] ^= (uint8_t)(chunk >> (8 * i));
}

static int seal_chunk(lt_object *object, uint64_t chunk, const uint8_t *plaintext, int length,
                      uint8_t *sealed) {
    uint8_t nonce[nonce_length];
    make_nonce(object, chunk, nonce);
    int written = 0, rest = 0;
    OSSL_PARAM tag[2] = {
        OSSL_PARAM_construct_octet_string(OSSL_CIPHER_PARAM_AEAD_TAG, sealed + length,
                                          lt_tag_length),
        OSSL_PARAM_construct_end(),
    };
    if (EVP_EncryptInit_ex2(object->cipher, NULL, NULL, nonce, NULL) != 1) return lt_failed;
    // With no bytes at all, EVP_EncryptUpdate would read a NULL output as associated data.
    if (length > 0 &&
        EVP_EncryptUpdate(object->cipher, sealed, &written, plaintext, length) != 1) {
        return lt_failed;
    }
    if (EVP_EncryptFinal_ex(object->cipher, sealed + written, &rest) != 1 ||
        EVP_CIPHER_CTX_get_params(object->cipher, tag) != 1) {
        return lt_failed;
    }
    return lt_done;
}

int lt_object_seal(lt_object *object, uint64_t first, const uint8_t *plaintext, size_t length,
                   uint8_t *sealed, int is_last) {
    uint64_t chunk = first;
    for (; length >= lt_chunk_length; length -= lt_chunk_length, chunk++) {
        int result = seal_chunk(object, chunk, plaintext, lt_chunk_length, sealed);
        if (result != lt_done) return result;
        plaintext += lt_chunk_length;
        sealed += lt_sealed_chunk_length;
    }
    return is_last ? seal_chunk(object, chunk, plaintext, (int)length, sealed) : lt_done;
}

static int open_chunk(lt_object *object, uint64_t chunk, const uint8_t *sealed, int length,
                      uint8_t *plaintext) {
    uint8_t nonce[nonce_length], spare[lt_tag_length];
    make_nonce(object, chunk, nonce);
    int written = 0, rest = 0;
    OSSL_PARAM tag[2] = {
        OSSL_PARAM_construct_octet_string(OSSL_CIPHER_PARAM_AEAD_TAG, (void *)(sealed + length),
                                          lt_tag_length),
        OSSL_PARAM_construct_end(),
    };
    if (EVP_DecryptInit_ex2(object->cipher, NULL, NULL, nonce, tag) != 1) return lt_failed;
    if (length > 0 &&
        EVP_DecryptUpdate(object->cipher, plaintext, &written, sealed, length) != 1) {
        return lt_failed;
    }
    return EVP_DecryptFinal_ex(object->cipher, spare, &rest) == 1 ? lt_done : lt_refused;
}

int lt_object_open(lt_object *object, uint64_t first, const uint8_t *sealed, size_t length,
                   uint8_t *plaintext, int is_last, uint64_t *failed) {
    uint8_t *const start = plaintext;
    const int in_place = plaintext == sealed;
    uint64_t chunk = first;
    int result = lt_done;
    while (length >= lt_sealed_chunk_length || (is_last && length >= lt_tag_length)) {
        size_t whole = length < lt_sealed_chunk_length ? length : lt_sealed_chunk_length;
        size_t count = whole - lt_tag_length;
        // libcrypto opens a buffer into itself or into a separate one, not into one 16 bytes off.
        uint8_t *to = in_place ? (uint8_t *)sealed : plaintext;
        result = open_chunk(object, chunk, sealed, (int)count, to);
        if (result != lt_done) {
            // In place, also the ends of earlier chunks that lie behind where they were moved to.
            if (in_place) {
                OPENSSL_cleanse(start, (size_t)(to + count - start));
            } else if (plaintext + count != start) {
                OPENSSL_cleanse(start, (size_t)(plaintext + count - start));
            }
            if (failed != NULL) *failed = chunk;
            break;
        }
        if (to != plaintext) memmove(plaintext, to, count);
        plaintext += count;
        sealed += whole;
        length -= whole;
        chunk++;
        if (whole < lt_sealed_chunk_length) break;
    }
    return result;
}
