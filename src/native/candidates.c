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

static int by_place(const void *one, const void *other) {
    const Candidate *left = one, *right = other;
    int order = COMPARE(left->start, right->start);
    order = order ? order : COMPARE(left->end, right->end);
    order = order ? order : COMPARE(left->detector, right->detector);
    return order ? order : COMPARE(left->form, right->form);
}

bool sort_candidates(Candidates *candidates) {
    return merge_runs(candidates->items + candidates->open, candidates->count - candidates->open, sizeof(Candidate), by_place);
}

size_t cluster_end(const Candidates *candidates, size_t from, int64_t *reach) {
    const Candidate *items = candidates->items;
    *reach = items[from].end;
    size_t to = from + 1;
    for (; to < candidates->count && items[to].start < *reach; to++)
        if (items[to].end > *reach)
            *reach = items[to].end;
    return to;
}

/* The best first. As `Candidate.order`. */
static int by_worth(const void *one, const void *other) {
    const Candidate *left = *(const Candidate *const *)one, *right = *(const Candidate *const *)other;
    int order = COMPARE(right->surety, left->surety);
    order = order ? order : COMPARE(right->priority, left->priority);
    order = order ? order : COMPARE(right->keyword, left->keyword);
    order = order ? order : COMPARE(right->end - right->start, left->end - left->start);
    order = order ? order : COMPARE(left->start, right->start);
    order = order ? order : COMPARE(left->detector, right->detector);
    return order ? order : COMPARE(left->form, right->form);
}

size_t winners(const Candidates *candidates, size_t from, size_t to, const Candidate **won) {
    size_t count = to - from, kept = 0;
    for (size_t place = 0; place < count; place++)
        won[place] = &candidates->items[from + place];
    if (count == 2 && by_worth(&won[0], &won[1]) > 0)
        won[0] = won[1];
    if (count <= 2)
        return count > 0; /* two that are in one group overlap */
    qsort(won, count, sizeof *won, by_worth);
    for (size_t place = 0; place < count; place++) {
        const Candidate *each = won[place];
        size_t low = 0, high = kept;
        while (low < high) {
            size_t middle = low + (high - low) / 2;
            if (won[middle]->start < each->start)
                low = middle + 1;
            else
                high = middle;
        }
        bool free_before = low == 0 || won[low - 1]->end <= each->start;
        if (!free_before || (low < kept && each->end > won[low]->start))
            continue;
        memmove(won + low + 1, won + low, (kept - low) * sizeof *won);
        won[low] = each;
        kept++;
    }
    return kept;
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
