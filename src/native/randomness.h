/* Whether a value looks random: what validators ask of tokens and keys. Values are ASCII. */
#ifndef BUCKETSIEVE_RANDOMNESS_H
#define BUCKETSIEVE_RANDOMNESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether there are fewer different characters. */
bool fewer_kinds(const uint8_t *value, size_t size, unsigned least);

/* As `entropy_of` in `bucketsieve.detect.validators.secrets`, but for what is rounded. */
double entropy_of(const uint8_t *value, size_t size);

/* As `has_entropy` there: 1 if that are so many thousandths of a bit a character, -1 if not, 0 if sums that are rounded
 * in another order may tell otherwise. */
int has_entropy(double entropy, uint32_t thousandths);

/* As `counts` in `bucketsieve.detect.validators.passwords`: characters repeat or count. */
bool counts(const uint8_t *value, size_t size);

/* As `is_random` there: its parts are words. */
bool has_words(const uint8_t *value, size_t size);

/* Of the characters, one occurs two or three times and the others once. */
bool one_repeated(const uint8_t *value, size_t size);

#endif
