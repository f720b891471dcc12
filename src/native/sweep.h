/* The sweep over a text: what its bytes show, in front of any comparison. */
#ifndef BUCKETSIEVE_SWEEP_H
#define BUCKETSIEVE_SWEEP_H

#include "classify.h"
#include "hits.h"
#include "plan.h"

/* Matches in any order, the rest by places. Anchors are pairs (form, place): a match starts in front of the place. They
 * are those of programs, of hooks, and of names. */
typedef struct {
    Matches *matches;
    WordHits *words;
    Numbers anchors, hooked, named;
    Bitmaps bitmaps; /* for all that was swept; of digits, capitals, small letters, marks, and FREE alone */
    uint64_t *memory;
} Swept;

/* Sweep `text->bytes[low]` up to `high`. False: no memory; free it in any case. */
bool sweep(const Plan *plan, const Text *text, size_t low, size_t high, Swept *swept);
void swept_free(Swept *swept);

#endif
