#include "sieve.h"

#include <stdlib.h>

/* The rank of values nobody is sure of. A published test value has it too, but surely is one. */
enum { WEAK = 0 };

bool sieve_make(Sieve *sieve, const Plan *plan, bool drop_tests, Limits limits, uint64_t seed) {
    uint32_t forms = plan->header->shape_count, detectors = 0;
    for (uint32_t form = 0; form < forms; form++)
        if (plan->shapes[form].detector >= detectors)
            detectors = plan->shapes[form].detector + 1;
    *sieve = (Sieve){.plan = plan, .drop_tests = drop_tests};
    sieve->resume = calloc(forms + 1, sizeof *sieve->resume);
    sieve->cursor = (Cursor){.written = {.unit = 1, .multi_byte = true}, .line = 1, .column = 1};
    return values_make(&sieve->values, detectors, limits.values, limits.places, seed) && sieve->resume != NULL;
}

void sieve_free(Sieve *sieve) {
    table_free(&sieve->table);
    free(sieve->resume);
    found_free(&sieve->found);
    free(sieve->candidates.items);
    free(sieve->won.items);
    values_free(&sieve->values);
}

bool sieve_set_table(Sieve *sieve, uint8_t delimiter, uint32_t columns, const Named *named, uint32_t count) {
    Table table;
    bool ok = table_make(&table, sieve->plan, delimiter, columns, named, count);
    if (ok) {
        Table old = sieve->table;
        sieve->table = table;
        table = old;
    }
    table_free(&table);
    return ok;
}

bool sieve_search(Sieve *sieve, const Text *text, int64_t base, const Reach *reach, Asked *asked) {
    Reach with_table = *reach;
    with_table.table = sieve->table.named_count ? &sieve->table : NULL;
    return search(sieve->plan, text, &with_table, &sieve->found) &&
           settle(sieve->plan, text, with_table.table, &sieve->found, base, sieve->resume, &sieve->candidates, asked);
}

bool is_test(const Candidate *candidate) { return rank_of(candidate) == WEAK && surety_of(candidate) > WEAK; }

static inline bool is_kept(const Sieve *sieve, const Candidate *winner) {
    return !sieve->drop_tests || !is_test(winner);
}

/* Add the winners of a group that has several; there is room. False: no memory. */
SELDOM static bool add_winners(Sieve *sieve, const Group *group) {
    uint32_t *each = sieve->won.items + sieve->won.count;
    size_t count;
    if (!winners(&sieve->candidates, group, each, &count))
        return false;
    for (const uint32_t *end = each + count; each < end; each++)
        if (is_kept(sieve, &sieve->candidates.items[*each]))
            sieve->won.items[sieve->won.count++] = *each;
    return true;
}

bool sieve_settle(Sieve *sieve, const Settling *settling) {
    Candidates *candidates = &sieve->candidates;
    Numbers *won = &sieve->won;
    bool ok = sort_candidates(candidates) && room_for(won, candidates->count - candidates->open);
    while (ok && candidates->open < candidates->count) {
        Group group = group_at(candidates, candidates->open);
        if (!(settling->final || candidates->items[group.from].start < settling->too_old ||
              group.reach < settling->closed))
            break;
        candidates->open = group.to;
        won->items[won->count] = (uint32_t)group.best;
        if (leaves_none(candidates, &group))
            won->count += is_kept(sieve, &candidates->items[group.best]);
        else
            ok = add_winners(sieve, &group);
    }
    return ok;
}
