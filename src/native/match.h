/* Whether a form may match at a place: the form's regular expression as automata. */
#ifndef BUCKETSIEVE_MATCH_H
#define BUCKETSIEVE_MATCH_H

#include "hits.h"
#include "plan.h"
#include "text.h"

/* The state of `automaton` behind `bytes[0]` to `bytes[size - 1]`. */
uint32_t state_after(const Plan *plan, const Automaton *automaton, const uint8_t *bytes, size_t size);

/* Those of two automata, which takes hardly longer: a processor need not wait for one to step on with the other. The
 * second is of no use if the first is dead. */
void states_after(const Plan *plan, const Automaton *one, const Automaton *other, const uint8_t *bytes, size_t size,
                  uint32_t states[2]);

/* Whether `automaton` matches all of `bytes[0]` to `bytes[size - 1]`. */
bool matches_whole(const Plan *plan, uint32_t automaton, const uint8_t *bytes, size_t size);

/* Whether `automaton` matches the beginning of `bytes`, or nothing. */
bool matches_beginning(const Plan *plan, uint32_t automaton, const uint8_t *bytes, size_t size);

/* How many of the bytes `automaton` can read: it is dead behind the next one, or there is none. */
size_t dies_at(const Plan *plan, uint32_t automaton, const uint8_t *bytes, size_t size);

/* A bit for each of several automata that matches the beginning of `bytes`, or nothing; or what stands in front of
 * `bytes[end]`, read backwards. */
uint32_t several_beginning(const Plan *plan, const Several *several, const uint8_t *bytes, size_t size);
uint32_t several_back(const Plan *plan, const Several *several, const uint8_t *bytes, size_t end);

/* Add the match of form number `form` at `place`, with what its boundaries ask for, if there is one. That is never left
 * out where the regular expression matches; if the shape is exact, there is none elsewhere, and its end is right unless
 * it is SOMEWHERE. Inside of the form's last match it stays untried: mostly that one is a value, and this one is passed
 * over. False: no memory. */
bool add_match_at(Matches *matches, uint32_t form, size_t place);

/* The next match that starts inside of `outer`, behind `*place`, which is brought up to date; to begin with, where that
 * starts. False: there is none. */
bool next_inside(const Plan *plan, const Text *text, const Match *outer, size_t *place, Match *match);

#endif
