#include "sha256.h"

#include <string.h>

#include "processor.h"
#include "text.h"

enum { ROUNDS = 64, LENGTH_BYTES = 8 };

/* The first 32 bits of the fractions of the square roots of the first primes, and of their cube roots. */
const uint32_t sha256_begin[SHA256_WORDS] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                             0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
static const uint32_t constants[ROUNDS] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static inline uint32_t turned(uint32_t word, int bits) { return word >> bits | word << (32 - bits); }

static inline uint32_t big_endian(const uint8_t *bytes) {
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static inline void put_big_endian(uint8_t *bytes, uint32_t word) {
    for (int byte = 0; byte < 4; byte++)
        bytes[byte] = (uint8_t)(word >> (24 - 8 * byte));
}

#ifdef X86
/* The instructions take four words of each vector, and of the state a, b, e, f and c, d, g, h, the first one highest. */
__attribute__((target("sha,sse4.1"))) static void hash_with_instructions(uint32_t state[SHA256_WORDS],
                                                                         const uint8_t block[SHA256_BLOCK]) {
    enum { AT_ONCE = 4, VECTORS = SHA256_BLOCK / 16 };
    const __m128i big_endian_words = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
    __m128i badc = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)state), 0xB1);
    __m128i hgfe = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)(state + 4)), 0x1B);
    __m128i abef = _mm_alignr_epi8(badc, hgfe, 8), cdgh = _mm_blend_epi16(hgfe, badc, 0xF0);
    const __m128i abef_before = abef, cdgh_before = cdgh;
    __m128i w[VECTORS];
    for (int vector = 0; vector < VECTORS; vector++)
        w[vector] = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)block + vector), big_endian_words);
    UNROLLED_16
    for (int t = 0; t < ROUNDS / AT_ONCE; t++) {
        __m128i words = _mm_add_epi32(w[t % VECTORS], _mm_loadu_si128((const __m128i *)(constants + t * AT_ONCE)));
        cdgh = _mm_sha256rnds2_epu32(cdgh, abef, words);
        abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(words, 0x0E));
        /* The words of four rounds later take the place of these. */
        __m128i last = w[(t + 3) % VECTORS], seven_before = _mm_alignr_epi8(last, w[(t + 2) % VECTORS], 4);
        __m128i sum = _mm_add_epi32(_mm_sha256msg1_epu32(w[t % VECTORS], w[(t + 1) % VECTORS]), seven_before);
        w[t % VECTORS] = _mm_sha256msg2_epu32(sum, last);
    }
    abef = _mm_add_epi32(abef, abef_before);
    cdgh = _mm_add_epi32(cdgh, cdgh_before);
    __m128i feba = _mm_shuffle_epi32(abef, 0x1B), dchg = _mm_shuffle_epi32(cdgh, 0xB1);
    _mm_storeu_si128((__m128i *)state, _mm_blend_epi16(feba, dchg, 0xF0));
    _mm_storeu_si128((__m128i *)(state + 4), _mm_alignr_epi8(dchg, feba, 8));
}
#endif

/* The names are those of FIPS 180-4. */
static void hash_block(uint32_t state[SHA256_WORDS], const uint8_t block[SHA256_BLOCK]) {
    uint32_t w[ROUNDS];
    for (int t = 0; t < 16; t++)
        w[t] = big_endian(block + 4 * t);
    for (int t = 16; t < ROUNDS; t++) {
        uint32_t sigma0 = turned(w[t - 15], 7) ^ turned(w[t - 15], 18) ^ w[t - 15] >> 3;
        uint32_t sigma1 = turned(w[t - 2], 17) ^ turned(w[t - 2], 19) ^ w[t - 2] >> 10;
        w[t] = sigma1 + w[t - 7] + sigma0 + w[t - 16];
    }
    uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
    uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
    UNROLLED_16
    for (int t = 0; t < ROUNDS; t++) {
        uint32_t sum1 = turned(e, 6) ^ turned(e, 11) ^ turned(e, 25), choice = (e & f) ^ (~e & g);
        uint32_t sum0 = turned(a, 2) ^ turned(a, 13) ^ turned(a, 22), majority = (a & b) ^ (a & c) ^ (b & c);
        uint32_t first = h + sum1 + choice + constants[t] + w[t];
        h = g;
        g = f;
        f = e;
        e = d + first;
        d = c;
        c = b;
        b = a;
        a = first + sum0 + majority;
    }
    const uint32_t added[SHA256_WORDS] = {a, b, c, d, e, f, g, h};
    for (int word = 0; word < SHA256_WORDS; word++)
        state[word] += added[word];
}

void sha256_block(uint32_t state[SHA256_WORDS], const uint8_t block[SHA256_BLOCK]) {
#ifdef X86
    if (hashes()) {
        hash_with_instructions(state, block);
        return;
    }
#endif
    hash_block(state, block);
}

void sha256_add(Hash *hash, const uint8_t *bytes, size_t size) {
    while (size > 0) {
        size_t filled = hash->size % SHA256_BLOCK, part = size < SHA256_BLOCK - filled ? size : SHA256_BLOCK - filled;
        memcpy(hash->rest + filled, bytes, part);
        hash->size += part;
        bytes += part;
        size -= part;
        if (filled + part == SHA256_BLOCK)
            sha256_block(hash->state, hash->rest);
    }
}

/* Behind it come a one, zeros, and how many bits there were, up to the end of a block. */
void sha256_finish(Hash *hash, uint8_t digest[SHA256_SIZE]) {
    static const uint8_t padding[SHA256_BLOCK] = {0x80};
    uint64_t bits = hash->size * 8;
    size_t filled = hash->size % SHA256_BLOCK, last = SHA256_BLOCK - LENGTH_BYTES;
    sha256_add(hash, padding, (filled < last ? last : last + SHA256_BLOCK) - filled);
    uint8_t length[LENGTH_BYTES];
    put_big_endian(length, (uint32_t)(bits >> 32));
    put_big_endian(length + 4, (uint32_t)bits);
    sha256_add(hash, length, sizeof length);
    for (int word = 0; word < SHA256_WORDS; word++)
        put_big_endian(digest + 4 * word, hash->state[word]);
}

void sha256(const uint8_t *bytes, size_t size, uint8_t digest[SHA256_SIZE]) {
    Hash hash = {.size = 0};
    memcpy(hash.state, sha256_begin, sizeof hash.state);
    sha256_add(&hash, bytes, size);
    sha256_finish(&hash, digest);
}
