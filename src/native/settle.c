#include "settle.h"

#include <stdlib.h>

#include "context.h"
#include "expressions.h"
#include "match.h"
#include "rulings.h"

typedef struct {
    const Plan *plan;
    const Text *text;
    const Table *table;
    const Found *found;
    int64_t base;
    int64_t *resume;
    Candidates *candidates;
    Asked *asked;
} Court;

/* Of a form: 1 + where its last match began, or 0; how far what Python was asked about may reach; and the words up to
 * which it was told of them. */
typedef struct {
    uint32_t last, asked_until;
    size_t next_word;
} Past;

/* Where the last match was, in the table and among the words: see `granted` and `nearest_word`. */
typedef struct {
    size_t row, word;
} Last;

/* Leave the place to Python, with the words near it if the form waits for one, but for those up to `next_word`, which
 * it was given before. */
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
    uint16_t keyword = word ? (uint16_t)plan->words[word - 1].length : 0;
    Candidate candidate = {
        .start = court->base + match->start,
        .end = court->base + match->end,
        .detector = shape->detector,
        .form = form,
        .ruling = (uint32_t)(ruling - plan->rulings),
        .detail = word,
        .worth = worth_of((uint8_t)ruling->surety, (int32_t)shape->priority, keyword, (uint8_t)ruling->rank),
    };
    return add_candidate(court->candidates, &candidate);
}

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

/* Of a match of which the automata do not tell where it ends, or what of it is the value: the ruling on that, which is
 * written to `value`. False: there is no match, or no word speaks of it. */
static bool rule_on_part(const Court *court, const Match *match, Match *value, uint32_t *end, uint32_t *word,
                         const Ruling **ruling) {
    const Plan *plan = court->plan;
    const Shape *shape = &plan->shapes[match->form];
    Extent found;
    int how = value_at(plan, shape, court->text, match->start, &found);
    if (how != A_VALUE)
        return how == UNSURE;
    if (found.end - found.start > shape->max_width)
        return false;
    *value = (Match){match->form, found.start, found.end, 0};
    *end = found.match_end;
    Last nowhere = {0};
    if (shape->context == CONTEXT_REQUIRED && !speaks(court, match->form, value, true, &nowhere, word))
        return false;
    *ruling = rule_alone(plan, shape, court->text->bytes + found.start, found.end - found.start);
    if (*ruling != NULL && (*ruling)->verdict >= VERDICT_ASK)
        *ruling = NULL;
    return true;
}

/* Decide on a match; those of its form that were decided on start in front of it, or where it does. */
static bool settle_match(const Court *court, const Match *match, Past *past, Last *last) {
    const Plan *plan = court->plan;
    uint32_t form = match->form, word = 0;
    const Shape *shape = &plan->shapes[form];
    /* A match that overlaps the candidate before it is passed over. */
    if (court->base + match->start < court->resume[form] || past->last == match->start + 1)
        return true;
    past->last = match->start + 1;
    Match tried;
    if (match->end == UNTRIED) {
        if (!match_at(plan, form, court->text, match->start, &tried))
            return true;
        match = &tried;
    }
    bool known = shape->exact && match->end != SOMEWHERE;
    if (known && match->end - match->start > shape->max_width)
        return true;
    if (shape->context == CONTEXT_REQUIRED && !speaks(court, form, match, known, last, &word))
        return true;
    /* What Python has not decided on yet may overlap this one. */
    const Ruling *ruling = NULL;
    uint32_t start = match->start, end = match->end;
    Match part;
    if (start >= past->asked_until && known)
        ruling = rule(plan, shape, court->text->bytes + start, end - start, match->applying);
    else if (start >= past->asked_until && !rule_on_part(court, match, &part, &end, &word, &ruling))
        return true;
    if (ruling == NULL) {
        uint32_t until = start + shape->max_width;
        past->asked_until = until > past->asked_until ? until : past->asked_until;
        /* A value may stand behind where the match begins, and another word speak of it. */
        return ask(court, form, start, shape->whole ? word : 0, &past->next_word);
    }
    if (ruling->verdict != VERDICT_ACCEPT)
        return true;
    court->resume[form] = court->base + end;
    return accept(court, form, known ? match : &part, ruling, word);
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

static int by_key(const void *one, const void *other) {
    uint64_t left = *(const uint64_t *)one, right = *(const uint64_t *)other;
    return (left > right) - (left < right);
}

/* Matches are sorted by lines of so many bytes, if there are matches for one line in SPARSE; and those of a line in one
 * pass, if they are few. */
enum { LINE = 16, SPARSE = 16, FEW = 12 };

/* Where a match starts, and its number below that. */
static inline uint64_t key_of(const Match *match, size_t number) { return (uint64_t)match->start << 32 | number; }

/* Sort the keys of one line. */
static void sort_line(uint64_t *keys, size_t count) {
    if (count > FEW) {
        qsort(keys, count, sizeof *keys, by_key);
        return;
    }
    for (size_t number = 1; number < count; number++) {
        uint64_t key = keys[number];
        size_t place = number;
        for (; place > 0 && keys[place - 1] > key; place--)
            keys[place] = keys[place - 1];
        keys[place] = key;
    }
}

/* The matches, which start from `begin` to `end`, in the order of their starts, by keys. Those of a program, or of the
 * words, come in that order, so that few lines are written to at a time, and few are out of order then. NULL: no
 * memory. */
static uint64_t *sorted_keys(const Matches *matches, size_t begin, size_t end) {
    size_t count = matches->count, first = begin / LINE, lines = end / LINE + 1 - first;
    uint64_t *keys = malloc((count + 1) * sizeof *keys);
    if (keys != NULL && count < lines / SPARSE) {
        for (size_t number = 0; number < count; number++)
            keys[number] = key_of(&matches->items[number], number);
        qsort(keys, count, sizeof *keys, by_key);
        return keys;
    }
    uint32_t *ends = calloc(lines + 1, sizeof *ends); /* of each line, behind one in front */
    if (keys == NULL || ends == NULL) {
        free(keys);
        free(ends);
        return NULL;
    }
    for (size_t number = 0; number < count; number++)
        ends[matches->items[number].start / LINE - first + 1]++;
    for (size_t line = 1; line < lines; line++)
        ends[line] += ends[line - 1];
    for (size_t number = 0; number < count; number++)
        keys[ends[matches->items[number].start / LINE - first]++] = key_of(&matches->items[number], number);
    for (size_t number = 1; number < count; number++)
        if (keys[number] < keys[number - 1]) {
            size_t line = (keys[number] >> 32) / LINE - first, from = line > 0 ? ends[line - 1] : 0;
            sort_line(keys + from, ends[line] - from);
            number = ends[line];
        }
    free(ends);
    return keys;
}

bool settle(const Plan *plan, const Text *text, const Table *table, const Found *found, int64_t base, int64_t *resume,
            Candidates *candidates, Asked *asked) {
    const Court court = {plan, text, table, found, base, resume, candidates, asked};
    Past *pasts = calloc(plan->header->shape_count + 1, sizeof *pasts);
    uint64_t *keys = sorted_keys(&found->matches, text->begin, text->end);
    bool ok = pasts != NULL && keys != NULL && ask_around_words(&court);
    Last last = {0};
    for (size_t number = 0; number < found->matches.count && ok; number++) {
        const Match *match = &found->matches.items[(uint32_t)keys[number]];
        ok = settle_match(&court, match, &pasts[match->form], &last);
    }
    free(keys);
    free(pasts);
    return ok;
}
