#include "match.h"

#include "forms.h"

enum { DEAD = 0 };

/* Known in time, and in one register: else the compiler puts together what a pointer is made of, over again in each
 * step. */
#define IN_ONE(pointer) __asm__("" : "+r"(pointer))

/* Where the table of an automaton is, and the classes of its bytes. */
typedef struct {
    const uint16_t *table;
    const uint8_t *classes;
} Tables;

static inline Tables tables_of(const Plan *plan, const Automaton *automaton) {
    Tables tables = {(const uint16_t *)(plan->bytes + automaton->table), plan->bytes + automaton->classes};
    IN_ONE(tables.table);
    IN_ONE(tables.classes);
    return tables;
}

static inline uint32_t step(Tables tables, uint32_t state, uint8_t byte) {
    const uint16_t *column = tables.table + tables.classes[byte];
    /* Without this the compiler adds up state and class first, and each step waits for that as well. */
    IN_ONE(column);
    return column[state];
}

uint32_t state_after(const Plan *plan, const Automaton *automaton, const uint8_t *bytes, size_t size) {
    Tables tables = tables_of(plan, automaton);
    uint32_t state = automaton->start;
    for (size_t place = 0; place < size && state != DEAD; place++)
        state = step(tables, state, bytes[place]);
    return state;
}

void states_after(const Plan *plan, const Automaton *one, const Automaton *other, const uint8_t *bytes, size_t size,
                  uint32_t states[2]) {
    Tables left = tables_of(plan, one), right = tables_of(plan, other);
    uint32_t state = one->start, another = other->start;
    for (size_t place = 0; place < size && state != DEAD; place++) {
        state = step(left, state, bytes[place]);
        another = step(right, another, bytes[place]);
    }
    states[0] = state;
    states[1] = another;
}

/* A state that is undecided stays so. */
bool matches_whole(const Plan *plan, uint32_t number, const uint8_t *bytes, size_t size) {
    const Automaton *automaton = &plan->automata[number];
    return state_after(plan, automaton, bytes, size) >= automaton->accepting;
}

/* The state behind bytes up to `end`, or the first that is dead or not below `settled`. */
static inline uint32_t read_on(const Plan *plan, const Automaton *automaton, uint32_t settled, const uint8_t *bytes,
                               const uint8_t *end) {
    Tables tables = tables_of(plan, automaton);
    uint32_t state = automaton->start;
    while (state - 1 < settled - 1 && bytes < end)
        state = step(tables, state, *bytes++);
    return state;
}

bool matches_beginning(const Plan *plan, uint32_t number, const uint8_t *bytes, size_t size) {
    const Automaton *automaton = &plan->automata[number];
    return read_on(plan, automaton, automaton->accepting, bytes, bytes + size) >= automaton->accepting;
}

size_t dies_at(const Plan *plan, uint32_t number, const uint8_t *bytes, size_t size) {
    const Automaton *automaton = &plan->automata[number];
    Tables tables = tables_of(plan, automaton);
    uint32_t state = automaton->start;
    for (size_t place = 0; place < size; place++)
        if ((state = step(tables, state, bytes[place])) == DEAD)
            return place;
    return size;
}

static uint32_t mask_of(const Plan *plan, const Several *several, uint32_t state) {
    return ((const uint32_t *)(plan->bytes + several->masks))[state / plan->automata[several->automaton].width];
}

uint32_t several_beginning(const Plan *plan, const Several *several, const uint8_t *bytes, size_t size) {
    const Automaton *automaton = &plan->automata[several->automaton];
    return mask_of(plan, several, read_on(plan, automaton, automaton->undecided, bytes, bytes + size));
}

uint32_t several_back(const Plan *plan, const Several *several, const uint8_t *bytes, size_t end) {
    const Automaton *automaton = &plan->automata[several->automaton];
    Tables tables = tables_of(plan, automaton);
    uint32_t state = automaton->start, undecided = automaton->undecided;
    while (state - 1 < undecided - 1 && end > 0)
        state = step(tables, state, bytes[--end]);
    return mask_of(plan, several, state);
}

SELDOM static bool checks_after(const Plan *plan, const Shape *shape, const Text *text, size_t place) {
    const Check *checks = (const Check *)(plan->bytes + shape->checks);
    for (uint32_t number = 0; number < shape->check_count; number++)
        if (checks[number].kind == NOT_AFTER &&
            matches_beginning(plan, checks[number].automaton, text->bytes + place, text->size - place))
            return false;
    return true;
}

/* The state behind bytes from `*at` up to `end`, or the first that is dead or accepting, behind what then is `*at`. */
static uint32_t read_from(const Plan *plan, const Automaton *automaton, uint32_t state, const Text *text, size_t *at,
                          size_t end) {
    Tables tables = tables_of(plan, automaton);
    size_t place = *at;
    while (state - 1 < automaton->accepting - 1 && place < end)
        state = step(tables, state, text->bytes[place++]);
    *at = place;
    return state;
}

