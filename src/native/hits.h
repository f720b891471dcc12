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

/* The form's expression matches from `start` to `end`, or to one of these; if its reader tells it, the rulings that are
 * `applying` do, of the first panel. */
typedef struct {
    uint32_t form, start, end, applying;
} Match;

/* The form matches, and where that ends only its regular expression can tell; or perhaps it does: that is not looked at
 * yet. */
enum { SOMEWHERE = UINT32_MAX, UNTRIED = UINT32_MAX - 1 };

enum { LOOSE_FORMS = 16, MARKS = 32 };

/* A form's loose automaton, read from earlier places: its states at marks from `from` to `end`, and at the end. Where
 * it comes to the same state at a mark again, it need not read the rest again. */
typedef struct {
    uint32_t form, from, end, at_end;
    uint32_t at_marks[MARKS];
} Loose;

/* `ends` has, by form, the farthest end of a match so far; `loose` is of one of the forms with the same remainder. */
typedef struct {
    Match *items;
    size_t count, room;
    uint32_t *ends;
    Loose loose[LOOSE_FORMS];
} Matches;

/* Let `*items` have room for `wanted` items of `size` bytes; `*room` says for how many it has. */
bool make_room(void **items, size_t *room, size_t wanted, size_t size);

/* Each of these is false if there is no memory; the array stays as it was. */
bool more_words(WordHits *hits);
bool more_matches(Matches *matches);
bool room_for(Numbers *numbers, size_t count);
bool add_numbers(Numbers *numbers, const uint32_t *items, size_t count);

/* Written where it stays: what is put together elsewhere has to be waited for. */
static inline bool add_word(WordHits *hits, size_t start, size_t end, uint32_t word) {
    if (hits->count == hits->room && !more_words(hits))
        return false;
    WordHit *hit = &hits->items[hits->count++];
    hit->start = (uint32_t)start;
    hit->end = (uint32_t)end;
    hit->word = word;
    return true;
}

static inline bool add_match(Matches *matches, Match match) {
    if (matches->count == matches->room && !more_matches(matches))
        return false;
    matches->items[matches->count++] = match;
    return true;
}

#endif
