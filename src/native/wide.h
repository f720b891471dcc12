/* Values that are not ASCII: their normal forms. */
#ifndef BUCKETSIEVE_WIDE_H
#define BUCKETSIEVE_WIDE_H

#include <stddef.h>
#include <stdint.h>

/* Bytes of the normal form for one of the value, at most: what is no UTF-8 is read as U+FFFD, as Python does it. */
enum { WIDEST = 3 };

#define NOT_KNOWN SIZE_MAX

/* The small letter for a character of two bytes: Latin, its accents, Cyrillic, Hebrew, Arabic. 0: none of these, or
 * left to Python (U+0130, U+0138, U+0178, U+017F). */
uint32_t small_of_two(uint32_t letter);

/* Write the value in its normal form, as `normalised` does with what is ASCII, and say how long that is. NOT_KNOWN:
 * only Python can tell. */
size_t wide_normalised(const uint8_t *bytes, size_t size, uint32_t how, uint8_t *normal);

#endif
