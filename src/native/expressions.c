#include "expressions.h"

#include <string.h>

/* What is not decided in so many steps, or with so many ways open, is left to Python. */
enum { MOST_STEPS = 40000, MOST_WAYS = 512, DEEPEST = 4, BYTES_A_STEP = 16 };

#define UNMARKED UINT32_MAX

/* A way that was not taken yet: go on `at` an instruction at `place`, then at the places before, as far as to `low`, but
 * only where that leads anywhere, by a set that is not 0. Or, at none, mark number `low` is taken back to `place`. */
typedef struct {
    const Instruction *at;
    uint32_t place, low, set;
} Way;

typedef struct {
    const uint8_t *plan;
    const Instruction *program;
    const Text *text;
    int64_t steps; /* back, or around, that are left */
    uint32_t ways, end;
    uint32_t marks[MOST_MARKS];
    Way open[MOST_WAYS];
} Run;

static inline bool add_way(Run *run, Way way) {
    if (run->ways == MOST_WAYS)
        return false;
    run->open[run->ways++] = way;
    return true;
}

static bool in_set(const Run *run, const Instruction *each, size_t place) {
    return run->plan[each->set + run->text->bytes[place]];
}

static bool stands_beside(const Run *run, const Instruction *each, size_t place) {
    if (each->least)
        return place > 0 ? in_set(run, each, place - 1) : each->most;
    return place < run->text->size ? in_set(run, each, place) : each->most;
}

static bool at_border(const Run *run, const Instruction *each, size_t place) {
    bool front = place > 0 && in_set(run, each, place - 1);
    return front != (place < run->text->size && in_set(run, each, place));
}

/* The ways that lead anywhere in front of two bytes. */
static inline uint32_t ways_at(const Run *run, uint32_t set, size_t place) {
    const uint8_t *ways = run->plan + set, *bytes = run->text->bytes + place;
    uint32_t first = ways[bytes[0]] & ALL_WAYS;
    return place + 1 < run->text->size ? first & ways[bytes[1]] >> WAYS : first;
}

static inline uint32_t ways_of(const Run *run, const Instruction *each, size_t place) {
    return place < run->text->size ? ways_at(run, each->set, place) : each->least;
}

static size_t run_of(const uint8_t *set, const uint8_t *bytes, size_t size, size_t most) {
    size_t count = 0;
    most = most < size ? most : size;
    while (count < most && set[bytes[count]])
        count++;
    return count;
}

/* Whether the bytes between two marks stand at `place` once more; how many these are is added to it. */
static bool stands_again(const Run *run, const Instruction *each, uint32_t *place) {
    uint32_t from = run->marks[each->least], to = run->marks[each->least + 1];
    if (from == UNMARKED || to == UNMARKED || from > to || to - from > run->text->size - *place)
        return false;
    bool same = memcmp(run->text->bytes + from, run->text->bytes + *place, to - from) == 0;
    *place += to - from;
    return same;
}

static void spend(Run *run, uint32_t bytes) { run->steps -= bytes / BYTES_A_STEP; }

/* Leave out the places of a way that lead nowhere; false if that leaves none. */
static bool leave_out(Run *run, Way *way) {
    if (way->set == 0)
        return true;
    const uint8_t *ways = run->plan + way->set, *bytes = run->text->bytes;
    uint32_t place = way->place;
    for (;; place--) {
        while (place > way->low && !(ways[bytes[place]] & ALL_WAYS))
            place--;
        if (place == way->low || ways_at(run, way->set, place))
            break;
    }
    spend(run, way->place - place);
    way->place = place;
    return ways_at(run, way->set, place) != 0;
}

/* The last way that is open above the `bottom`; false if there is none, or no step is left. */
static bool go_back(Run *run, uint32_t bottom, const Instruction **at, uint32_t *place) {
    while (run->ways > bottom && run->steps-- > 0) {
        Way *way = &run->open[run->ways - 1];
        if (way->at == NULL) {
            run->marks[way->low] = way->place;
            run->ways--;
            continue;
        }
        if (!leave_out(run, way)) {
            run->ways--;
            continue;
        }
        *at = way->at;
        *place = way->place;
        if (way->place > way->low)
            way->place--;
        else
            run->ways--;
        return true;
    }
    return false;
}

