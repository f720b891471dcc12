/* From matches to candidates: context words and the plan's rulings decide, and what they cannot is left to Python. */
#ifndef BUCKETSIEVE_SETTLE_H
#define BUCKETSIEVE_SETTLE_H

#include "candidates.h"
#include "search.h"

typedef struct {
    Numbers starts; /* threes: form, place, 1 + the number of the word that speaks of it, or 0 */
    Numbers
        words; /* fours: form, word, its start and end, near those of `starts` without such, and all of unknown forms */
} Asked;

/* Decide on the matches that were found in `text`, which begins at offset `base` of the whole text. `resume` has for
 * each form where its last candidate ended, in the whole text, and is brought up to date. False: no memory. */
bool settle(const Plan *plan, const Text *text, const Table *table, const Found *found, int64_t base, int64_t *resume,
            Candidates *candidates, Asked *asked);

#endif
