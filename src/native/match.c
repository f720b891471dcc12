#include "match.h"

enum { DEAD = 0 };

/* Known in time, and in one register: else the compiler puts together what a pointer is made of, over again in each step. */
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

/* Few places ask for checks that look farther than a byte; those that do not need no registers for it. */
#define SELDOM __attribute__((noinline))

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

/* Whether the automaton, which is undecided wherever it accepts, matches the beginning of what is ahead. Places near
 * each other often have much ahead in common: what was read behind a mark for one of them, the others pass over. */
static bool loosely_matches(const Plan *plan, uint32_t form, const Check *check, const Text *text, size_t place,
                            Loose *loose) {
    const Automaton *automaton = &plan->automata[check->automaton];
    size_t limit = text->size - place < check->width ? text->size : place + check->width;
    size_t apart = check->width / (MARKS - 1) + 1, at = place, first = place - place % apart + apart;
    bool known = loose->form == form, met = false;
    uint32_t state = automaton->start;
    while (at < limit) {
        size_t mark = at - at % apart + apart;
        state = read_from(plan, automaton, state, text, &at, mark < limit ? mark : limit);
        if (at < mark)
            break;
        uint32_t *at_mark = &loose->at_marks[mark / apart % MARKS];
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

static inline uint32_t next_state(const uint16_t *table, uint8_t column, uint32_t state) {
    const uint16_t *next = table + column;
    IN_ONE(next);
    return next[4 * (size_t)state];
}

/* Read from `bytes[*at]` on as far as to a state that is dead or tells something. */
static inline uint32_t next_told(const Reader *reader, const uint16_t *table, const uint8_t *classes, const Text *text,
                                 size_t *at, uint32_t state) {
    const uint32_t dead = reader->dead;
    const uint8_t *here = text->bytes + *at, *end = text->bytes + text->size;
    /* Far from the end of the text, that is not looked for at every step. */
    while (end - here >= 4)
        if ((state = next_state(table, classes[*here++], state)) >= dead ||
            (state = next_state(table, classes[*here++], state)) >= dead ||
            (state = next_state(table, classes[*here++], state)) >= dead ||
            (state = next_state(table, classes[*here++], state)) >= dead) {
            *at = (size_t)(here - text->bytes);
            return state;
        }
    while (here < end)
        if ((state = next_state(table, classes[*here++], state)) >= dead) {
            *at = (size_t)(here - text->bytes);
            return state;
        }
    *at = text->size + 1;
    state = next_state(table, (uint8_t)reader->end, state);
    return state > dead ? state : dead;
}

static inline bool found_at(const Plan *plan, uint32_t form, const Text *text, size_t place, Loose *loose,
                            Match *match) {
    const Shape *shape = &plan->shapes[form];
    const Reader *reader = &plan->readers[shape->reader];
    const uint8_t *bytes = text->bytes;
    uint8_t front = place > 0 ? plan->bytes[shape->before + bytes[place - 1]] : BESIDE_OPEN;
    if (front == BESIDE_DENIED)
        return false;
    const uint16_t *table = (const uint16_t *)(plan->bytes + reader->table);
    const uint8_t *classes = plan->bytes + reader->classes;
    IN_ONE(table);
    IN_ONE(classes);
    const uint32_t dead = reader->dead;
    bool started = front == BESIDE_FINE, ended = false;
    uint32_t state = reader->start;
    for (size_t at = place;;) {
        if (state > dead) {
            /* Most places die before they get here. */
            if (!started && !may_start(plan, form, text, place, loose))
                return false;
            started = true;
            const Told *told = (const Told *)(plan->bytes + reader->told) + (state - dead);
            if (told->how & TOLD_SOMEWHERE) {
                *match = (Match){form, (uint32_t)place, SOMEWHERE, 0};
                return true;
            }
            if (!(told->how & TOLD_IF_CHECKED) || checks_after(plan, shape, text, at - 1)) {
                *match = (Match){form, (uint32_t)place, ended ? SOMEWHERE : (uint32_t)at - 1, told->applying};
                if (ended)
                    return true;
                ended = true;
            }
            if (told->how & TOLD_LAST || at > text->size)
                return ended;
        }
        state = next_told(reader, table, classes, text, &at, state);
        if (state == dead)
            return ended;
    }
}

/* A place that stands for itself: what was read of others is of no use to it. */
bool match_at(const Plan *plan, uint32_t form, const Text *text, size_t place, Match *match) {
    Loose loose = {0};
    return found_at(plan, form, text, place, &loose, match);
}

bool add_match_at(const Plan *plan, uint32_t form, const Text *text, size_t place, Matches *matches) {
    Match match = {form, (uint32_t)place, UNTRIED, 0};
    if (place >= matches->ends[form]) {
        if (!found_at(plan, form, text, place, &matches->loose[form % LOOSE_FORMS], &match))
            return true;
        if (match.end != SOMEWHERE)
            matches->ends[form] = match.end;
    }
    return add_match(matches, match);
}
