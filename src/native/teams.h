/* Teams: forms that wait for context words, compared with a place together. */
#ifndef BUCKETSIEVE_TEAMS_H
#define BUCKETSIEVE_TEAMS_H

#include "cells.h"
#include "classify.h"
#include "hits.h"
#include "plan.h"
#include "text.h"

/* Where forms are compared, and where what matches goes. */
typedef struct {
    const Plan *plan;
    const Text *text;
    const Bitmaps *bitmaps;
    Matches *matches;
} Ground;

/* Add the matches, near each word, of the forms that wait for it, and perhaps of others; `low` to `high` was
 * classified. False: no memory. */
bool compare_near_words(const Ground *ground, const WordHits *hits, size_t low, size_t high);

/* Likewise in the cells of each column, of the forms it is named for. */
bool compare_cells(const Ground *ground, const Table *table, const Cells *cells);

#endif
