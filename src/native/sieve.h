/* One object on its way through the native lane: its candidates, and what is kept of those that win. */
#ifndef BUCKETSIEVE_SIEVE_H
#define BUCKETSIEVE_SIEVE_H

#include "candidates.h"
#include "cursor.h"
#include "search.h"
#include "settle.h"
#include "values.h"

typedef struct {
    const Plan *plan;
    bool drop_tests; /* published test values are no findings */
    Table table;     /* of no columns, if there is none */
    int64_t *resume; /* by form: where its last candidate ended */
    Found found;     /* in the text that was searched last */
    Candidates candidates;
    Numbers won; /* of the candidates: those that are settled and not recorded yet */
    Cursor cursor;
    Values values;
} Sieve;

/* How much is kept: values of a detector, places of a value. */
typedef struct {
    uint32_t values, places;
} Limits;

/* False: no memory; free it in any case. */
bool sieve_make(Sieve *sieve, const Plan *plan, bool drop_tests, Limits limits, uint64_t seed);
void sieve_free(Sieve *sieve);

/* The columns of the text that a header names; `named` is by form, then by column. */
bool sieve_set_table(Sieve *sieve, uint8_t delimiter, uint32_t columns, const Named *named, uint32_t count);

/* Search the text, which begins at offset `base`, and keep the candidates on which the plan decides. */
bool sieve_search(Sieve *sieve, const Text *text, int64_t base, const Reach *reach, Asked *asked);

/* Groups of candidates that end in front of `closed` or begin in front of `too_old` are settled. */
typedef struct {
    int64_t closed, too_old;
    bool final; /* so are all others */
} Settling;

/* Settle groups, and add their winners to `won`. False: no memory. */
bool sieve_settle(Sieve *sieve, const Settling *settling);

/* Whether the value is a published one, and nobody's secret. */
bool is_test(const Candidate *candidate);

#endif
