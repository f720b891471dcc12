/* One pass makes bitmaps; they lead to the places where a form without context words may begin, to anchors, in front of
 * which one may, and to the words. What stands near a word, or below one, is compared with the forms that wait for it. */
#include "search.h"

#include <stdlib.h>

#include "classify.h"
#include "context.h"
#include "match.h"
#include "names.h"
#include "order.h"
#include "programs.h"
#include "words.h"

/* Up to where a form was compared already: no place is compared twice, however many words stand near it. */
typedef struct {
    uint32_t low, high;
} Done;

typedef struct {
    const Plan *plan;
    const Text *text;
    const Bitmaps *bitmaps;
    const Reach *reach;
    Found *found;
} Near;

static bool compare_place(const Near *near, uint32_t form, size_t place) {
    Match match;
    return !match_at(near->plan, form, near->text, place, &match) || add_match(&near->found->matches, match);
}

static bool compare(const Near *near, uint32_t form, size_t low, size_t high) {
    const Shape *shape = &near->plan->shapes[form];
    const uint8_t *first = near->plan->bytes + shape->first, *before = near->plan->bytes + shape->before;
    const uint8_t *bytes = near->text->bytes;
    for (size_t place = low; place < high; place++)
        if (first[bytes[place]] && (place == 0 || before[bytes[place - 1]] != BESIDE_DENIED) &&
            !compare_place(near, form, place))
            return false;
    return true;
}

/* The last digit in front of a word, if there is one, and the first from its start on. */
typedef struct {
    bool any_before;
    size_t before, behind;
} Digits;

/* Bring them up to date for a word that starts at `start`; words come in the order of their starts, so that each stretch of
 * text is looked at once or twice. */
static void find_digits(const Near *near, size_t start, Digits *digits) {
    if (digits->behind >= start)
        return;
    digits->any_before = true;
    digits->before = last_bit(near->bitmaps, MAP_DIGIT, digits->behind, start);
    digits->behind = first_bit(near->bitmaps, MAP_DIGIT, start, near->reach->high);
}

/* Compare a form with the places around a word where it may start, but for those that were compared before. */
static bool compare_near(const Near *near, uint32_t form, const WordHit *hit, const Digits *digits, Done *done) {
    const Shape *shape = &near->plan->shapes[form];
    const Text *text = near->text;
    size_t before = shape->max_width + near->plan->header->gap_after;
    size_t low = hit->start > before ? hit->start - before : 0;
    size_t high = (size_t)hit->end + shape->distance + 1;
    low = low > text->begin ? low : text->begin;
    high = high < text->end ? high : text->end;
    if (low >= high)
        return true;
    bool digit_near = (digits->any_before && digits->before >= low) || digits->behind < high + shape->max_width;
    if (shape->has_digit && !digit_near)
        return true;
    if (done->high == 0 || low > done->high || high < done->low) {
        *done = (Done){(uint32_t)low, (uint32_t)high};
        return compare(near, form, low, high);
    }
    if (low < done->low) {
        if (!compare(near, form, low, done->low))
            return false;
        done->low = (uint32_t)low;
    }
    if (high > done->high) {
        size_t from = done->high;
        done->high = (uint32_t)high;
        return compare(near, form, from, high);
    }
    return true;
}

static bool compare_words(const Near *near) {
    const Plan *plan = near->plan;
    const WordHits *hits = &near->found->words;
    Done *done = calloc(plan->header->shape_count + 1, sizeof *done);
    if (done == NULL)
        return false;
    bool ok = true;
    Digits digits = {.behind = first_bit(near->bitmaps, MAP_DIGIT, near->reach->low, near->reach->high)};
    for (size_t number = 0; number < hits->count && ok; number++) {
        const WordHit *hit = &hits->items[number];
        const Word *word = &plan->words[hit->word];
        find_digits(near, hit->start, &digits);
        const WordForm *forms = (const WordForm *)(plan->bytes + word->forms);
        for (uint32_t each = 0; each < word->form_count && ok; each++)
            ok = plan->shapes[forms[each].form].unknown ||
                 compare_near(near, forms[each].form, hit, &digits, &done[forms[each].form]);
    }
    free(done);
    return ok;
}

