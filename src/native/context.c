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

bool spoken_of(const Plan *plan, const Text *text, uint32_t form, size_t place, const WordHits *hits, size_t from,
               size_t to) {
    const Shape *shape = &plan->shapes[form];
    for (size_t number = from; number < to; number++) {
        const WordHit *hit = &hits->items[number];
        bool in_front = hit->end <= place;
        if (in_front && place - hit->end > shape->distance)
            continue;
        const WordForm *waiting = waits_for(plan, form, hit->word);
        if (waiting == NULL)
            continue;
        if (!in_front) {
            if (hit->start > place && !waiting->names_only)
                return true;
            continue;
        }
        const uint8_t *gap = text->bytes + hit->end;
        size_t size = place - hit->end;
        if (waiting->names_only ? matches_whole(plan, plan->header->assigned, gap, size)
                                : speaks_before(plan, gap, size))
            return true;
    }
    return false;
}
