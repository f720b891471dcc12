/* A sweep leads to the places where a form without context words may begin, to anchors, in front of which one may, and
 * to the words. What stands near a word, or below one, is compared with the forms that wait for it. */
#include "search.h"

#include <stdlib.h>
#include <string.h>

#include "match.h"
#include "sweep.h"
#include "teams.h"

static bool compare(const Ground *ground, uint32_t form, size_t low, size_t high) {
    const Plan *plan = ground->plan;
    const Shape *shape = &plan->shapes[form];
    const uint8_t *first = plan->bytes + shape->first, *before = plan->bytes + shape->before;
    const uint8_t *bytes = ground->text->bytes;
    const Inside *inside = &ground->matches->inside[form];
    for (size_t place = low; place < high; place++) {
        if (!first[bytes[place]] || (place > 0 && before[bytes[place - 1]] == BESIDE_DENIED))
            continue;
        if (!add_match_at(ground->matches, form, place))
            return false;
        /* That there are places inside of a match that are not tried is said once. */
        if (inside->from <= place && place < inside->until)
            place = inside->until - 1;
    }
    return true;
}

/* Of a form: up to where it was compared, and the last walk back from an anchor: where it began and how far it came. */
typedef struct {
    uint32_t done, from, low;
} Walked;

/* The first byte from which on all bytes in front of `place` are in the alphabet, or `least`, or `place` if that is
 * less. */
static inline size_t walk_back(const uint8_t *bytes, const uint8_t *alphabet, size_t place, size_t least) {
    while (place > least && alphabet[bytes[place - 1]])
        place--;
    return place;
}

/* Compare forms with the places in front of which their matches start, by pairs (form, place) in the order of their
 * places. A match is made of the bytes of its alphabet alone, so none reaches its anchor from behind another byte; and
 * no place is compared twice. If none of those bytes may stand in front of a match, it begins where they do, or with
 * one that is behind another. */
static bool compare_anchored(const Ground *ground, const uint32_t *anchors, size_t count) {
    const Plan *plan = ground->plan;
    const Text *text = ground->text;
    if (count == 0)
        return true;
    Walked *walked = calloc(plan->header->shape_count + 1, sizeof *walked);
    if (walked == NULL)
        return false;
    bool ok = true;
    for (size_t number = 0; number < count && ok; number++) {
        uint32_t form = anchors[2 * number];
        Walked *walk = &walked[form];
        const Shape *shape = &plan->shapes[form];
        const uint8_t *alphabet = plan->bytes + shape->alphabet;
        size_t high = anchors[2 * number + 1], low = high > 0 ? high - 1 : 0;
        size_t least = high > shape->lead + 2 ? high - shape->lead - 2 : 0;
        least = least > text->begin ? least : text->begin;
        least = least > walk->done ? least : walk->done;
        high = high < text->end ? high : text->end;
        if (least >= high)
            continue;
        uint32_t from = (uint32_t)low;
        low = walk_back(text->bytes, alphabet, low, walk->from > least ? walk->from : least);
        /* From where the last one began it led as far as that did. */
        if (low == walk->from && low > least)
            low = walk_back(text->bytes, alphabet, walk->low, least);
        low = low > least ? low : least;
        *walk = (Walked){walk->done, from, (uint32_t)low};
        if (low < high) {
            ok = compare(ground, form, low, shape->apart ? low + 1 : high);
            walk->done = (uint32_t)high;
        }
    }
    free(walked);
    return ok;
}

/* Words of the header name columns and nothing else. */
static void drop_header(WordHits *hits, size_t header_end) {
    size_t kept = 0;
    for (size_t number = 0; number < hits->count; number++)
        if (hits->items[number].end > header_end)
            hits->items[kept++] = hits->items[number];
    hits->count = kept;
}

static void find_reaches(WordHits *hits) {
    uint32_t reach = 0;
    for (size_t number = 0; number < hits->count; number++) {
        reach = hits->items[number].end > reach ? hits->items[number].end : reach;
        hits->items[number].reach = reach;
    }
}

static bool forget(const Plan *plan, const Text *text, bool in_table, Found *found) {
    Matches *matches = &found->matches;
    size_t size = (plan->header->shape_count + 1) * sizeof *matches->inside;
    if (matches->inside == NULL && (matches->inside = malloc(size)) == NULL)
        return false;
    /* What is left of another text is told by its start. */
    if (in_table && matches->also == NULL && (matches->also = calloc(ALSO_SLOTS, sizeof *matches->also)) == NULL)
        return false;
    matches->plan = plan;
    matches->text = text;
    memset(matches->inside, 0, size);
    memset(matches->loose, 0, sizeof matches->loose);
    matches->count = found->words.count = found->cells.spans.count = found->cells.rows = 0;
    return true;
}

bool search(const Plan *plan, const Text *text, const Reach *reach, Found *found) {
    Swept swept = {.matches = &found->matches, .words = &found->words};
    const Ground ground = {plan, text, &swept.bitmaps, &found->matches};
    bool ok = forget(plan, text, reach->table != NULL, found) && sweep(plan, text, reach->low, reach->high, &swept) &&
              compare_anchored(&ground, swept.anchors.items, swept.anchors.count / 2) &&
              compare_anchored(&ground, swept.hooked.items, swept.hooked.count / 2) &&
              compare_anchored(&ground, swept.named.items, swept.named.count / 2) &&
              compare_anchored(&ground, reach->anchors, reach->anchor_count);
    if (ok) {
        drop_header(&found->words, reach->header_end);
        find_reaches(&found->words);
        ok = compare_near_words(&ground, &found->words, reach->low, reach->high);
    }
    if (ok && reach->table != NULL)
        ok = read_cells(reach->table, text, reach->first_row, text->end, reach->limit, &found->cells) &&
             compare_cells(&ground, reach->table, &found->cells);
    swept_free(&swept);
    return ok;
}

void found_free(Found *found) {
    free(found->matches.items);
    free(found->matches.inside);
    free(found->matches.also);
    free(found->words.items);
    free(found->cells.spans.items);
}
