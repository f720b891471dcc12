/* What was found: arrays that grow. */
#ifndef BUCKETSIEVE_HITS_H
#define BUCKETSIEVE_HITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* None that starts here or earlier ends behind `reach`; known once all are found. */
typedef struct {
    uint32_t start, end, word, reach;
} WordHit;

typedef struct {
    WordHit *items;
    size_t count, room;
} WordHits;

typedef struct {
    uint32_t *items;
    size_t count, room;
} Numbers;

/* The form's expression matches from `start` to `end`; behind that, the form's first panel is in `state`. */
typedef struct {
    uint32_t form, start, end, state;
} Match;

typedef struct {
    Match *items;
    size_t count, room;
} Matches;

/* Each of these is false if there is no memory; the array stays as it was. */
bool add_word(WordHits *hits, WordHit hit);
bool add_match(Matches *matches, Match match);
bool add_numbers(Numbers *numbers, const uint32_t *items, size_t count);
bool room_for(Numbers *numbers, size_t count);

/* Let `*items` have room for `wanted` items of `size` bytes; `*room` says for how many it has. */
bool make_room(void **items, size_t *room, size_t wanted, size_t size);

#endif
