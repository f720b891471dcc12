/* Eight bits at a time are looked up. How many of them are set is nothing to branch on: a processor would often guess
 * it wrong. */
#include "places.h"

#include <string.h>

#include "bytes.h"
#include "heads.h"

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

WIDER size_t list_places(const uint64_t *words, size_t count, uint16_t places[STRETCH_PLACES]) {
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

WIDER size_t keep_heads(const uint32_t *restrict rows, int row_bits, const uint8_t *bytes, uint16_t *places,
                        size_t count) {
    size_t kept = 0;
    UNROLLED
    for (size_t number = 0; number < count; number++) {
        uint16_t place = places[number];
        places[kept] = place;
        uint32_t head = head_at(bytes + place);
        kept += rows[hash_of_three(head) >> (32 - row_bits)] >> (head >> 24) % 32 & 1;
    }
    return kept;
}