/* Marks are so many bytes apart, as a power of 2, that fewer than MARKS are inside of a width. */
static unsigned apart_by(uint32_t width) {
    uint32_t parts = width / (MARKS - 1);
    return parts ? 32 - (unsigned)__builtin_clz(parts) : 0;
}

/* Whether the automaton, which is undecided wherever it accepts, matches the beginning of what is ahead. Places near
 * each other often have much ahead in common: what was read behind a mark for one of them, the others pass over. */
static bool loosely_matches(const Plan *plan, uint32_t form, const Check *check, const Text *text, size_t place,
                            Loose *loose) {
    const Automaton *automaton = &plan->automata[check->automaton];
    size_t limit = text->size - place < check->width ? text->size : place + check->width;
    unsigned shift = apart_by(check->width);
    size_t apart = (size_t)1 << shift, at = place, first = (place | (apart - 1)) + 1;
    bool known = loose->form == form, met = false;
    uint32_t state = automaton->start;
    while (at < limit) {
        size_t mark = (at | (apart - 1)) + 1;
        state = read_from(plan, automaton, state, text, &at, mark < limit ? mark : limit);
        if (at < mark)
            break;
        uint32_t *at_mark = &loose->at_marks[(mark >> shift) % MARKS];
        if (known && !met && loose->from < mark && mark <= loose->end && loose->end <= limit && *at_mark == state) {
            at = loose->end;
            state = loose->at_end;
            met = true;
        } else {
            *at_mark = state;
        }
    }
    if (at >= first) {
        loose->form = form;
        loose->from = met ? loose->from : (uint32_t)place;
        loose->end = (uint32_t)at;
        loose->at_end = state;
    }
    return state >= automaton->accepting;
}

SELDOM static bool may_start(const Plan *plan, uint32_t form, const Text *text, size_t place, Loose *loose) {
    const Shape *shape = &plan->shapes[form];
    const Check *checks = (const Check *)(plan->bytes + shape->checks);
    for (uint32_t number = 0; number < shape->check_count; number++) {
        const Check *check = &checks[number];
        if (check->kind == NOT_BEFORE && place >= check->width &&
            matches_whole(plan, check->automaton, text->bytes + place - check->width, check->width))
            return false;
        if (check->kind == NOT_AHEAD &&
            matches_beginning(plan, check->automaton, text->bytes + place, text->size - place))
            return false;
        if (check->kind == ONLY_AHEAD && !loosely_matches(plan, form, check, text, place, loose))
            return false;
    }
    return true;
}

/* As wide as an address, so that it is part of one as it is loaded. */
static inline size_t next_state(const uint16_t *table, uint8_t column, size_t state) {
    const uint16_t *next = table + column;
    IN_ONE(next);
    return next[4 * state];
}

/* Likewise near the end of the text. */
SELDOM static size_t told_near_end(const Form *form, const uint8_t **here, const uint8_t *end, size_t state) {
    while (*here < end)
        if ((state = next_state(form->table, form->classes[*(*here)++], state)) >= form->dead)
            return state;
    ++*here;
    state = next_state(form->table, form->end, state);
    return state > form->dead ? state : form->dead;
}

/* Read from `*here` on as far as to a state that is dead or tells something. */
static inline size_t next_told(const Form *form, const uint8_t **here, const uint8_t *end, size_t state) {
    const uint16_t *table = form->table;
    const uint8_t *classes = form->classes, *at = *here;
    const size_t dead = form->dead;
    IN_ONE(table);
    IN_ONE(classes);
    /* Far from the end of the text, that is not looked for at every step. */
    for (size_t fours = (size_t)(end - at) / 4; fours > 0; fours--)
        if ((state = next_state(table, classes[*at++], state)) >= dead ||
            (state = next_state(table, classes[*at++], state)) >= dead ||
            (state = next_state(table, classes[*at++], state)) >= dead ||
            (state = next_state(table, classes[*at++], state)) >= dead) {
            *here = at;
            return state;
        }
    *here = at;
    return told_near_end(form, here, end, state);
}

/* Where in the text a match of a form begins, whether all is well in front of it, and behind which byte its reader
 * is. */
typedef struct {
    uint32_t form;
    size_t place;
    bool started;
    const uint8_t *here;
} Reading;

