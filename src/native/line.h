/* The line around a value, with every value in it masked: as `masked_line` in `bucketsieve.detect.context`. */
#ifndef BUCKETSIEVE_LINE_H
#define BUCKETSIEVE_LINE_H

#include "mask.h"
#include "text.h"

/* Bytes of the line shown on each side of the value, as CONTEXT_BYTES in `bucketsieve.detect.context`. */
enum { CONTEXT_BYTES = 80 };

/* Values in a line, at most, and bytes that a line has more than its value's mask: if one byte after the other is the
 * value, and shown as its mask, or each value in it has a longer one. */
enum { MOST_HIDDEN = 24, CONTEXT_MORE = 2 * CONTEXT_BYTES * (1 + MASK_MORE) + MOST_HIDDEN * MASK_MORE };

typedef struct {
    const uint8_t *bytes;
    size_t size;
} Span;

/* Bytes of the text that are masked as `mask` says; SEVERAL: by a sign, for they are several values'. */
typedef struct {
    size_t start, end;
    uint32_t mask;
} Hidden;

enum { SEVERAL = MASKS };

/* What touches a line: bytes that are masked, by their places, of which none overlaps another; and the values they are
 * made of, which may. */
typedef struct {
    Hidden hidden[MOST_HIDDEN];
    Span values[MOST_HIDDEN];
    size_t hidden_count, value_count;
} Touching;

/* The line around text[start:end], up to `limit`: the bytes from `low` up to `high`. */
typedef struct {
    size_t low, high;
} Line;

Line line_around(const Text *text, size_t limit, size_t start, size_t end);

#define NOT_SHOWN SIZE_MAX

/* Each of these writes the line and says how long that is. NOT_SHOWN: there is more to it than C knows. */

/* No other value is near text[start:end], of which `mask` is shown. */
size_t mask_line(const Text *text, Line line, size_t start, size_t end, Span mask, uint8_t *shown);

size_t mask_full_line(const Text *text, Line line, const Touching *touching, uint8_t *shown);

#endif
