/* What tells passwords from what stands in their place, beside words and code: validators/passwords.py. */
#ifndef BUCKETSIEVE_PASSWORDS_H
#define BUCKETSIEVE_PASSWORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static inline bool is_quote(uint8_t byte) { return byte == '"' || byte == '\''; }

/* As `is_placeholder`, of a value in small letters, apart from words and templates: without the quotes around it, it
 * has fewer different characters than `least`, or characters that repeat or count. */
bool stands_in(const uint8_t *value, size_t size, uint32_t least);

typedef enum { UNMEASURED, WEAK, STRONG, STRONG_IF_RANDOM } Strength;

/* By the validator of passwords that are assigned: weak, if of lower case, upper case, digits and others one occurs, or
 * two in a value that is short or has a hyphen; strong, if more do. */
Strength strength_of(const uint8_t *value, size_t size);

/* Whether a value of this strength is a weak password: if it has surely less entropy than so many thousandths of a bit
 * a character, where that counts. */
bool is_weak(Strength strength, const uint8_t *value, size_t size, uint32_t thousandths);

/* Whether only sums that are rounded as Python does it tell if it is. */
bool may_be_weak(Strength strength, const uint8_t *value, size_t size, uint32_t thousandths);

#endif
