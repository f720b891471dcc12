/* Context words: where a word of the catalogue stands by itself. And hooks: matches that begin, or have a part that
 * begins, as a word does. */
#ifndef BUCKETSIEVE_WORDS_H
#define BUCKETSIEVE_WORDS_H

#include "classify.h"
#include "hits.h"
#include "plan.h"

/* Eight bytes at which nothing begins, whatever follows them, by their hash. Texts repeat their words. */
enum { NOTHING_BITS = 11 };
typedef struct {
    uint64_t bytes[1 << NOTHING_BITS];
} Nothing;

/* What begins where a word may: context words, matches, and anchors, which are pairs (form, place): a match starts in
 * front of the place. Each in the order of the text. */
typedef struct {
    WordHits *words;
    Matches *matches;
    Numbers *anchors;
    Nothing *nothing;
} Begun;

/* Add the words and the hooks that begin where `bitmaps` are for and end in front of `high`. False: no memory. */
bool find_words(const Plan *plan, const Text *text, const Bitmaps *bitmaps, size_t high, const Begun *begun);

#endif
