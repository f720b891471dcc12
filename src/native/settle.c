#include "settle.h"

#include <stdlib.h>

#include "context.h"
#include "expressions.h"
#include "forms.h"
#include "match.h"
#include "rulings.h"

/* The last value that was ruled on by itself, and the number of the ruling among those of its form; NO_RULING. */
typedef struct {
    const uint8_t *bytes;
    size_t size;
    uint32_t alike, number;
} Ruled;

enum { NO_RULING = UINT32_MAX };

typedef struct {
    const Plan *plan;
    const Text *text;
    const Table *table;
    const Found *found;
    int64_t base;
    int64_t *resume;
    Candidates *candidates;
    Asked *asked;
    Ruled *ruled;
} Court;

/* Of a form: up to where it is decided what begins a match; how far what Python was asked about may reach; and the
 * words up to which it was told of them. */
typedef struct {
    uint32_t decided, asked_until;
    size_t next_word;
} Past;

/* Where the last match was, in the table and among the words: see `granted`, `nearest_word` and `spoken_of`. */
typedef struct {
    size_t row, word;
} Last;

/* Leave the place of a match to Python, with the word that speaks of it, if that is known. */
SELDOM static bool ask(const Court *court, const Match *match, uint32_t word, Past *past) {
    const Plan *plan = court->plan;
    const Shape *shape = &plan->shapes[match->form];
    const WordHits *words = &court->found->words;
    uint32_t form = match->form, start = match->start, until = start + shape->max_width;
    past->asked_until = until > past->asked_until ? until : past->asked_until;
    /* A value may stand behind where the match begins, and another word speak of it. */
    word = shape->whole ? word : 0;
    if (!add_numbers(&court->asked->starts, (uint32_t[]){form, start, word}, 3))
        return false;
    if (shape->context != CONTEXT_REQUIRED || word)
        return true;
    /* The words near it, but for those that Python was given before. */
    size_t reach = shape->distance + plan->header->longest_word;
    size_t last = (size_t)start + shape->max_width + plan->header->gap_after;
    size_t number = first_from(words, start > reach ? start - reach : 0, 0);
    for (number = number > past->next_word ? number : past->next_word; number < words->count; number++) {
        const WordHit *hit = &words->items[number];
        if (hit->start > last)
            break;
        past->next_word = number + 1;
        if (waits_for(plan, shape, hit->word) != NOT_WAITING &&
            !add_numbers(&court->asked->words, (uint32_t[]){form, hit->word, hit->start, hit->end}, 4))
            return false;
    }
    return true;
}

static inline uint64_t worth_by(const Form *form, const Ruling *ruling, uint16_t keyword) {
    return worth_of((uint8_t)ruling->surety, (int32_t)form->priority, keyword, (uint8_t)ruling->rank);
}

static inline bool accept(const Court *court, const Form *form, const Match *match, const Ruling *ruling,
                          uint32_t word) {
    uint16_t keyword = word ? (uint16_t)court->plan->words[word - 1].length : 0;
    Candidate candidate = {
        .start = court->base + match->start,
        .end = court->base + match->end,
        .detector = form->detector,
        .form = match->form,
        .ruling = (uint32_t)(ruling - court->plan->rulings),
        .detail = word,
        .worth = worth_by(form, ruling, keyword),
    };
    return add_candidate(court->candidates, &candidate);
}

/* Whether a word may speak of the match; `word` is 1 + its number, 0 if only Python can tell which. */
SELDOM static bool speaks(const Court *court, const Match *match, bool known, Last *last, uint32_t *word) {
    const Plan *plan = court->plan;
    const Shape *shape = &plan->shapes[match->form];
    const WordHits *words = &court->found->words;
    *word = 0;
    if (court->table != NULL)
        *word = match->in_cell ? granted_once(court->table, match->form) : 0;
    if (court->table != NULL && *word == 0)
        *word = granted(court->table, &court->found->cells, match->form, match->start, &last->row);
    if (*word == 0 && known)
        *word = nearest_word(plan, court->text, shape, match->start, match->end, words, &last->word);
    return *word || (!known && spoken_of(plan, court->text, shape, match->start, words, &last->word));
}

/* As `rule_alone`; what two forms find at one place, as passwords of some service and of any, is measured once. */
static const Ruling *rule_once(const Court *court, const Shape *shape, const uint8_t *bytes, size_t size) {
    const Plan *plan = court->plan;
    if (shape->panel_count == 0)
        return NULL;
    const Panel *panel = &plan->panels[shape->panels];
    const Ruling *first = &plan->rulings[panel->rulings];
    Ruled *last = court->ruled;
    if (last->bytes != bytes || last->size != size || last->alike != panel->alike) {
        const Ruling *ruling = rule_alone(plan, shape, bytes, size);
        *last = (Ruled){bytes, size, panel->alike, ruling != NULL ? (uint32_t)(ruling - first) : NO_RULING};
    }
    return last->number < plan->header->ruling_count - panel->rulings ? first + last->number : NULL;
}

/* The value of a match that is a part of it, or of which nobody knows where it ends. */
static inline int value_of(const Court *court, const Match *match, Extent *value) {
    const Plan *plan = court->plan;
    const Shape *shape = &plan->shapes[match->form];
    if (shape->opening != NO_OPENING && match->end != SOMEWHERE) {
        uint32_t start = match->start, size = match->end - start;
        start += (uint32_t)dies_at(plan, shape->opening, court->text->bytes + start, size);
        *value = (Extent){start, match->end - shape->behind, match->end};
        if (size >= shape->behind && value->start <= value->end)
            return A_VALUE;
    }
    return value_at(plan, shape, court->text, match->start, value);
}