/* Whether there is a match, by a state that tells something, and those behind it; if so, `match` is that. */
SELDOM static bool reads_on(const Plan *plan, const Text *text, Reading reading, size_t state, Loose *loose,
                            Match *match) {
    const Form *form = &plan->forms[reading.form];
    const uint8_t *end = text->bytes + text->size;
    for (bool ended = false; state != form->dead;) {
        if (!reading.started && !may_start(plan, reading.form, text, reading.place, loose))
            return false;
        reading.started = true;
        const Told *told = &form->told[state - form->dead];
        size_t at = (size_t)(reading.here - text->bytes) - 1;
        at -= (told->how & TOLD_BACK) && at > reading.place;
        if (told->how & TOLD_SOMEWHERE) {
            *match = (Match){.form = (uint16_t)reading.form, .start = (uint32_t)reading.place, .end = SOMEWHERE};
            return true;
        }
        if (!(told->how & TOLD_IF_CHECKED) || checks_after(plan, &plan->shapes[reading.form], text, at)) {
            *match = (Match){.form = (uint16_t)reading.form,
                             .start = (uint32_t)reading.place,
                             .end = ended ? SOMEWHERE : (uint32_t)at,
                             .applying = told->applying,
                             .also = ended ? 0 : told->also};
            if (ended)
                return true;
            ended = true;
        }
        if (told->how & TOLD_LAST || reading.here > end)
            return ended;
        state = next_told(form, &reading.here, end, state);
        if (state == form->dead)
            return ended;
    }
    return false;
}

static inline uint8_t in_front(const Form *form, const Text *text, size_t place) {
    return place > 0 ? form->before[text->bytes[place - 1]] : BESIDE_OPEN;
}

/* A place that stands for itself: what was read of others is of no use to it. */
static bool match_at(const Plan *plan, uint32_t number, const Text *text, size_t place, Match *match) {
    const Form *form = &plan->forms[number];
    uint8_t front = in_front(form, text, place);
    if (front == BESIDE_DENIED)
        return false;
    Loose loose = {0};
    Reading reading = {number, place, front == BESIDE_FINE, text->bytes + place};
    size_t state = next_told(form, &reading.here, text->bytes + text->size, form->start);
    return reads_on(plan, text, reading, state, &loose, match);
}

/* Remember a match that tells of another form. */
static inline void note_also(Matches *matches, const Match *match) {
    if (match->also && matches->also != NULL)
        matches->also[also_slot(match->start)] = (uint32_t)(match - matches->items);
}

SELDOM static bool add_if_it_reads_on(Matches *matches, uint32_t form, size_t place, const uint8_t *here,
                                      size_t state) {
    const Plan *plan = matches->plan;
    const Text *text = matches->text;
    if (matches->count == matches->room && !more_matches(matches))
        return false;
    Match *match = &matches->items[matches->count];
    Reading reading = {form, place, in_front(&plan->forms[form], text, place) == BESIDE_FINE, here};
    if (!reads_on(plan, text, reading, state, &matches->loose[form % LOOSE_FORMS], match))
        return true;
    if (match->end != SOMEWHERE)
        matches->inside[form] = (Inside){(uint32_t)place + 1, match->end, (uint32_t)matches->count};
    note_also(matches, match);
    matches->count++;
    return true;
}

bool add_match_at(Matches *matches, uint32_t number, size_t place) {
    const Inside *inside = &matches->inside[number];
    if (inside->from <= place && place < inside->until) {
        matches->items[inside->number].holds_untried = true;
        return true;
    }
    const Form *form = &matches->plan->forms[number];
    const Text *text = matches->text;
    if (in_front(form, text, place) == BESIDE_DENIED)
        return true;
    const uint8_t *here = text->bytes + place;
    size_t state = next_told(form, &here, text->bytes + text->size, form->start);
    if (state == form->dead)
        return true;
    const Told *told = &form->told[state - form->dead];
    if (told->how != TOLD_LAST || matches->count == matches->room || in_front(form, text, place) != BESIDE_FINE)
        return add_if_it_reads_on(matches, number, place, here, state);
    /* Mostly that is all. */
    uint32_t end = (uint32_t)(here - text->bytes) - 1;
    matches->inside[number] = (Inside){(uint32_t)place + 1, end, (uint32_t)matches->count};
    Match *match = &matches->items[matches->count++];
    match->form = (uint16_t)number;
    match->holds_untried = match->in_cell = match->also_in_cell = false;
    match->start = (uint32_t)place;
    match->end = end;
    match->applying = told->applying;
    match->also = told->also;
    note_also(matches, match);
    return true;
}

bool next_inside(const Plan *plan, const Text *text, const Match *outer, size_t *place, Match *match) {
    const Shape *shape = &plan->shapes[outer->form];
    const uint8_t *first = plan->bytes + shape->first;
    /* In front of each place inside stands a byte of the outer match. */
    if (shape->apart)
        return false;
    size_t end = outer->end < text->end ? outer->end : text->end;
    while (++*place < end)
        if (first[text->bytes[*place]] && match_at(plan, outer->form, text, *place, match))
            return true;
    return false;
}
