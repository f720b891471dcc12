#include "context.h"

#include <string.h>

#include "match.h"

size_t first_from(const WordHits *hits, size_t place) {
    size_t low = 0, high = hits->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (hits->items[middle].start < place)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const WordForm *waits_for(const Plan *plan, uint32_t form, uint32_t word) {
    const Word *entry = &plan->words[word];
    const WordForm *forms = (const WordForm *)(plan->bytes + entry->forms);
    uint32_t low = 0, high = entry->form_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (forms[middle].form < form)
            low = middle + 1;
        else
            high = middle;
    }
    return low < entry->form_count && forms[low].form == form ? &forms[low] : NULL;
}

/* A cell ends at a delimiter that no space follows. */
static uint32_t cells_ended(const uint8_t *gap, size_t size) {
    uint32_t count = 0;
    for (size_t place = 0; place < size; place++) {
        uint8_t byte = gap[place];
        if ((byte == ',' || byte == ';' || byte == '|' || byte == '\t') && (place + 1 == size || gap[place + 1] != ' '))
            count++;
    }
    return count;
}

static bool speaks_before(const Plan *plan, const uint8_t *gap, size_t size) {
    const Header *header = plan->header;
    if (cells_ended(gap, size) > header->most_cells)
        return false;
    if (memchr(gap, '\n', size) != NULL && !matches_whole(plan, header->punctuation, gap, size))
        return false;
    return !matches_beginning(plan, header->other_key, gap, size);
}

static bool speaks_after(const uint8_t *gap, size_t size) {
    for (size_t place = 0; place < size; place++)
        if (memchr(" ([/-", gap[place], 5) == NULL)
            return false;
    return true;
}

/* Whether the word, which ends in front of `place`, speaks of what starts there. */
static bool speaks_of(const Plan *plan, const Text *text, const WordHit *hit, const WordForm *waiting, size_t place) {
    const uint8_t *gap = text->bytes + hit->end;
    size_t size = place - hit->end;
    return waiting->names_only ? matches_whole(plan, plan->header->assigned, gap, size) : speaks_before(plan, gap, size);
}

/* Words that start here or later may stand near enough to a match of the form that starts at `place`. */
static size_t first_near(const Plan *plan, const Shape *shape, const WordHits *hits, size_t place) {
    size_t reach = shape->distance + plan->header->longest_word;
    return first_from(hits, place > reach ? place - reach : 0);
}

bool spoken_of(const Plan *plan, const Text *text, uint32_t form, size_t place, const WordHits *hits) {
    const Shape *shape = &plan->shapes[form];
    size_t last = place + shape->max_width + plan->header->gap_after;
    for (size_t number = first_near(plan, shape, hits, place); number < hits->count; number++) {
        const WordHit *hit = &hits->items[number];
        if (hit->start > last)
            break;
        bool in_front = hit->end <= place;
        if (in_front && place - hit->end > shape->distance)
            continue;
        const WordForm *waiting = waits_for(plan, form, hit->word);
        if (waiting != NULL && (!in_front || speaks_of(plan, text, hit, waiting, place)))
            return true;
    }
    return false;
}

/* The nearest word in front of `place` that speaks of what starts there, or NULL. */
static const WordHit *nearest_before(const Plan *plan, const Text *text, uint32_t form, size_t place, const WordHits *hits) {
    const Shape *shape = &plan->shapes[form];
    const WordHit *best = NULL;
    /* They are in the order of their starts, and one that starts earlier may end later. */
    for (size_t number = first_from(hits, place); number > 0; number--) {
        const WordHit *hit = &hits->items[number - 1];
        size_t reach = hit->start + plan->header->longest_word;
        if (reach + shape->distance < place || (best != NULL && reach < best->end))
            break;
        if (hit->end > place || place - hit->end > shape->distance)
            continue;
        /* Of words that end at one place the longer has the higher number. */
        if (best != NULL && (hit->end < best->end || (hit->end == best->end && hit->word < best->word)))
            continue;
        const WordForm *waiting = waits_for(plan, form, hit->word);
        if (waiting != NULL && speaks_of(plan, text, hit, waiting, place))
            best = hit;
    }
    return best;
}

/* Likewise behind a match that ends at `place`. */
static const WordHit *nearest_after(const Plan *plan, const Text *text, uint32_t form, size_t place, const WordHits *hits) {
    const WordHit *best = NULL;
    for (size_t number = first_from(hits, place); number < hits->count; number++) {
        const WordHit *hit = &hits->items[number];
        if (hit->start > place + plan->header->gap_after)
            break;
        if (best != NULL && (hit->end > best->end || (hit->end == best->end && hit->word > best->word)))
            continue;
        const WordForm *waiting = waits_for(plan, form, hit->word);
        if (waiting != NULL && !waiting->names_only && speaks_after(text->bytes + place, hit->start - place))
            best = hit;
    }
    return best;
}

uint32_t nearest_word(const Plan *plan, const Text *text, uint32_t form, size_t start, size_t end, const WordHits *hits) {
    const WordHit *best = nearest_before(plan, text, form, start, hits);
    if (best == NULL)
        best = nearest_after(plan, text, form, end, hits);
    return best == NULL ? 0 : best->word + 1;
}
