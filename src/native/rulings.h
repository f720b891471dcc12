/* What the plan knows of validators: for a value of a form, whether it is one, or that Python has to say. */
#ifndef BUCKETSIEVE_RULINGS_H
#define BUCKETSIEVE_RULINGS_H

#include "plan.h"

/* As long as a value of the catalogue may be. */
enum { LONGEST_VALUE = 4096 };

/* Write the value in its normal form, as `normalise` in `bucketsieve.detect.fingerprint`, and say how long that is. The
 * value must be ASCII, and `normal` have room for all of it. */
size_t normalised(const uint8_t *bytes, size_t size, uint32_t how, uint8_t *normal);

bool is_ascii(const uint8_t *bytes, size_t size);

/* The first ruling of the form that speaks of the value, behind which its first panel is in `state`; NULL if none does, or if
 * it says that Python has to, or to look at words. */
const Ruling *rule(const Plan *plan, const Shape *shape, const uint8_t *bytes, size_t size, uint32_t state);

/* The same for a value by itself, of which the words are left to whoever asks. */
const Ruling *rule_alone(const Plan *plan, const Shape *shape, const uint8_t *bytes, size_t size);

#endif
