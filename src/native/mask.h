/* What of a value may be shown. */
#ifndef BUCKETSIEVE_MASK_H
#define BUCKETSIEVE_MASK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "plan.h"

/* Bytes that a mask has more than its value, at most. */
enum { MASK_MORE = 10 };

/* Whether C knows what may be shown of a value. */
bool can_mask(const uint8_t *value, size_t size, uint32_t kind);

/* Write what is shown of such a value, and say how long that is. As `bucketsieve.detect.mask`. */
size_t mask_value(const uint8_t *value, size_t size, uint32_t kind, uint8_t *shown);

/* Write bytes behind `count` others, and say how many there are then. */
static inline size_t put(uint8_t *shown, size_t count, const void *bytes, size_t size) {
    memcpy(shown + count, bytes, size);
    return count + size;
}

/* What is shown of a byte that is no value's. */
static inline uint8_t printable(uint8_t byte) { return byte < 0x20 || byte == 0x7F ? ' ' : byte; }

#endif
