/* Candidates: places that are values, unless another candidate that overlaps them is surer. */
#ifndef BUCKETSIEVE_CANDIDATES_H
#define BUCKETSIEVE_CANDIDATES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Who decided on a candidate: a ruling of the plan, or Python. */
enum { FROM_PYTHON = UINT32_MAX };

/* `start` and `end` are offsets in the whole text. As `Candidate` in `bucketsieve.detect.candidate`. */
typedef struct {
    int64_t start, end;
    uint32_t detector;
    uint32_t form;
    uint32_t ruling; /* its number in the plan, or FROM_PYTHON */
    uint32_t detail; /* of a ruling: 0, or 1 + the number of the context word; else the candidate's number in Python */
    int32_t priority;
    uint16_t keyword; /* characters of the context word */
    uint8_t surety;   /* for the order of candidates that overlap: of a test value as of what is validated */
    uint8_t rank;     /* the confidence's */
} Candidate;

/* In the order of the text. `items[first]` to `items[open - 1]` are settled, the rest may still be overlapped by what is
 * added. */
typedef struct {
    Candidate *items;
    size_t first, open, count, room;
} Candidates;

/* False: no memory. */
bool more_candidates(Candidates *candidates);

/* Likewise. */
static inline bool add_candidate(Candidates *candidates, const Candidate *candidate) {
    if (candidates->count == candidates->room && !more_candidates(candidates))
        return false;
    candidates->items[candidates->count++] = *candidate;
    return true;
}

/* Bring what was added since the last time into the order of the text. False: no memory. */
bool sort_candidates(Candidates *candidates);

/* The end of the group of overlapping candidates that begins at `from`; `reach` is the end of its last byte. */
size_t cluster_end(const Candidates *candidates, size_t from, int64_t *reach);

/* Put the winners of a group, items[from] to items[to - 1], into `won`, which has room for all, in the order of the text; the answer
 * is their number. As `winners` in `bucketsieve.detect.resolve`. */
size_t winners(const Candidates *candidates, size_t from, size_t to, const Candidate **won);

/* Forget the settled ones that start before `oldest`. */
void forget_candidates(Candidates *candidates, int64_t oldest);

/* The first that starts at `place` or later. */
size_t candidate_from(const Candidates *candidates, int64_t place);

#endif
