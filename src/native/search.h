/* The search: from a text to the places where forms match. */
#ifndef BUCKETSIEVE_SEARCH_H
#define BUCKETSIEVE_SEARCH_H

#include "cells.h"
#include "hits.h"
#include "plan.h"
#include "text.h"

/* To begin with, zeros. What a search found is forgotten by the next one, which uses the room again. */
typedef struct {
    Matches matches; /* perhaps repeated, in any order */
    WordHits words;  /* in the order of their starts */
    Cells cells;
} Found;

/* Where to search `text`: words are looked for from `low` to `high`, and count if they end behind `header_end`; rows of
 * the `table`, if there is one, from `first_row` on, as far as `limit`. `anchors` are those that another search has
 * found: pairs (form, place) in the order of the places, the match starting in front of the place. */
typedef struct {
    size_t low, high, header_end;
    const uint32_t *anchors;
    size_t anchor_count;
    const Table *table;
    size_t first_row, limit;
} Reach;

/* False if there is no memory; free what was found in any case. */
bool search(const Plan *plan, const Text *text, const Reach *reach, Found *found);

void found_free(Found *found);

#endif
