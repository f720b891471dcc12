#include "candidates.h"

#include <stdlib.h>
#include <string.h>

#include "hits.h"
#include "order.h"

bool more_candidates(Candidates *candidates) {
    void *items = candidates->items;
    bool ok = make_room(&items, &candidates->room, candidates->count + 1, sizeof(Candidate));
    candidates->items = items;
    return ok;
}

#define COMPARE(left, right) (((left) > (right)) - ((left) < (right)))

static inline int by_place(const void *one, const void *other) {
    const Candidate *left = one, *right = other;
    if (left->start != right->start)
        return COMPARE(left->start, right->start);
    int order = COMPARE(left->end, right->end);
    order = order ? order : COMPARE(left->detector, right->detector);
    return order ? order : COMPARE(left->form, right->form);
}

int candidate_order(const Candidate *one, const Candidate *other) { return by_place(one, other); }

bool sort_candidates(Candidates *candidates) {
    if (!candidates->mixed)
        return true;
    candidates->mixed = false;
    return merge_runs(candidates->items + candidates->open, candidates->count - candidates->open, sizeof(Candidate),
                      by_place);
}

static int best_first(const void *one, const void *other) {
    return by_worth(*(const Candidate *const *)one, *(const Candidate *const *)other);
}

/* The one behind the other, by their worth, for as long as they overlap none before; `kept` has room for all. */
static size_t choose(const Candidate **sorted, size_t count) {
    size_t kept = 0;
    for (size_t place = 0; place < count; place++) {
        const Candidate *each = sorted[place];
        size_t low = 0, high = kept;
        while (low < high) {
            size_t middle = low + (high - low) / 2;
            if (sorted[middle]->start < each->start)
                low = middle + 1;
            else
                high = middle;
        }
        bool free_before = low == 0 || sorted[low - 1]->end <= each->start;
        if (!free_before || (low < kept && each->end > sorted[low]->start))
            continue;
        memmove(sorted + low + 1, sorted + low, (kept - low) * sizeof *sorted);
        sorted[low] = each;
        kept++;
    }
    return kept;
}

bool winners(const Candidates *candidates, const Group *group, uint32_t *won, size_t *count) {
    size_t all = group->to - group->from;
    const Candidate **sorted = malloc(all * sizeof *sorted);
    if (sorted == NULL)
        return false;
    for (size_t place = 0; place < all; place++)
        sorted[place] = &candidates->items[group->from + place];
    qsort(sorted, all, sizeof *sorted, best_first);
    *count = choose(sorted, all);
    for (size_t place = 0; place < *count; place++)
        won[place] = (uint32_t)(sorted[place] - candidates->items);
    free(sorted);
    return true;
}

size_t candidate_from(const Candidates *candidates, int64_t place) {
    size_t low = candidates->first, high = candidates->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (candidates->items[middle].start < place)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void forget_candidates(Candidates *candidates, int64_t oldest) {
    size_t from = candidate_from(candidates, oldest);
    candidates->first = from < candidates->open ? from : candidates->open;
    /* Moved together once half of the array is of no use. */
    if (candidates->first == 0 || candidates->first * 2 < candidates->count)
        return;
    size_t kept = candidates->count - candidates->first;
    memmove(candidates->items, candidates->items + candidates->first, kept * sizeof *candidates->items);
    candidates->open -= candidates->first;
    candidates->first = 0;
    candidates->count = kept;
}
