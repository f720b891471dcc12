/* Whether a context word speaks of a value: `keywords.speaks_before` and `names`, with the same regular expressions. */
#ifndef BUCKETSIEVE_CONTEXT_H
#define BUCKETSIEVE_CONTEXT_H

#include "hits.h"
#include "plan.h"
#include "text.h"

/* The first of `hits`, which are in the order of their starts, that starts at `place` or later. */
size_t first_from(const WordHits *hits, size_t place);

/* Whether a word may speak of a match of form number `form` that starts at `place`. True also for every word that ends behind
 * that, for only the regular expression tells where the value begins and ends. */
bool spoken_of(const Plan *plan, const Text *text, uint32_t form, size_t place, const WordHits *hits);

/* 1 + the number of the nearest word that speaks of a match of the form from `start` to `end`, those in front of it first;
 * 0 if none does. */
uint32_t nearest_word(const Plan *plan, const Text *text, uint32_t form, size_t start, size_t end, const WordHits *hits);

/* The form's entry in the list of those that wait for the word, or NULL. */
const WordForm *waits_for(const Plan *plan, uint32_t form, uint32_t word);

#endif
