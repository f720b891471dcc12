/* Normal forms of values: what makes two spellings the same value. */
#ifndef BUCKETSIEVE_NORMAL_H
#define BUCKETSIEVE_NORMAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Write the value in its normal form, as `normalise` in `bucketsieve.detect.fingerprint`, and say how long that is. The
 * value must be ASCII, and `normal` have room for all of it. */
size_t normalised(const uint8_t *bytes, size_t size, uint32_t how, uint8_t *normal);

bool is_ascii(const uint8_t *bytes, size_t size);

/* Whether it is ASCII and letters in UTF-8 that can surely be shown: most Latin, Cyrillic and Chinese ones, and many
 * Korean ones. */
bool is_plain(const uint8_t *bytes, size_t size);

#endif
