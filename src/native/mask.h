/* What of a value may be shown, and the line around it. */
#ifndef BUCKETSIEVE_MASK_H
#define BUCKETSIEVE_MASK_H

#include "plan.h"
#include "text.h"

/* Bytes that a mask has more than its value, at most. */
enum { MASK_MORE = 10 };

/* Bytes of the line shown on each side of the value, as CONTEXT_BYTES in `bucketsieve.detect.context`. */
enum { CONTEXT_BYTES = 80 };

/* Bytes that the line has more than the value's mask, at most: if one byte after the other is the value, and shown as its mask. */
enum { CONTEXT_MORE = 2 * CONTEXT_BYTES * (1 + MASK_MORE) };

/* Write what is shown of a value, which must be ASCII, and say how long that is. As `bucketsieve.detect.mask`. */
size_t mask_value(const uint8_t *value, size_t size, uint32_t kind, uint8_t *shown);

typedef struct {
    const uint8_t *bytes;
    size_t size;
} Span;

#define NOT_SHOWN SIZE_MAX

/* Write the line around text[start:end], no other value near, of which `mask` is shown, up to `limit`; and say how long it is.
 * NOT_SHOWN: there is more to it than ASCII. As `masked_line` in `bucketsieve.detect.context`. */
size_t mask_line(const Text *text, size_t limit, size_t start, size_t end, Span mask, uint8_t *shown);

#endif
