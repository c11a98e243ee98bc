#include "SHA256Pair.h"

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>

int lt_sha256_pair_is_available(void) {
    unsigned a = 0, b = 0, c = 0, d = 0;
    // SSSE3 and SSE4.1, then SHA. They use no registers that a system could fail to keep.
    if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_SSSE3) || !(c & bit_SSE4_1)) return 0;
    return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & bit_SHA) != 0;
}

// FIPS 180-4 §4.2.2
static const uint32_t constants[64] __attribute__((aligned(16))) = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

// The instructions want the eight words A…H as the two vectors ABEF and CDGH, A and C highest.
typedef struct {
    __m128i abef, cdgh;
} state;

#define WITH_SHA __attribute__((target("sha,sse4.1,ssse3")))
#define INLINE_WITH_SHA WITH_SHA __attribute__((always_inline)) static inline

INLINE_WITH_SHA state load(const uint32_t words[8]) {
    __m128i badc = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)words), 0xB1);
    __m128i efgh = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)(words + 4)), 0x1B);
    return (state){_mm_alignr_epi8(badc, efgh, 8), _mm_blend_epi16(efgh, badc, 0xF0)};
}

INLINE_WITH_SHA void store(uint32_t words[8], state state) {
    __m128i feba = _mm_shuffle_epi32(state.abef, 0x1B);
    __m128i dchg = _mm_shuffle_epi32(state.cdgh, 0xB1);
    _mm_storeu_si128((__m128i *)words, _mm_blend_epi16(feba, dchg, 0xF0));
    _mm_storeu_si128((__m128i *)(words + 4), _mm_alignr_epi8(dchg, feba, 8));
}

INLINE_WITH_SHA __m128i message(const uint8_t *bytes) {
    const __m128i big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0bLL, 0x0405060700010203LL);
    return _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)bytes), big_endian);
}

// Words 4·i to 4·i + 3 of the message schedule, from the sixteen before them; in `w[i & 3]`.
INLINE_WITH_SHA __m128i schedule(const __m128i w[4], int i) {
    __m128i sum = _mm_add_epi32(_mm_sha256msg1_epu32(w[i & 3], w[(i + 1) & 3]),
                                _mm_alignr_epi8(w[(i + 3) & 3], w[(i + 2) & 3], 4));
    return _mm_sha256msg2_epu32(sum, w[(i + 3) & 3]);
}

WITH_SHA void lt_sha256_pair_compress(uint32_t first[8], const uint8_t *first_blocks,
                                      uint32_t second[8], const uint8_t *second_blocks,
                                      size_t count) {
    state x = load(first), y = load(second);
    for (; count > 0; count--) {
        const state x_before = x, y_before = y;
        __m128i v[4], w[4];
        // Unrolled, so that the arrays are registers.
#pragma clang loop unroll(full)
        for (int i = 0; i < 16; i++) {
            if (i < 4) {
                v[i] = message(first_blocks + 16 * i);
                w[i] = message(second_blocks + 16 * i);
            } else {
                v[i & 3] = schedule(v, i);
                w[i & 3] = schedule(w, i);
            }
            const __m128i k = _mm_load_si128((const __m128i *)(constants + 4 * i));
            const __m128i s = _mm_add_epi32(v[i & 3], k), t = _mm_add_epi32(w[i & 3], k);
            // Each instruction waits for the one before it in its own stream only: while one is
            // under way, the processor does the other stream's.
            x.cdgh = _mm_sha256rnds2_epu32(x.cdgh, x.abef, s);
            y.cdgh = _mm_sha256rnds2_epu32(y.cdgh, y.abef, t);
            x.abef = _mm_sha256rnds2_epu32(x.abef, x.cdgh, _mm_shuffle_epi32(s, 0x0E));
            y.abef = _mm_sha256rnds2_epu32(y.abef, y.cdgh, _mm_shuffle_epi32(t, 0x0E));
        }
        x.abef = _mm_add_epi32(x.abef, x_before.abef);
        x.cdgh = _mm_add_epi32(x.cdgh, x_before.cdgh);
        y.abef = _mm_add_epi32(y.abef, y_before.abef);
        y.cdgh = _mm_add_epi32(y.cdgh, y_before.cdgh);
        first_blocks += 64;
        second_blocks += 64;
    }
    store(first, x);
    store(second, y);
}

#else

int lt_sha256_pair_is_available(void) { return 0; }

void lt_sha256_pair_compress(uint32_t first[8], const uint8_t *first_blocks, uint32_t second[8],
                             const uint8_t *second_blocks, size_t count) {
    (void)first, (void)first_blocks, (void)second, (void)second_blocks, (void)count;
    __builtin_trap();  // Asked for though it is not available.
}

#endif
