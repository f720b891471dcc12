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

/* As the validator of passwords that are assigned: of lower case, upper case, digits and others one occurs, or two in a
 * value that is short, has a hyphen or surely less entropy than so many thousandths of a bit a character. */
bool is_weak(const uint8_t *value, size_t size, uint32_t thousandths);

/* Whether only sums that are rounded as Python does it tell if it is. */
bool may_be_weak(const uint8_t *value, size_t size, uint32_t thousandths);

#endif
