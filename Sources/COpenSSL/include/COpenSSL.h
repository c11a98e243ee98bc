// What VaultCrypto takes from OpenSSL's libcrypto: SHA-256, HKDF, PBKDF2, and AES-256-GCM over chunks.
//
// OpenSSL's own headers stay in COpenSSL.c: they are full of macros that Swift cannot read, and
// the room above needs nothing but these functions.

#ifndef COPENSSL_H
#define COPENSSL_H

#include <stddef.h>
#include <stdint.h>

/// What a function that can fail returns.
enum lt_result {
    lt_done = 0,
    /// A tag or a commitment does not match.
    lt_refused = -1,
    /// libcrypto could not go on: in practice, no memory.
    lt_failed = -2,
};

/// Fills `length` bytes at `data` with zeros, in a way that no compiler removes.
void lt_wipe(void *_Nonnull data, size_t length);

// SHA-256

typedef struct lt_sha256 lt_sha256;

/// A hash of nothing so far, or NULL when there is no memory.
lt_sha256 *_Nullable lt_sha256_new(void);
void lt_sha256_free(lt_sha256 *_Nonnull hash);
int lt_sha256_reset(lt_sha256 *_Nonnull hash);
void lt_sha256_copy(lt_sha256 *_Nonnull to, const lt_sha256 *_Nonnull from);
int lt_sha256_update(lt_sha256 *_Nonnull hash, const void *_Nullable data, size_t length);
/// Takes `first_data` into `first` and `second_data` into `second`, of any lengths. As far as both
/// go they are hashed at once, if `paired` and the processor has the instructions for it.
int lt_sha256_update_two(lt_sha256 *_Nonnull first, const void *_Nullable first_data,
                         size_t first_length, lt_sha256 *_Nonnull second,
                         const void *_Nullable second_data, size_t second_length, int paired);
/// Whether the processor has the instructions for two at once.
int lt_sha256_can_pair(void);
/// Writes 32 bytes; the hash must be reset before it is used again.
int lt_sha256_final(lt_sha256 *_Nonnull hash, uint8_t *_Nonnull digest);

// HKDF (RFC 5869)

int lt_hkdf_sha256(uint8_t *_Nonnull out, size_t out_length, const void *_Nullable ikm,
                   size_t ikm_length, const void *_Nullable salt, size_t salt_length,
                   const void *_Nullable info, size_t info_length);
/// HKDF-Expand alone: up to 16,320 bytes from a pseudorandom key of up to 128 bytes.
int lt_hkdf_expand_sha512(uint8_t *_Nonnull out, size_t out_length, const void *_Nonnull prk,
                          size_t prk_length, const void *_Nullable info, size_t info_length);

// PBKDF2 (RFC 8018)

/// With HMAC-SHA-256. Lengths and rounds fit an int; there is one round at least.
int lt_pbkdf2_sha256(uint8_t *_Nonnull out, size_t out_length, const void *_Nonnull password,
                     size_t password_length, const uint8_t *_Nonnull salt, size_t salt_length,
                     int rounds);

// Objects: C2SP chunked-encryption v1 with AEAD_AES_256_GCM and HKDF-Expand-SHA-512

enum {
    lt_key_length = 32,
    lt_salt_length = 24,
    lt_commitment_length = 32,
    lt_header_length = lt_salt_length + lt_commitment_length,
    lt_chunk_length = 16384,
    lt_tag_length = 16,
    lt_sealed_chunk_length = lt_chunk_length + lt_tag_length,
};

/// One object's derived key and base nonce, and what is reused from object to object.
typedef struct lt_object lt_object;

lt_object *_Nullable lt_object_new(void);
/// Wipes and frees.
void lt_object_free(lt_object *_Nonnull object);
/// Wipes the derived key and nonce; the object can begin again.
void lt_object_wipe(lt_object *_Nonnull object);

/// Derives the keys for a new object. `header` holds the salt already and receives the commitment.
int lt_object_begin_sealing(lt_object *_Nonnull object, const uint8_t *_Nonnull key,
                            const void *_Nullable context, size_t context_length,
                            uint8_t *_Nonnull header);
/// Derives the keys and compares the commitment, in constant time; when it does not match, nothing
/// is kept and the result is `lt_refused`.
int lt_object_begin_opening(lt_object *_Nonnull object, const uint8_t *_Nonnull key,
                            const void *_Nullable context, size_t context_length,
                            const uint8_t *_Nonnull header);

/// Seals `length` bytes as chunks counted from `first`. With `is_last` the remainder, which may be
/// empty, becomes the final short chunk; without it `length` is a multiple of the chunk length.
/// The buffers must not overlap.
int lt_object_seal(lt_object *_Nonnull object, uint64_t first, const uint8_t *_Nullable plaintext,
                   size_t length, uint8_t *_Nonnull sealed, int is_last);
/// Opens `length` bytes of whole sealed chunks counted from `first`. With `is_last` the last of
/// them is the object's final one and short; without it none is. `plaintext` may be `sealed`.
/// When a chunk is refused, its number is written to `failed` (if given), and everything that this
/// call wrote is wiped.
int lt_object_open(lt_object *_Nonnull object, uint64_t first, const uint8_t *_Nonnull sealed,
                   size_t length, uint8_t *_Nullable plaintext, int is_last,
                   uint64_t *_Nullable failed);

#endif
