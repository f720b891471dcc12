/* Candidates: places that are values, unless another candidate that overlaps them is surer. */
#ifndef BUCKETSIEVE_CANDIDATES_H
#define BUCKETSIEVE_CANDIDATES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Who decided on a candidate: a ruling of the plan, or Python. */
enum { FROM_PYTHON = UINT32_MAX };

/* `start` and `end` are offsets in the whole text. As `Candidate` in `bucketsieve.detect.candidate`. */
typedef struct {
    int64_t start, end;
    uint32_t detector;
    uint32_t form;
    uint32_t ruling; /* its number in the plan, or FROM_PYTHON */
    uint32_t detail; /* of a ruling: 0, or 1 + the number of the context word; else the candidate's number in Python */
    uint64_t worth;  /* among candidates that overlap, see `worth_of` */
} Candidate;

/* The more, the better; among equals the longer one. Of a test value the surety is as of what is validated; `keyword`
 * is the number of characters of the context word; the confidence's rank is carried along in the lowest bits. */
static inline uint64_t worth_of(uint8_t surety, int32_t priority, uint16_t keyword, uint8_t rank) {
    return (uint64_t)surety << 56 | (uint64_t)((uint32_t)priority ^ 1u << 31) << 24 | (uint64_t)keyword << 8 | rank;
}

static inline uint8_t surety_of(const Candidate *candidate) { return (uint8_t)(candidate->worth >> 56); }
static inline uint8_t rank_of(const Candidate *candidate) { return (uint8_t)candidate->worth; }

/* In the order of the text, unless `mixed`. `items[first]` to `items[open - 1]` are settled, the rest may still be
 * overlapped by what is added. */
typedef struct {
    Candidate *items;
    size_t first, open, count, room;
    bool mixed;
} Candidates;

/* Negative if the one candidate comes first in the order of the text. */
int candidate_order(const Candidate *one, const Candidate *other);

/* False: no memory. */
bool more_candidates(Candidates *candidates);

/* Likewise. */
static inline bool add_candidate(Candidates *candidates, const Candidate *candidate) {
    if (candidates->count == candidates->room && !more_candidates(candidates))
        return false;
    Candidate *added = &candidates->items[candidates->count];
    *added = *candidate;
    if (candidates->count++ > candidates->open && added->start <= added[-1].start &&
        candidate_order(added - 1, added) > 0)
        candidates->mixed = true;
    return true;
}

/* Bring what was added since the last time into the order of the text. False: no memory. */
bool sort_candidates(Candidates *candidates);

/* Candidates that overlap, each another of them: items[from] to items[to - 1]. `reach` is the end of the last byte,
 * `best` the number of the one that wins in any case. */
typedef struct {
    size_t from, to, best;
    int64_t reach;
} Group;

/* Negative if the one candidate is the better one. As `Candidate.order`. */
static inline int by_worth(const Candidate *one, const Candidate *other) {
    uint64_t worth = one->worth >> 8, others = other->worth >> 8;
    if (worth != others)
        return worth > others ? -1 : 1;
    int64_t length = one->end - one->start, others_length = other->end - other->start;
    if (length != others_length)
        return length > others_length ? -1 : 1;
    if (one->start != other->start)
        return one->start < other->start ? -1 : 1;
    /* The forms of each detector follow those of the one before. */
    return one->form < other->form ? -1 : one->form > other->form;
}

/* The group that begins at `from`. */
static inline Group group_at(const Candidates *candidates, size_t from) {
    const Candidate *items = candidates->items;
    size_t count = candidates->count, to = from + 1, best = from;
    int64_t reach = items[from].end;
    for (; to < count && items[to].start < reach; to++) {
        reach = items[to].end > reach ? items[to].end : reach;
        best = by_worth(&items[to], &items[best]) < 0 ? to : best;
    }
    return (Group){from, to, best, reach};
}

/* Whether the best of a group overlaps all others. */
static inline bool leaves_none(const Candidates *candidates, const Group *group) {
    const Candidate *items = candidates->items, *best = &items[group->best];
    for (size_t number = group->from; number < group->best; number++)
        if (items[number].end <= best->start)
            return false;
    return group->best + 1 == group->to || items[group->to - 1].start < best->end;
}

/* Write the numbers of a group's winners to `won`, which has room for all, in the order of the text, and how many there
 * are to `count`. As `winners` in `bucketsieve.detect.resolve`. False: no memory. */
bool winners(const Candidates *candidates, const Group *group, uint32_t *won, size_t *count);

/* Forget the settled ones that start before `oldest`. */
void forget_candidates(Candidates *candidates, int64_t oldest);

/* The first that starts at `place` or later. */
size_t candidate_from(const Candidates *candidates, int64_t place);

#endif
