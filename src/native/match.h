/* Whether a form may match at a place: the form's regular expression as automata. */
#ifndef BUCKETSIEVE_MATCH_H
#define BUCKETSIEVE_MATCH_H

#include "plan.h"
#include "text.h"

/* Whether `automaton` matches all of `bytes[0]` to `bytes[size - 1]`. */
bool matches_whole(const Plan *plan, uint32_t automaton, const uint8_t *bytes, size_t size);

/* Whether `automaton` matches the beginning of `bytes`, or nothing. */
bool matches_beginning(const Plan *plan, uint32_t automaton, const uint8_t *bytes, size_t size);

/* Whether the form can match at `place`, with what its boundaries ask for. True also where only the regular expression
 * itself can tell; never false where it matches. */
bool shape_matches(const Plan *plan, const Shape *shape, const Text *text, size_t place);

static inline bool may_begin(const Plan *plan, const Shape *shape, uint8_t byte) {
    return plan->bytes[shape->first + byte];
}

#endif
