/* The search: from a text to the places where forms match. */
#ifndef BUCKETSIEVE_SEARCH_H
#define BUCKETSIEVE_SEARCH_H

#include "hits.h"
#include "plan.h"
#include "text.h"

typedef struct {
    Numbers starts;  /* pairs: form, place */
    Numbers anchors; /* pairs: form, place of its anchor, for forms that are not compared as a whole */
    Numbers words;   /* fours: form, word, its start and end, for the forms of `starts` and near them */
} Found;

/* Search `text`. Words are looked for from `low` to `high`, and count if they end behind `header_end`. The answer may hold
 * a pair or a four twice. False if there is no memory; free what was found in any case. */
bool search(const Plan *plan, const Text *text, size_t low, size_t high, size_t header_end, Found *found);

void found_free(Found *found);

#endif
