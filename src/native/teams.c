/* A bit for each form of a team. What may stand at the first places of its matches, and behind short ones, tells most
 * places from where it matches; only what is left is looked at form by form. Near a word these are its own forms: those
 * that begin to be compared at a word are, up to where the last word ends that speaks so far. */
#include "teams.h"

#include <stdlib.h>

#include "match.h"

/* Places that are looked at before what is left decides about the next ones. */
enum { AT_ONCE = 4 };
_Static_assert(LOOKED % AT_ONCE == 0, "so many are looked at");

/* Of a team: where among the masks each byte's row begins, and the masks. */
typedef struct {
    const uint16_t *rows;
    const uint32_t *masks;
} Masks;

/* Of `wanted`, the forms that may match at `place`, by what stands in front of that and there. */
static inline uint32_t begin_at(const Masks *masks, const uint8_t *bytes, uint32_t wanted, size_t place) {
    if (place > 0)
        wanted &= masks->masks[masks->rows[bytes[place - 1]]];
    return wanted & masks->masks[1 + masks->rows[bytes[place]]];
}

/* Likewise by all that stands behind that. */
static inline uint32_t suited(const Masks *all, const Text *text, uint32_t wanted, size_t place) {
    const uint16_t *rows = all->rows;
    const uint32_t *masks = all->masks + 1;
    const uint8_t *here = text->bytes + place;
    size_t rest = text->size - place, far = 0;
    for (; rest >= LOOKED && far < LOOKED && wanted; far += AT_ONCE, masks += AT_ONCE, here += AT_ONCE)
        wanted &= masks[rows[here[0]]] & masks[1 + rows[here[1]]] & masks[2 + rows[here[2]]] & masks[3 + rows[here[3]]];
    for (; far < rest && far < LOOKED && wanted; far++, masks++, here++)
        wanted &= masks[rows[*here]];
    return wanted;
}

/* Forms of a team that were found to match up to a place: inside of these matches they are not compared; and whether
 * all that is found is in a cell that is named for it. */
typedef struct {
    uint32_t forms;
    bool in_cell;
    size_t until;
} Taken;

/* The match at `place` that tells of a match of form number `form` as well, if one is known; else NULL. */
static Match *match_with_also(Matches *matches, uint32_t form, size_t place) {
    if (matches->also == NULL)
        return NULL;
    uint32_t number = matches->also[also_slot(place)];
    if (number >= matches->count)
        return NULL;
    Match *match = &matches->items[number];
    return match->start == place && match->also && matches->plan->shapes[match->form].also == form ? match : NULL;
}

SELDOM static bool compare_at(const Ground *ground, const Team *team, const Masks *masks, uint32_t wanted, size_t place,
                              Taken *taken) {
    const uint32_t *forms = (const uint32_t *)(ground->plan->bytes + team->forms);
    Matches *matches = ground->matches;
    for (wanted = suited(masks, ground->text, wanted, place); wanted; wanted &= wanted - 1) {
        uint32_t form = forms[__builtin_ctz(wanted)];
        Match *found = taken->in_cell ? match_with_also(matches, form, place) : NULL;
        if (found != NULL) {
            found->also_in_cell = true;
        } else {
            if (!add_match_at(matches, form, place))
                return false;
            const Inside *inside = &matches->inside[form];
            if (inside->from != place + 1)
                continue;
            found = &matches->items[inside->number];
            found->holds_untried = true;
            found->in_cell |= taken->in_cell;
        }
        taken->forms = (found->end == taken->until ? taken->forms : 0) | (wanted & -wanted);
        taken->until = found->end;
    }
    return true;
}

/* The places in a word of the bitmaps where something stands that matches begin with. */
static uint64_t beginnings(const Bitmaps *bitmaps, uint32_t begins, size_t word) {
    uint64_t *const *map = bitmaps->map;
    uint64_t bits = begins & BEGINS_OTHER ? ~0ULL : 0;
    bits |= begins & BEGINS_DIGIT ? map[MAP_DIGIT][word] : 0;
    bits |= begins & BEGINS_UPPER ? map[MAP_UPPER][word] : 0;
    bits |= begins & BEGINS_LOWER ? map[MAP_LOWER][word] : 0;
    bits |= begins & BEGINS_MARK ? map[MAP_MARK][word] : 0;
    return begins & BEGINS_INSIDE ? bits : bits & map[MAP_FREE][word];
}

/* Compare forms, of which matches begin with `begins`, with the places from `low` to `high`. */
static bool compare(const Ground *ground, const Team *team, uint32_t wanted, uint32_t begins, size_t low, size_t high,
                    bool in_cell) {
    if (low >= high)
        return true;
    size_t base = ground->bitmaps->base, first = (low - base) / 64, last = (high - 1 - base) / 64;
    const Masks masks = {(const uint16_t *)(ground->plan->bytes + team->rows),
                         (const uint32_t *)(ground->plan->bytes + team->masks)};
    const uint8_t *bytes = ground->text->bytes;
    Taken taken = {.in_cell = in_cell};
    for (size_t word = first; word <= last; word++) {
        uint64_t bits = beginnings(ground->bitmaps, begins, word);
        bits &= word == first ? ~0ULL << (low - base) % 64 : ~0ULL;
        bits &= word == last ? ~0ULL >> (63 - (high - 1 - base) % 64) : ~0ULL;
        for (; bits; bits &= bits - 1) {
            size_t place = base + 64 * word + (size_t)__builtin_ctzll(bits);
            uint32_t left = begin_at(&masks, bytes, place < taken.until ? wanted & ~taken.forms : wanted, place);
            if (left && !compare_at(ground, team, &masks, left, place, &taken))
                return false;
        }
    }
    return true;
}