/* Decide on a match of which the automata do not tell where it ends, or what of it is the value: that may start behind
 * the next match, so that `last` is left as it was. */
SELDOM static bool decide_on_part(const Court *court, const Match *match, uint32_t word, Past *past, Last last) {
    const Plan *plan = court->plan;
    const Form *form = &plan->forms[match->form];
    Extent found;
    int how = value_of(court, match, &found);
    if (how != A_VALUE)
        return how == UNSURE ? ask(court, match, word, past) : true;
    const Match part = {.form = match->form, .start = found.start, .end = found.end};
    if (part.end - part.start > form->max_width)
        return true;
    if (form->context == CONTEXT_REQUIRED && !speaks(court, &part, true, &last, &word))
        return true;
    const uint8_t *bytes = court->text->bytes + part.start;
    const Ruling *ruling = rule_once(court, &plan->shapes[match->form], bytes, part.end - part.start);
    if (ruling == NULL || ruling->verdict >= VERDICT_ASK)
        return ask(court, match, word, past);
    if (ruling->verdict != VERDICT_ACCEPT)
        return true;
    court->resume[match->form] = court->base + found.match_end;
    return accept(court, form, &part, ruling, word);
}

/* Decide on a match that none in front of it rules out. */
static inline __attribute__((always_inline)) bool decide(const Court *court, const Match *match, Past *past,
                                                         Last *last) {
    const Form *form = &court->plan->forms[match->form];
    uint32_t word = 0;
    past->decided = match->start + 1;
    bool known = form->exact && match->end != SOMEWHERE;
    if (known && match->end - match->start > form->max_width)
        return true;
    if (form->context == CONTEXT_REQUIRED && !speaks(court, match, known, last, &word))
        return true;
    /* What Python has not decided on yet may overlap this one. */
    if (match->start < past->asked_until)
        return ask(court, match, word, past);
    if (!known)
        return decide_on_part(court, match, word, past, *last);
    const Ruling *ruling = rule(court->plan, match->form, court->text->bytes + match->start, match->end - match->start,
                                match->applying);
    if (ruling == NULL)
        return ask(court, match, word, past);
    if (ruling->verdict != VERDICT_ACCEPT)
        return true;
    court->resume[match->form] = court->base + match->end;
    return accept(court, form, match, ruling, word);
}

/* Decide on the matches inside of one that is no candidate, as far as they are not decided on. */
SELDOM static bool settle_inside(const Court *court, const Match *match, Past *past, Last last) {
    const int64_t *resume = &court->resume[match->form];
    size_t from = past->decided > match->start ? past->decided : match->start + 1;
    from = court->base + (int64_t)from < *resume ? (size_t)(*resume - court->base) : from;
    Match next;
    for (size_t place = from - 1;
         court->base + match->end > *resume && next_inside(court->plan, court->text, match, &place, &next);)
        if (court->base + next.start >= *resume && !decide(court, &next, past, &last))
            return false;
    past->decided = match->end > past->decided ? match->end : past->decided;
    return true;
}

/* Decide on a match; those of its form that were decided on start in front of it, or where it does. One that overlaps
 * the candidate before it is passed over. */
static inline bool settle_match(const Court *court, const Match *match, Past *past, Last *last) {
    const int64_t *resume = &court->resume[match->form];
    if (match->start >= past->decided && court->base + match->start >= *resume && !decide(court, match, past, last))
        return false;
    return !match->holds_untried || court->base + match->end <= *resume || settle_inside(court, match, past, *last);
}

/* Decide on a match and on that of the other form which its reader tells of. Of two of a detector in one place only the
 * better one may win, and the other hides nothing more: so that it is left out, if the better one was waiting for the
 * word that names the cell. */
SELDOM static bool settle_both(const Court *court, const Match *match, Past *pasts, Last *last) {
    Candidates *candidates = court->candidates;
    const Form *form = &court->plan->forms[match->form];
    Past *past = &pasts[match->form];
    int64_t start = court->base + match->start, end = court->base + match->end, *resume = &court->resume[match->form];
    size_t count = candidates->count;
    Match other = *match;
    other.form = (uint16_t)court->plan->shapes[match->form].also;
    other.applying = match->also;
    other.in_cell = other.holds_untried = true;
    if (!settle_match(court, &other, &pasts[other.form], last))
        return false;
    const Candidate *added = &candidates->items[count];
    bool both = candidates->count == count + 1 && added->start == start && added->end == end;
    if (!both || match->start < past->decided || start < *resume || match->start < past->asked_until ||
        match->end - match->start > form->max_width || form->context == CONTEXT_REQUIRED)
        return settle_match(court, match, past, last);
    const Ruling *ruling = rule(court->plan, match->form, court->text->bytes + match->start, match->end - match->start,
                                match->applying);
    if (ruling == NULL || ruling->verdict != VERDICT_ACCEPT || worth_by(form, ruling, 0) >> 8 >= added->worth >> 8)
        return settle_match(court, match, past, last);
    past->decided = match->start + 1;
    *resume = end;
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
    Ruled ruled = {0};
    const Court court = {plan, text, table, found, base, resume, candidates, asked, &ruled};
    Past *pasts = calloc(plan->header->shape_count + 1, sizeof *pasts);
    uint64_t *keys = sorted_keys(&found->matches, text->begin, text->end);
    bool ok = pasts != NULL && keys != NULL && ask_around_words(&court);
    Last last = {0};
    for (size_t number = 0; number < found->matches.count && ok; number++) {
        const Match *match = &found->matches.items[(uint32_t)keys[number]];
        ok = match->also_in_cell ? settle_both(&court, match, pasts, &last)
                                 : settle_match(&court, match, &pasts[match->form], &last);
    }
    free(keys);
    free(pasts);
    return ok;
}
