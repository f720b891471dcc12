#include "context.h"

#include <string.h>

#include "match.h"

size_t first_from(const WordHits *hits, size_t place, size_t from) {
    size_t low = from, high = from, step = 1;
    while (high < hits->count && hits->items[high].start < place) {
        low = high + 1;
        high += step;
        step *= 2;
    }
    high = high < hits->count ? high : hits->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (hits->items[middle].start < place)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool speaks_after(const uint8_t *gap, size_t size) {
    for (size_t place = 0; place < size; place++)
        if (memchr(" ([/-", gap[place], 5) == NULL)
            return false;
    return true;
}

/* Whether the word, which ends in front of `place`, speaks of what starts there. */
static bool speaks_of(const Plan *plan, const Text *text, const WordHit *hit, int waiting, size_t place) {
    uint32_t gaps = waiting == WAITING ? plan->header->speaking : plan->header->assigned;
    return matches_whole(plan, gaps, text->bytes + hit->end, place - hit->end);
}

/* The first word that starts at `place` or later; words from number `number` on do. */
static size_t first_back(const WordHits *hits, size_t place, size_t number) {
    while (number > 0 && hits->items[number - 1].start >= place)
        number--;
    return number;
}

bool spoken_of(const Plan *plan, const Text *text, const Shape *shape, size_t place, const WordHits *hits,
               size_t *from) {
    size_t reach = shape->distance + plan->header->longest_word;
    size_t last = place + shape->max_width + plan->header->gap_after;
    *from = first_from(hits, place, *from);
    /* Words that start earlier are too far. */
    for (size_t number = first_back(hits, place > reach ? place - reach : 0, *from); number < hits->count; number++) {
        const WordHit *hit = &hits->items[number];
        if (hit->start > last)
            break;
        bool in_front = hit->end <= place;
        if (in_front && place - hit->end > shape->distance)
            continue;
        int waiting = waits_for(plan, shape, hit->word);
        if (waiting && (!in_front || speaks_of(plan, text, hit, waiting, place)))
            return true;
    }
    return false;
}

/* The nearest word in front of `place` that speaks of what starts there, or NULL; words from number `number` on start
 * later. */
static const WordHit *nearest_before(const Plan *plan, const Text *text, const Shape *shape, size_t place,
                                     const WordHits *hits, size_t number) {
    const WordHit *best = NULL;
    size_t silent = 0;
    /* They are in the order of their starts, and one that starts earlier may end later. */
    for (; number > 0; number--) {
        const WordHit *hit = &hits->items[number - 1];
        if ((size_t)hit->reach + shape->distance < place || (best != NULL && hit->reach < best->end))
            break;
        if (hit->end > place || place - hit->end > shape->distance)
            continue;
        /* Of words that end at one place the longer has the higher number. */
        if (best != NULL && (hit->end < best->end || (hit->end == best->end && hit->word < best->word)))
            continue;
        int waiting = waits_for(plan, shape, hit->word);
        /* What makes a word silent lies between a word in front of it and the value, too. */
        if (!waiting || (waiting == WAITING && hit->end <= silent))
            continue;
        if (speaks_of(plan, text, hit, waiting, place))
            best = hit;
        else if (waiting == WAITING)
            silent = hit->end > silent ? hit->end : silent;
    }
    return best;
}

/* Likewise behind a match that ends at `place`; words in front of number `number` start in front of that. */
static const WordHit *nearest_after(const Plan *plan, const Text *text, const Shape *shape, size_t place,
                                    const WordHits *hits, size_t number) {
    const WordHit *best = NULL;
    for (; number < hits->count; number++) {
        const WordHit *hit = &hits->items[number];
        if (hit->start > place + plan->header->gap_after)
            break;
        if (best != NULL && (hit->end > best->end || (hit->end == best->end && hit->word > best->word)))
            continue;
        if (waits_for(plan, shape, hit->word) == WAITING && speaks_after(text->bytes + place, hit->start - place))
            best = hit;
    }
    return best;
}

uint32_t nearest_word(const Plan *plan, const Text *text, const Shape *shape, size_t start, size_t end,
                      const WordHits *hits, size_t *from) {
    *from = first_from(hits, start, *from);
    const WordHit *best = nearest_before(plan, text, shape, start, hits, *from);
    if (best == NULL)
        best = nearest_after(plan, text, shape, end, hits, first_from(hits, end, *from));
    return best == NULL ? 0 : best->word + 1;
}
