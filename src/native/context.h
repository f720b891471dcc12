/* Whether a context word speaks of a value: `keywords.speaks_before` and `names`, with the same regular expressions. */
#ifndef BUCKETSIEVE_CONTEXT_H
#define BUCKETSIEVE_CONTEXT_H

#include "hits.h"
#include "plan.h"
#include "text.h"

/* The first of `hits`, which are in the order of their starts, that starts at `place` or later. */
size_t first_from(const WordHits *hits, size_t place);

/* Whether one of the words `from` up to `to` may speak of a match of form number `form` that starts at `place`. True also
 * for every word behind it, for only the regular expression tells where the match ends. */
bool spoken_of(const Plan *plan, const Text *text, uint32_t form, size_t place, const WordHits *hits, size_t from,
               size_t to);

/* The form's entry in the list of those that wait for the word, or NULL. */
const WordForm *waits_for(const Plan *plan, uint32_t form, uint32_t word);

#endif
