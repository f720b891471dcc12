/* Eight bits at a time are looked up. How many of them are set is nothing to branch on: a processor would often guess
 * it wrong. */
#include "places.h"

#include <string.h>

#include "bytes.h"
#include "loads.h"
#include "plan.h"
#include "processor.h"

typedef uint16_t Eight __attribute__((vector_size(16)));

/* The numbers of the bits of a byte, from the lowest one on, one in each byte of the answer. */
#define WITH(byte, bit, behind) \
    ((uint64_t)(behind) << 8 * ((byte) >> (bit) & 1) | ((byte) >> (bit) & 1) * (uint64_t)(bit))
#define BITS_OF(byte) \
    WITH(byte, 0, WITH(byte, 1, WITH(byte, 2, WITH(byte, 3, \
    WITH(byte, 4, WITH(byte, 5, WITH(byte, 6, WITH(byte, 7, 0))))))))
#define NTH(byte, nth) (BITS_OF(byte) >> 8 * (nth) & 0xff)
#define NUMBERS(byte) \
    {NTH(byte, 0), NTH(byte, 1), NTH(byte, 2), NTH(byte, 3), NTH(byte, 4), NTH(byte, 5), NTH(byte, 6), NTH(byte, 7)}

static const Eight numbers[256] = {EACH_BYTE(NUMBERS)};

/* The bits are turned by so many that the next eight, with the others cleared, tell where their row begins. */
enum { ROW_BITS = 4, EIGHT_BITS = 0xff << ROW_BITS };
_Static_assert(sizeof(Eight) == 1 << ROW_BITS, "a row of the numbers takes 16 bytes");

#ifdef COUNTS_BITS
static inline size_t count_of(uint32_t row) { return (size_t)__builtin_popcount(row); }
#else
#define COUNT(byte) (((byte) & 1) + ((byte) >> 1 & 1) + ((byte) >> 2 & 1) + ((byte) >> 3 & 1) + \
                     ((byte) >> 4 & 1) + ((byte) >> 5 & 1) + ((byte) >> 6 & 1) + ((byte) >> 7 & 1))
static const uint8_t counts[256] = {EACH_BYTE(COUNT)};
static inline size_t count_of(uint32_t row) { return counts[row >> ROW_BITS]; }
#endif

WIDER static size_t list_by_eights(const uint64_t *words, size_t count, uint16_t places[STRETCH_PLACES]) {
    uint16_t *next = places;
    Eight base = {0};
    for (size_t word = 0; word < count; word++)
        for (uint64_t bits = words[word] << ROW_BITS | words[word] >> (64 - ROW_BITS), left = 8; left > 0;
             left--, bits = bits >> 8 | bits << 56, base += 8) {
            Eight found = *(const Eight *)((const uint8_t *)numbers + (bits & EIGHT_BITS)) + base;
            memcpy(next, &found, sizeof found);
            next += count_of(bits & EIGHT_BITS);
        }
    return (size_t)(next - places);
}

#ifdef AVX512
/* Places that a vector holds; more are seldom in 64 bytes. */
enum { HALF = 32 };

/* The same for processors that can pick bytes out of 64. */
__attribute__((target("avx512f,avx512bw,avx512vbmi2,popcnt"))) static size_t list_by_words(
    const uint64_t *words, size_t count, uint16_t places[STRETCH_PLACES]) {
    static const uint8_t numbers_of_bytes[64] = {
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
        16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31,
        32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47,
        48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63,
    };
    const __m512i all = _mm512_loadu_si512(numbers_of_bytes);
    uint16_t *next = places;
    for (size_t word = 0; word < count; word++) {
        const __m512i base = _mm512_set1_epi16((short)(64 * word));
        const __m512i found = _mm512_maskz_compress_epi8(words[word], all);
        size_t many = (size_t)__builtin_popcountll(words[word]);
        _mm512_storeu_si512(next, _mm512_add_epi16(_mm512_cvtepu8_epi16(_mm512_castsi512_si256(found)), base));
        if (many > HALF)
            _mm512_storeu_si512(next + HALF,
                                _mm512_add_epi16(_mm512_cvtepu8_epi16(_mm512_extracti64x4_epi64(found, 1)), base));
        next += many;
    }
    return (size_t)(next - places);
}
#endif

size_t list_places(const uint64_t *words, size_t count, uint16_t places[STRETCH_PLACES]) {
#ifdef AVX512
    if (has_vbmi2())
        return list_by_words(words, count, places);
#endif
    return list_by_eights(words, count, places);
}

/* Bits of a head that tell its row. The others, the first byte's, tell the bit there: a shift takes the last five bits of
 * a number as they are. */
enum { ROW_OF_HEAD = 0x1f1f1f00 };
_Static_assert(HEAD_BITS == 15, "five bits of each of three bytes");

WIDER static size_t keep_by_shifts(const uint32_t *restrict rows, const uint8_t *bytes, uint16_t *places,
                                   size_t count) {
    size_t kept = 0;
    UNROLLED
    for (size_t number = 0; number < count; number++) {
        uint16_t place = places[number];
        places[kept] = place;
        uint32_t head = four_at(bytes + place);
        uint32_t row = rows[(head >> 8 & 0x1f) | (head >> 11 & 0x1f << 5) | (head >> 14 & 0x1f << 10)];
        kept += row >> head % 32 & 1;
    }
    return kept;
}

#ifdef X86
/* The same for processors that pick bits out of a number in one fast instruction; of 64 bits, so that the answer is
 * part of an address as it is. */
__attribute__((target("bmi2"))) static size_t keep_by_picking(const uint32_t *restrict rows, const uint8_t *bytes,
                                                              uint16_t *places, size_t count) {
    size_t kept = 0;
    UNROLLED
    for (size_t number = 0; number < count; number++) {
        size_t place = places[number];
        places[kept] = (uint16_t)place;
        uint64_t head = four_at(bytes + place);
        kept += rows[_pext_u64(head, ROW_OF_HEAD)] >> head % 32 & 1;
    }
    return kept;
}
#endif

size_t keep_heads(const uint32_t *rows, const uint8_t *bytes, uint16_t *places, size_t count) {
#ifdef X86
    if (picks_bits())
        return keep_by_picking(rows, bytes, places, count);
#endif
    return keep_by_shifts(rows, bytes, places, count);
}