/* Of a team: the `wanted` of its forms are compared up to `until`, and were up to `done`; the others were compared so
 * far as `left` says when a word last asked for them. */
typedef struct {
    uint32_t wanted, begins;
    size_t done, until;
    uint32_t left[MOST_OF_TEAM];
} Front;

static bool advance(const Ground *ground, const Team *team, Front *front, size_t to) {
    size_t from = front->done;
    to = to < front->until ? to : front->until;
    if (from >= to)
        return true;
    front->done = to;
    return compare(ground, team, front->wanted, front->begins, from, to, false);
}

/* No word asks for any form any more, up to `place`. */
static void leave(Front *front, size_t place) {
    for (uint32_t forms = front->wanted; forms; forms &= forms - 1)
        front->left[__builtin_ctz(forms)] = (uint32_t)front->until;
    front->wanted = front->begins = 0;
    front->done = front->until = place;
}

/* Let the forms of a word be compared from `low` to `high` as well; words come in the order of their starts. */
static bool widen(const Ground *ground, const WordTeam *forms, uint32_t wanted, size_t low, size_t high, Front *front) {
    const Team *team = &ground->plan->teams[forms->team];
    uint32_t added = wanted & ~front->wanted;
    if (added || low > front->until) {
        if (!advance(ground, team, front, low))
            return false;
        if (low > front->until) {
            leave(front, low);
            added = wanted;
        }
    }
    if (added && low < front->done) {
        size_t least = front->done;
        for (uint32_t each = added; each; each &= each - 1)
            least = front->left[__builtin_ctz(each)] < least ? front->left[__builtin_ctz(each)] : least;
        if (!compare(ground, team, added, forms->begins, low > least ? low : least, front->done, false))
            return false;
    }
    front->wanted |= wanted;
    front->begins |= forms->begins;
    front->until = high > front->until ? high : front->until;
    return true;
}

/* The last digit in front of a word, if there is one, and the first from its start on. */
typedef struct {
    bool any_before;
    size_t before, behind;
} Digits;

/* Bring them up to date for a word that starts at `start`, so that each stretch of text is looked at once or twice. */
static void find_digits(const Bitmaps *bitmaps, size_t start, size_t high, Digits *digits) {
    if (digits->behind >= start)
        return;
    digits->any_before = true;
    digits->before = last_bit(bitmaps, MAP_DIGIT, digits->behind, start);
    digits->behind = first_bit(bitmaps, MAP_DIGIT, start, high);
}

static bool compare_near(const Ground *ground, const WordHit *hit, const Digits *digits, Front *fronts) {
    const Text *text = ground->text;
    const Word *word = &ground->plan->words[hit->word];
    const WordTeam *teams = (const WordTeam *)(ground->plan->bytes + word->teams);
    for (const WordTeam *each = teams; each < teams + word->team_count; each++) {
        size_t low = hit->start > text->begin + each->before ? hit->start - each->before : text->begin;
        size_t high = (size_t)hit->end + each->behind;
        high = high < text->end ? high : text->end;
        bool digit_near = (digits->any_before && digits->before >= low) || digits->behind < high + each->before;
        uint32_t wanted = each->wanted & (digit_near ? ~0u : ~ground->plan->teams[each->team].with_digit);
        if (wanted && low < high && !widen(ground, each, wanted, low, high, &fronts[each->team]))
            return false;
    }
    return true;
}

bool compare_near_words(const Ground *ground, const WordHits *hits, size_t low, size_t high) {
    const Plan *plan = ground->plan;
    uint32_t count = plan->header->team_count;
    Front *fronts = calloc(count + 1, sizeof *fronts);
    bool ok = fronts != NULL;
    Digits digits = {.behind = first_bit(ground->bitmaps, MAP_DIGIT, low, high)};
    for (size_t number = 0; number < hits->count && ok; number++) {
        find_digits(ground->bitmaps, hits->items[number].start, high, &digits);
        ok = compare_near(ground, &hits->items[number], &digits, fronts);
    }
    for (uint32_t number = 0; number < count && ok; number++)
        ok = advance(ground, &plan->teams[number], &fronts[number], ground->text->end);
    free(fronts);
    return ok;
}

bool compare_cells(const Ground *ground, const Table *table, const Cells *cells) {
    const Text *text = ground->text;
    for (size_t row = 0; row < cells->rows; row++)
        for (uint32_t number = 0; number < table->team_count; number++) {
            const ColumnTeam *each = &table->teams[number];
            const uint32_t *span = cell(cells, row, each->column);
            size_t low = span[0] > text->begin ? span[0] : text->begin;
            size_t high = span[1] < text->end ? span[1] : text->end;
            if (!compare(ground, &ground->plan->teams[each->team], each->wanted, each->begins, low, high, true))
                return false;
        }
    return true;
}
