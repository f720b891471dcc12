/* Heads: four bytes of text by which words, hooks and names are told from most of what they are not. */
#ifndef BUCKETSIEVE_HEADS_H
#define BUCKETSIEVE_HEADS_H

#include <stdint.h>
#include <string.h>

#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define little_endian(number) __builtin_bswap32(number)
#else
#define little_endian(number) (number)
#endif

/* Four bytes with bit 5 set, which makes letters small ones. */
static inline uint32_t head_at(const uint8_t *bytes) {
    uint32_t head;
    memcpy(&head, bytes, sizeof head);
    return little_endian(head) | 0x20202020;
}

static inline uint32_t hash_of(uint32_t head) { return head * 0x9E3779B1u; }

/* Whether both bits of a hash are set in its row. */
static inline uint32_t is_in(const uint32_t *rows, uint32_t hash, int row_bits) {
    uint32_t row = rows[hash >> (32 - row_bits)];
    return row >> (hash >> (27 - row_bits)) % 32 & row >> (hash >> (22 - row_bits)) % 32 & 1;
}

#if defined(__x86_64__) && !defined(PORTABLE)
#include <immintrin.h>

#define WIDE __attribute__((target("avx2,bmi,popcnt")))

/* The same for eight hashes, in the lowest bit of each. */
WIDE static inline __m256i is_in_8(const uint32_t *rows, __m256i hash, int row_bits) {
    const __m256i five = _mm256_set1_epi32(31);
    __m256i row = _mm256_i32gather_epi32((const int *)rows, _mm256_srli_epi32(hash, 32 - row_bits), 4);
    __m256i first = _mm256_and_si256(_mm256_srli_epi32(hash, 27 - row_bits), five);
    __m256i second = _mm256_and_si256(_mm256_srli_epi32(hash, 22 - row_bits), five);
    return _mm256_and_si256(_mm256_srlv_epi32(row, first), _mm256_srlv_epi32(row, second));
}
#endif

#endif