/* Follow the program from an instruction on. What it finds ends at `run->end`. */
static int follow(Run *run, const Instruction *each, uint32_t place, unsigned depth) {
    const uint32_t bottom = run->ways;
    const uint8_t *const plan = run->plan, *const bytes = run->text->bytes;
    const size_t size = run->text->size;
    if (depth == DEEPEST)
        return UNSURE;
    for (;;) {
        /* What holds continues with the next one, what does not breaks. */
        switch (each->what) {
        case READ:
            while (each->what == READ && place < size && plan[each->set + bytes[place]]) {
                place++;
                each++;
            }
            if (each->what == READ)
                break;
            continue;
        case REPEAT: {
            uint32_t count = (uint32_t)run_of(plan + each->set, bytes + place, size - place, each->most);
            spend(run, count);
            if (count < each->least)
                break;
            if (count > each->least && each->next &&
                !add_way(run, (Way){each + 1, place + count - 1, place + each->least, each->next}))
                return UNSURE;
            place += count;
            each++;
            continue;
        }
        case EITHER: {
            uint32_t ways = ways_of(run, each, place);
            for (; ways == WAY_OTHER && run->program[each->other].what == EITHER; ways = ways_of(run, each, place))
                each = run->program + each->other;
            if (ways == 0)
                break;
            if (ways == ALL_WAYS && !add_way(run, (Way){run->program + each->other, place, place, 0}))
                return UNSURE;
            each = ways == WAY_OTHER ? run->program + each->other : each + 1;
            continue;
        }
        case GO:
            if (run->steps-- <= 0)
                return UNSURE;
            each = run->program + each->other;
            continue;
        case MARK:
            /* Without a way that is open nothing is taken back. */
            if (run->ways > 0 && !add_way(run, (Way){NULL, run->marks[each->least], each->least, 0}))
                return UNSURE;
            run->marks[each->least] = place;
            each++;
            continue;
        case AGAIN:
            if (!stands_again(run, each, &place))
                break;
            each++;
            continue;
        case LOOK: {
            int found = place < each->least ? NO_VALUE : follow(run, each + 1, place - each->least, depth + 1);
            if (found == UNSURE)
                return UNSURE;
            if ((found == A_VALUE) != (each->most != 0))
                break;
            each = run->program + each->other;
            continue;
        }
        case BESIDE:
            if (!stands_beside(run, each, place))
                break;
            each++;
            continue;
        case BORDER:
            if (!at_border(run, each, place))
                break;
            each++;
            continue;
        default:
            run->end = place;
            if (depth > 0)
                run->ways = bottom;
            return A_VALUE;
        }
        if (!go_back(run, bottom, &each, &place))
            return run->steps < 0 ? UNSURE : NO_VALUE;
    }
}

int value_at(const Plan *plan, const Shape *shape, const Text *text, uint32_t start, Extent *value) {
    if (shape->program_size == 0)
        return UNSURE;
    Run run;
    run.plan = plan->bytes;
    run.program = (const Instruction *)(plan->bytes + shape->program);
    run.text = text;
    run.steps = MOST_STEPS;
    run.ways = 0;
    memset(run.marks, 0xff, sizeof run.marks);
    int found = follow(&run, run.program, start, 0);
    if (found != A_VALUE)
        return found;
    *value = (Extent){start, run.end, run.end};
    if (shape->whole)
        return A_VALUE;
    value->start = run.marks[0];
    value->end = run.marks[1];
    return value->start <= value->end && value->end <= run.end ? A_VALUE : UNSURE;
}

bool expression_ok(const Header *header, const uint8_t *bytes, const Shape *shape) {
    uint32_t count = shape->program_size;
    if (count == 0)
        return true;
    if (shape->program % 4 || shape->program > header->size ||
        (uint64_t)count * sizeof(Instruction) > header->size - shape->program)
        return false;
    const Instruction *program = (const Instruction *)(bytes + shape->program);
    for (uint32_t place = 0; place < count; place++) {
        const Instruction *each = &program[place];
        bool marks = each->what == MARK || each->what == AGAIN, on = each->what == EITHER || each->what == LOOK;
        if (each->what >= INSTRUCTIONS || header->size < 256 || each->set > header->size - 256 ||
            each->next > header->size - 256 || each->other >= count || (on && each->other <= place) ||
            (marks && each->least + (each->what == AGAIN) >= MOST_MARKS))
            return false;
    }
    return program[count - 1].what == FINISH;
}
