/* One pass makes bitmaps; they lead to the places where a form without context words may begin, and to the words. What
 * stands near a word is compared with the forms that wait for it. */
#include "search.h"

#include <stdlib.h>

#include "classify.h"
#include "context.h"
#include "match.h"
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
    const WordHits *hits;
    Found *found;
    size_t high; /* the end of what was classified */
} Near;

/* Report the match and the words near it that it waits for. */
static bool report(const Near *near, uint32_t form, size_t place, size_t from, size_t to) {
    if (!add_numbers(&near->found->starts, (uint32_t[]){form, (uint32_t)place}, 2))
        return false;
    for (size_t number = from; number < to; number++) {
        const WordHit *hit = &near->hits->items[number];
        if (waits_for(near->plan, form, hit->word) != NULL &&
            !add_numbers(&near->found->words, (uint32_t[]){form, hit->word, hit->start, hit->end}, 4))
            return false;
    }
    return true;
}

static bool compare(const Near *near, uint32_t form, size_t low, size_t high) {
    const Plan *plan = near->plan;
    const Text *text = near->text;
    const Shape *shape = &plan->shapes[form];
    for (size_t place = low; place < high; place++) {
        if (!may_begin(plan, shape, text->bytes[place]) || !shape_matches(plan, shape, text, place))
            continue;
        size_t reach = shape->distance + plan->header->longest_word;
        size_t from = first_from(near->hits, place > reach ? place - reach : 0);
        size_t to = first_from(near->hits, place + shape->max_width + plan->header->gap_after + 1);
        if (spoken_of(plan, text, form, place, near->hits, from, to) && !report(near, form, place, from, to))
            return false;
    }
    return true;
}

/* Compare a form with the places around a word where it may start, but for those that were compared before. */
static bool compare_near(const Near *near, uint32_t form, const WordHit *hit, Done *done) {
    const Shape *shape = &near->plan->shapes[form];
    const Text *text = near->text;
    size_t before = shape->max_width + near->plan->header->gap_after;
    size_t low = hit->start > before ? hit->start - before : 0;
    size_t high = (size_t)hit->end + shape->distance + 1;
    low = low > text->begin ? low : text->begin;
    high = high < text->end ? high : text->end;
    if (low >= high)
        return true;
    size_t farthest = high + shape->max_width;
    if (shape->has_digit && !any_bit(near->bitmaps, MAP_DIGIT, low, farthest < near->high ? farthest : near->high))
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

static bool compare_all(const Near *near, size_t header_end) {
    const Plan *plan = near->plan;
    Done *done = calloc(plan->header->shape_count + 1, sizeof *done);
    if (done == NULL)
        return false;
    bool ok = true;
    for (size_t number = 0; number < near->hits->count && ok; number++) {
        const WordHit *hit = &near->hits->items[number];
        const Word *word = &plan->words[hit->word];
        const WordForm *forms = (const WordForm *)(plan->bytes + word->forms);
        if (hit->end <= header_end)
            continue;
        for (uint32_t each = 0; each < word->form_count && ok; each++)
            ok = compare_near(near, forms[each].form, hit, &done[forms[each].form]);
    }
    free(done);
    return ok;
}

bool search(const Plan *plan, const Text *text, size_t low, size_t high, size_t header_end, Found *found) {
    size_t words = bitmap_words(high - low);
    uint64_t *memory = malloc(MAPS * words * sizeof *memory);
    if (memory == NULL)
        return false;
    Bitmaps bitmaps;
    for (int map = 0; map < MAPS; map++)
        bitmaps.map[map] = memory + (size_t)map * words + 1;
    classify(text, low, high, &bitmaps);
    WordHits hits = {0};
    bool ok = run_programs(plan, text, &bitmaps, &found->starts, &found->anchors) && find_words(plan, text, &bitmaps, low, high, &hits);
    if (ok) {
        Near near = {plan, text, &bitmaps, &hits, found, high};
        ok = compare_all(&near, header_end);
    }
    free(hits.items);
    free(memory);
    return ok;
}

void found_free(Found *found) {
    free(found->starts.items);
    free(found->anchors.items);
    free(found->words.items);
}
