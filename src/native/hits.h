/* What was found: arrays that grow. */
#ifndef BUCKETSIEVE_HITS_H
#define BUCKETSIEVE_HITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "text.h"

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
 * `applying` do, of the first panel. `holds_untried`: there may be matches that start behind its start and in front of
 * its end, which are not among the others. `in_cell`: it starts in a cell that is named for the form. `also`: the other
 * form that the reader tells of matches as well, and of it these rulings apply; `also_in_cell`: the cell is named for
 * that, and the other match need not be among these. */
typedef struct {
    uint16_t form;
    bool holds_untried;
    bool in_cell : 1, also_in_cell : 1;
    uint32_t start, end, applying, also;
} Match;

/* The form matches, and where that ends only its regular expression can tell. */
enum { SOMEWHERE = UINT32_MAX };

enum { LOOSE_FORMS = 16, MARKS = 64 };

/* A form's loose automaton, read from earlier places: its states at marks from `from` to `end`, and at the end. Where
 * it comes to the same state at a mark again, it need not read the rest again. */
typedef struct {
    uint32_t form, from, end, at_end;
    uint32_t at_marks[MARKS];
} Loose;

/* Of a form, the places inside of the match that was added last, from its second byte on, and that match's number. */
typedef struct {
    uint32_t from, until, number;
} Inside;

/* Where the numbers of matches that tell of another form are kept: by their starts, in so many slots for as many bytes
 * each; the last one of a slot stays. */
enum { ALSO_SLOTS = 1 << 16, ALSO_BYTES = 8 };

/* Those of a plan's forms in a text. `inside` is by form, `loose` of one of the forms with the same remainder, `also`
 * by `also_slot`, or NULL. */
typedef struct {
    Match *items;
    size_t count, room;
    const struct Plan *plan;
    const Text *text;
    Inside *inside;
    Loose loose[LOOSE_FORMS];
    uint32_t *also;
} Matches;

static inline size_t also_slot(size_t start) { return start / ALSO_BYTES % ALSO_SLOTS; }

/* Let `*items` have room for `wanted` items of `size` bytes; `*room` says for how many it has. */
bool make_room(void **items, size_t *room, size_t wanted, size_t size);

/* Each of these is false if there is no memory; the array stays as it was. */
bool more_words(WordHits *hits);
bool more_matches(Matches *matches);
bool room_for(Numbers *numbers, size_t count);
bool add_numbers(Numbers *numbers, const uint32_t *items, size_t count);

static inline bool add_pair(Numbers *numbers, uint32_t one, uint32_t other) {
    if (numbers->count + 2 > numbers->room && !room_for(numbers, 2))
        return false;
    numbers->items[numbers->count] = one;
    numbers->items[numbers->count + 1] = other;
    numbers->count += 2;
    return true;
}

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

#endif