/* Compare a cell with all forms of a team, up to 64 of them, of which most places suit none. */
static bool compare_cell(const Near *near, const Team *team, size_t low, size_t high) {
    const uint8_t *bytes = near->text->bytes;
    uint64_t barred = low > 0 ? team->bars[bytes[low - 1]] : 0;
    for (size_t place = low; place < high; place++) {
        uint64_t suited = team->begins[bytes[place]] & ~barred;
        barred = team->bars[bytes[place]];
        for (; suited; suited &= suited - 1)
            if (!compare_place(near, team->forms[__builtin_ctzll(suited)], place))
                return false;
    }
    return true;
}

static bool compare_cells(const Near *near) {
    const Table *table = near->reach->table;
    const Cells *cells = &near->found->cells;
    for (size_t row = 0; row < cells->rows; row++)
        for (uint32_t number = 0; number < table->team_count; number++) {
            const uint32_t *span = cell(cells, row, table->teams[number].column);
            size_t low = span[0] > near->text->begin ? span[0] : near->text->begin;
            size_t high = span[1] < near->text->end ? span[1] : near->text->end;
            if (low < high && !compare_cell(near, &table->teams[number], low, high))
                return false;
        }
    return true;
}

static int by_place(const void *one, const void *other) {
    const uint32_t *left = one, *right = other;
    return (left[1] > right[1]) - (left[1] < right[1]);
}

/* Bring pairs (form, place) into the order of their places. The programs of one form find them one program at a time. */
static bool sort_anchors(Numbers *anchors) {
    return merge_runs(anchors->items, anchors->count / 2, 2 * sizeof *anchors->items, by_place);
}

/* Of a form: up to where it was compared, and the last walk back from an anchor: where it began and how far it came. */
typedef struct {
    uint32_t done, from, low;
} Walked;

/* Compare forms with the places in front of which their matches start, by pairs (form, place) in the order of their places. A match
 * is made of the bytes of its alphabet alone, so none reaches its anchor from behind another byte; and no place is compared
 * twice. */
static bool compare_anchored(const Near *near, const uint32_t *anchors, size_t count) {
    const Plan *plan = near->plan;
    const Text *text = near->text;
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
        while (low > least && alphabet[text->bytes[low - 1]])
            low = low == walk->from && walk->low < low ? walk->low : low - 1;
        low = low > least ? low : least;
        *walk = (Walked){walk->done, from, (uint32_t)low};
        if (low < high) {
            ok = compare(near, form, low, high);
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

bool search(const Plan *plan, const Text *text, const Reach *reach, Found *found) {
    size_t words = bitmap_words(reach->high - reach->low);
    uint64_t *memory = malloc(MAPS * words * sizeof *memory);
    if (memory == NULL)
        return false;
    Bitmaps bitmaps;
    for (int map = 0; map < MAPS; map++)
        bitmaps.map[map] = memory + (size_t)map * words + 1;
    classify(text, reach->low, reach->high, &bitmaps);
    Numbers anchors = {0}, hooked = {0}, named = {0};
    Near near = {plan, text, &bitmaps, reach, found};
    bool ok = run_programs(plan, text, &bitmaps, &found->matches, &anchors) && sort_anchors(&anchors) &&
              find_words(plan, text, &bitmaps, reach->low, reach->high,
                         &(Begun){&found->words, &found->matches, &hooked}) &&
              find_names(plan, text, &bitmaps, &named) &&
              compare_anchored(&near, anchors.items, anchors.count / 2) &&
              compare_anchored(&near, hooked.items, hooked.count / 2) &&
              compare_anchored(&near, named.items, named.count / 2) &&
              compare_anchored(&near, reach->anchors, reach->anchor_count);
    if (ok) {
        drop_header(&found->words, reach->header_end);
        ok = compare_words(&near);
    }
    if (ok && reach->table != NULL)
        ok = read_cells(reach->table, text, reach->first_row, text->end, reach->limit, &found->cells) &&
             compare_cells(&near);
    free(anchors.items);
    free(hooked.items);
    free(named.items);
    free(memory);
    return ok;
}

void found_free(Found *found) {
    free(found->matches.items);
    free(found->words.items);
    free(found->cells.spans.items);
}
