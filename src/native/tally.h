/* Values that ask for nothing but to be counted: those that Python has as many places of as it keeps, and all new ones of
 * a detector of which it keeps no more. */
#ifndef BUCKETSIEVE_TALLY_H
#define BUCKETSIEVE_TALLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FILTER_BITS = 8 };

typedef struct {
    uint64_t hash;
    uint64_t count; /* since it is known here */
    size_t key;     /* offset in the keys */
    uint32_t size;
    uint32_t detector;
    uint32_t rank; /* the best confidence so far */
    bool wanted;   /* Python has not all places of it that it keeps */
} Known;

typedef struct {
    Known *values; /* in the order in which they became known */
    size_t count, room;
    uint32_t *slots; /* 0, or 1 + the number of a value */
    size_t slot_count; /* a power of two */
    uint64_t *filter;  /* FILTER_BITS a slot: one is set for each value, so that most others are seen not to be known */
    uint8_t *keys;
    size_t key_size, key_room;
    uint64_t *counts; /* by detector */
    bool *closed;
    uint32_t detectors;
    uint64_t seed;
} Tally;

/* False: no memory; free it in any case. The seed keeps others from choosing values that collide. */
bool tally_make(Tally *tally, uint32_t detectors, uint64_t seed);
void tally_free(Tally *tally);

/* From now on the value, in its normal form, is counted here, unless its confidence is better than `rank`; while it is
 * `wanted`, it is not. The answer is its number; SIZE_MAX: no memory. */
size_t tally_know(Tally *tally, uint32_t detector, const uint8_t *key, size_t size, uint32_t rank, bool wanted);

/* Whether the value was counted; if not, Python has to look at it. */
bool tally_count(Tally *tally, uint32_t detector, const uint8_t *key, size_t size, uint32_t rank);

#endif
