/* Context words: where a word of the catalogue stands by itself. */
#ifndef BUCKETSIEVE_WORDS_H
#define BUCKETSIEVE_WORDS_H

#include "classify.h"
#include "hits.h"
#include "plan.h"

/* Add the words that stand in `low` to `high`, which was classified, in the order of their starts. False: no memory. */
bool find_words(const Plan *plan, const Text *text, const Bitmaps *bitmaps, size_t low, size_t high, WordHits *hits);

#endif
