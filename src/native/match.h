/* Whether a form may match at a place: the form's regular expression as automata. */
#ifndef BUCKETSIEVE_MATCH_H
#define BUCKETSIEVE_MATCH_H

#include "hits.h"
#include "plan.h"
#include "text.h"

/* The state of `automaton` behind `bytes[0]` to `bytes[size - 1]`. */
uint32_t state_after(const Plan *plan, const Automaton *automaton, const uint8_t *bytes, size_t size);

/* Whether `automaton` matches all of `bytes[0]` to `bytes[size - 1]`. */
bool matches_whole(const Plan *plan, uint32_t automaton, const uint8_t *bytes, size_t size);

/* Whether `automaton` matches the beginning of `bytes`, or nothing. */
bool matches_beginning(const Plan *plan, uint32_t automaton, const uint8_t *bytes, size_t size);

/* A bit for each of several automata that matches the beginning of `bytes`, or nothing; or what stands in front of
 * `bytes[end]`, read backwards. */
uint32_t several_beginning(const Plan *plan, const Several *several, const uint8_t *bytes, size_t size);
uint32_t several_back(const Plan *plan, const Several *several, const uint8_t *bytes, size_t end);

/* Whether form number `form` can match at `place`, with what its boundaries ask for; if so, `match` is that. Never
 * false where the regular expression matches; if the shape is exact, true nowhere else, and the end is right unless it
 * is SOMEWHERE. */
bool match_at(const Plan *plan, uint32_t form, const Text *text, size_t place, Match *match);

/* Add the match of the form at `place`, if there is one. Inside of another one it stays untried: mostly that one is a
 * value, and this one is passed over. False: no memory. */
bool add_match_at(const Plan *plan, uint32_t form, const Text *text, size_t place, Matches *matches);

#endif
