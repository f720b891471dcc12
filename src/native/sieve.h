/* One object on its way through the native lane: its candidates, and what of them only has to be counted. */
#ifndef BUCKETSIEVE_SIEVE_H
#define BUCKETSIEVE_SIEVE_H

#include "candidates.h"
#include "search.h"
#include "settle.h"
#include "tally.h"

typedef struct {
    const Plan *plan;
    bool drop_tests; /* published test values are no findings */
    Table table;     /* of no columns, if there is none */
    int64_t *resume; /* by form: where its last candidate ended */
    Candidates candidates;
    Tally tally;
} Sieve;

/* False: no memory; free it in any case. */
bool sieve_make(Sieve *sieve, const Plan *plan, bool drop_tests, uint64_t seed);
void sieve_free(Sieve *sieve);

/* The columns of the text that a header names; `named` is by form, then by column. */
bool sieve_set_table(Sieve *sieve, uint8_t delimiter, uint32_t columns, const Named *named, uint32_t count);

/* Search the text, which begins at offset `base`, and keep the candidates on which the plan decides. */
bool sieve_search(Sieve *sieve, const Text *text, int64_t base, const Reach *reach, Asked *asked);

/* Groups of candidates that end in front of `closed` or begin in front of `too_old` are settled. */
typedef struct {
    int64_t closed, too_old;
    bool final;    /* so are all others */
    size_t enough; /* stop after so many winners */
} Settling;

/* Settle groups. Their winners are counted, or added to `won` for Python to look at. True in `more`: there are others to be
 * settled. False: no memory. */
bool sieve_winners(Sieve *sieve, const Text *text, int64_t base, const Settling *settling, Candidates *won, bool *more);

#endif
