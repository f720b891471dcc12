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
    for (uint32_t place = 0; place < entry->form_count; place++)
        if (forms[place].form == form)
            return &forms[place];
    return NULL;
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
    for (size_t place = 0; place < size; place++)
        if (matches_beginning(plan, header->other_key, gap + place, size - place))
            return false;
    return true;
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

uint32_t nearest_word(const Plan *plan, const Text *text, uint32_t form, size_t start, size_t end, const WordHits *hits) {
    const Shape *shape = &plan->shapes[form];
    const WordHit *best = NULL;
    bool in_front = false;
    for (size_t number = first_near(plan, shape, hits, start); number < hits->count; number++) {
        const WordHit *hit = &hits->items[number];
        if (hit->start > end + plan->header->gap_after)
            break;
        if (hit->end <= start) {
            if (start - hit->end > shape->distance)
                continue;
            /* Of words that end at one place the longer has the higher number. */
            if (in_front && (hit->end < best->end || (hit->end == best->end && hit->word < best->word)))
                continue;
            const WordForm *waiting = waits_for(plan, form, hit->word);
            if (waiting != NULL && speaks_of(plan, text, hit, waiting, start)) {
                best = hit;
                in_front = true;
            }
        } else if (!in_front && hit->start >= end) {
            if (best != NULL && (hit->end > best->end || (hit->end == best->end && hit->word > best->word)))
                continue;
            const WordForm *waiting = waits_for(plan, form, hit->word);
            if (waiting != NULL && !waiting->names_only && speaks_after(text->bytes + end, hit->start - end))
                best = hit;
        }
    }
    return best == NULL ? 0 : best->word + 1;
}
