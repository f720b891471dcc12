#include "settle.h"

#include <stdlib.h>

#include "context.h"
#include "match.h"
#include "order.h"
#include "rulings.h"

typedef struct {
    const Plan *plan;
    const Text *text;
    const Table *table;
    const Found *found;
    int64_t base;
    Candidates *candidates;
    Asked *asked;
} Court;

/* Leave the place to Python, with the words near it if the form waits for one, but for those up to `next_word`, which it was
 * given before. */
static bool ask(const Court *court, uint32_t form, uint32_t start, uint32_t word, size_t *next_word) {
    const Plan *plan = court->plan;
    const Shape *shape = &plan->shapes[form];
    const WordHits *words = &court->found->words;
    if (!add_numbers(&court->asked->starts, (uint32_t[]){form, start, word}, 3))
        return false;
    if (shape->context != CONTEXT_REQUIRED || word)
        return true;
    size_t reach = shape->distance + plan->header->longest_word;
    size_t last = (size_t)start + shape->max_width + plan->header->gap_after;
    size_t number = first_from(words, start > reach ? start - reach : 0, 0);
    for (number = number > *next_word ? number : *next_word; number < words->count; number++) {
        const WordHit *hit = &words->items[number];
        if (hit->start > last)
            break;
        *next_word = number + 1;
        if (waits_for(plan, shape, hit->word) != NOT_WAITING &&
            !add_numbers(&court->asked->words, (uint32_t[]){form, hit->word, hit->start, hit->end}, 4))
            return false;
    }
    return true;
}

static bool accept(const Court *court, uint32_t form, const Match *match, const Ruling *ruling, uint32_t word) {
    const Plan *plan = court->plan;
    const Shape *shape = &plan->shapes[form];
    Candidate candidate = {
        .start = court->base + match->start,
        .end = court->base + match->end,
        .detector = shape->detector,
        .form = form,
        .ruling = (uint32_t)(ruling - plan->rulings),
        .detail = word,
        .priority = (int32_t)shape->priority,
        .keyword = word ? (uint16_t)plan->words[word - 1].length : 0,
        .surety = (uint8_t)ruling->surety,
        .rank = (uint8_t)ruling->rank,
    };
    return add_candidate(court->candidates, &candidate);
}

/* Where the last match was, in the table and among the words: see `granted` and `nearest_word`. */
typedef struct {
    size_t row, word;
} Last;

/* Whether a word may speak of the match; `word` is 1 + its number, 0 if only Python can tell which. */
static bool speaks(const Court *court, uint32_t form, const Match *match, bool known, Last *last, uint32_t *word) {
    const Plan *plan = court->plan;
    const Shape *shape = &plan->shapes[form];
    const WordHits *words = &court->found->words;
    *word = court->table != NULL ? granted(court->table, &court->found->cells, form, match->start, &last->row) : 0;
    if (*word == 0 && known)
        *word = nearest_word(plan, court->text, shape, match->start, match->end, words, &last->word);
    return *word || (!known && spoken_of(plan, court->text, shape, match->start, words));
}

/* Decide on the matches of one form, which are in the order of their starts. */
static bool settle_form(const Court *court, uint32_t form, const Match *matches, size_t count, int64_t *resume) {
    const Plan *plan = court->plan;
    const Shape *shape = &plan->shapes[form];
    /* A match that overlaps the candidate before it is passed over. */
    int64_t after = *resume - court->base;
    uint32_t asked_until = 0;
    size_t next_word = 0;
    Last last = {0};
    for (size_t number = 0; number < count; number++) {
        const Match *match = &matches[number];
        if (match->start < after || (number > 0 && match->start == matches[number - 1].start))
            continue;
        Match tried;
        if (match->end == UNTRIED) {
            if (!match_at(plan, form, court->text, match->start, &tried))
                continue;
            match = &tried;
        }
        bool known = shape->exact && match->end != SOMEWHERE;
        if (known && match->end - match->start > shape->max_width)
            continue;
        uint32_t word = 0;
        if (shape->context == CONTEXT_REQUIRED && !speaks(court, form, match, known, &last, &word))
            continue;
        /* What Python has not decided on yet may overlap this one. */
        const Ruling *ruling = NULL;
        if (known && match->start >= asked_until)
            ruling = rule(plan, shape, court->text->bytes + match->start, match->end - match->start,
                          match->state);
        if (ruling == NULL) {
            /* A value may stand behind where the match begins, and another word speak of it. */
            if (!ask(court, form, match->start, shape->whole ? word : 0, &next_word))
                return false;
            uint32_t until = match->start + shape->max_width;
            asked_until = until > asked_until ? until : asked_until;
        } else if (ruling->verdict == VERDICT_ACCEPT) {
            if (!accept(court, form, match, ruling, word))
                return false;
            after = match->end;
        }
    }
    *resume = court->base + after;
    return true;
}

/* Give Python all words that forms wait for of which only it knows the expression. */
static bool ask_around_words(const Court *court) {
    const Plan *plan = court->plan;
    for (size_t number = 0; plan->any_unknown && number < court->found->words.count; number++) {
        const WordHit *hit = &court->found->words.items[number];
        const Word *word = &plan->words[hit->word];
        const uint32_t *forms = (const uint32_t *)(plan->bytes + word->unknown);
        for (uint32_t each = 0; each < word->unknown_count; each++)
            if (!add_numbers(&court->asked->words, (uint32_t[]){forms[each], hit->word, hit->start, hit->end}, 4))
                return false;
    }
    return true;
}

static int by_start(const void *one, const void *other) {
    const Match *left = one, *right = other;
    return (left->start > right->start) - (left->start < right->start);
}

/* The matches by form, and in order of their starts; `first` says where those of each form begin. NULL: no memory. */
static Match *by_form(const Matches *matches, uint32_t forms, uint32_t *first) {
    Match *sorted = malloc((matches->count + 1) * sizeof *sorted);
    bool ok = sorted != NULL;
    for (size_t number = 0; number < matches->count && ok; number++)
        first[matches->items[number].form + 2]++;
    for (uint32_t form = 0; form < forms && ok; form++)
        first[form + 2] += first[form + 1];
    for (size_t number = 0; number < matches->count && ok; number++)
        sorted[first[matches->items[number].form + 1]++] = matches->items[number];
    for (uint32_t form = 0; form < forms && ok; form++)
        ok = merge_runs(sorted + first[form], first[form + 1] - first[form], sizeof *sorted, by_start);
    if (!ok)
        free(sorted);
    return ok ? sorted : NULL;
}

bool settle(const Plan *plan, const Text *text, const Table *table, const Found *found, int64_t base, int64_t *resume,
            Candidates *candidates, Asked *asked) {
    uint32_t forms = plan->header->shape_count;
    uint32_t *first = calloc(forms + 2, sizeof *first);
    Match *sorted = first ? by_form(&found->matches, forms, first) : NULL;
    const Court court = {plan, text, table, found, base, candidates, asked};
    bool ok = sorted != NULL && ask_around_words(&court);
    for (uint32_t form = 0; form < forms && ok; form++)
        if (first[form] < first[form + 1])
            ok = settle_form(&court, form, sorted + first[form], first[form + 1] - first[form], &resume[form]);
    free(first);
    free(sorted);
    return ok;
}
