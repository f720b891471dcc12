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

/* U+2116, which stands in front of numbers, in UTF-8. */
enum { NUMERO_BYTES = 3 };
static inline bool is_numero(const uint8_t *bytes, size_t size) {
    return size >= NUMERO_BYTES && bytes[0] == 0xE2 && bytes[1] == 0x84 && bytes[2] == 0x96;
}

/* Whether it is ASCII and what can surely be shown in UTF-8: most Latin, Cyrillic and Chinese letters, many Korean ones,
 * U+2116. */
bool is_plain(const uint8_t *bytes, size_t size);

#endif
