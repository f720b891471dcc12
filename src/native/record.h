/* From winners to what is reported of them: values, masks, lines, places and counts. */
#ifndef BUCKETSIEVE_RECORD_H
#define BUCKETSIEVE_RECORD_H

#include "line.h"
#include "sieve.h"

/* The text in which winners stand, from offset `base` of the whole text on. What follows `limit` is not examined yet,
 * and shown to nobody; a candidate that touches the line around a winner starts at most `ahead` bytes in front of the
 * line. */
typedef struct {
    Text text;
    int64_t base;
    size_t limit;
    int64_t ahead;
} Excerpt;

/* A value that C cannot spell, as Python has it: its normal form and its mask. */
typedef struct {
    Span key, mask;
} Spelling;

/* What else there is to be done about a winner: nothing, or to ask Python for how its value is spelt, and be called
 * again; or for the line around it, and set that. */
typedef enum { RECORDED, ASK_SPELLING, ASK_LINE, NO_MEMORY } Recording;

/* Count a winner, and keep what is to be reported of it. The `spelling` is NULL unless it was asked for. */
Recording record(Sieve *sieve, const Excerpt *excerpt, const Candidate *winner, const Spelling *spelling);

/* Of the value that was kept last, the line around it. False: no memory. */
bool set_line(Values *values, Span line);

/* The bytes of a candidate, as far as they are in the text. */
Span span_of(const Excerpt *excerpt, const Candidate *candidate);

#endif
