/* The values of an object that are kept: each once, with its best judgement, its first places and its count, up to a
 * cap for each detector; and how often each detector was met, beyond the cap as well. */
#ifndef BUCKETSIEVE_VALUES_H
#define BUCKETSIEVE_VALUES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FILTER_BITS = 16 };

typedef struct {
    uint64_t hash;
    uint32_t sketch; /* see sketch.h */
    uint64_t count;
    size_t text;                             /* offset in the texts: its normal form, its mask, the line around it */
    uint32_t key_size, mask_size, line_size; /* of these */
    uint32_t detector;
    uint32_t form, ruling, detail; /* the surest judgement, as in `Candidate` */
    uint32_t place_count;
    uint8_t rank; /* that judgement's */
    bool is_test; /* by the first judgement */
} Value;

/* In the object: bytes, line and column. */
typedef struct {
    int64_t start, end, line, column;
    size_t value;
} Place;

/* How the value was written that was met last of a detector, if it is that short; `value`: 1 + its number, or 0. */
enum { LONGEST_REPEATED = 26 };
typedef struct {
    uint32_t value;
    uint8_t normalise, size;
    uint8_t bytes[LONGEST_REPEATED];
} Repeated;

typedef struct {
    Value *items; /* in the order of their first places */
    size_t count, room;
    Place *places; /* in the order of the text */
    size_t place_count, place_room;
    uint8_t *texts;
    size_t text_size, text_room;
    uint32_t *slots;   /* 0, or 1 + the number of a value */
    size_t slot_count; /* a power of two */
    uint64_t *filter;  /* FILTER_BITS a slot: one is set for the sketch of each value */
    uint64_t *counts;  /* by detector: how often it was met, */
    uint32_t *kept;    /* how many values of it are kept, */
    Repeated *last;    /* and the one that was met last: many stand in a text again and again */
    uint32_t detectors;
    uint32_t most_values, most_places; /* of a detector; of a value */
    bool over_limit;                   /* there were values that are not kept */
    uint64_t seed;
} Values;

/* False: no memory; free it in any case. The seed keeps others from choosing values that collide. */
bool values_make(Values *values, uint32_t detectors, uint32_t most_values, uint32_t most_places, uint64_t seed);
void values_free(Values *values);

uint64_t hash_of(const Values *values, uint32_t detector, const uint8_t *key, size_t size);

/* Whether as many values of a detector are kept as may be. */
static inline bool is_full(const Values *values, uint32_t detector) {
    return values->kept[detector] >= values->most_values;
}

/* Whether a value with this sketch may be kept. */
static inline bool may_know(const Values *values, uint32_t sketch) {
    size_t bit = sketch & (values->slot_count * FILTER_BITS - 1);
    return values->filter[bit / 64] >> bit % 64 & 1;
}

/* The value with this normal form, which has this hash; NULL if it is not kept. */
Value *find_value(const Values *values, uint64_t hash, uint32_t detector, const uint8_t *key, size_t size);

/* Room for so many bytes behind the texts; NULL: no memory. */
uint8_t *room_for_text(Values *values, size_t size);

/* Keep a value, of which no text is kept yet. NULL: no memory. */
Value *add_value(Values *values, const Value *value);

/* False: no memory. */
bool add_place(Values *values, const Place *place);

#endif
