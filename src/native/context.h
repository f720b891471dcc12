/* Whether a context word speaks of a value: `keywords.speaks_before` and `names`, with the same regular expressions. */
#ifndef BUCKETSIEVE_CONTEXT_H
#define BUCKETSIEVE_CONTEXT_H

#include "hits.h"
#include "plan.h"
#include "text.h"

/* The first of `hits`, which are in the order of their starts, from number `from` on, that starts at `place` or
 * later. */
size_t first_from(const WordHits *hits, size_t place, size_t from);

/* Whether a word may speak of a match of a form that starts at `place`. True also for every word that ends behind that,
 * for only the regular expression tells where the value begins and ends. `*from` as of `nearest_word`. */
bool spoken_of(const Plan *plan, const Text *text, const Shape *shape, size_t place, const WordHits *hits,
               size_t *from);

/* 1 + the number of the nearest word that speaks of a match of a form from `start` to `end`, those in front of it
 * first; 0 if none does. Words up to number `*from`, 0 to begin with, start in front of it; it is brought up to date
 * for a match that starts there or later. */
uint32_t nearest_word(const Plan *plan, const Text *text, const Shape *shape, size_t start, size_t end,
                      const WordHits *hits, size_t *from);

enum { NOT_WAITING, WAITING, WAITING_FOR_NAME };

/* Whether a form of which C knows the expression waits for a word, and perhaps only for one that is assigned
 * something. */
static inline int waits_for(const Plan *plan, const Shape *shape, uint32_t word) {
    const WordTeam *teams = (const WordTeam *)(plan->bytes + plan->words[word].teams);
    for (const WordTeam *each = teams; each < teams + plan->words[word].team_count; each++)
        if (each->team == shape->team && (each->wanted >> shape->place & 1))
            return each->names_only >> shape->place & 1 ? WAITING_FOR_NAME : WAITING;
    return NOT_WAITING;
}

#endif
