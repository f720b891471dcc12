/* Where something stands in the object: its line, its column and its bytes there. */
#ifndef BUCKETSIEVE_CURSOR_H
#define BUCKETSIEVE_CURSOR_H

#include "text.h"

/* How the object is written, as `Encoding` in `bucketsieve.detect.text`. */
typedef struct {
    uint32_t unit;   /* bytes of a code unit; 1: the text is the object's own bytes */
    bool multi_byte; /* a character of the text may have several bytes */
} Written;

/* A place in the text; only moves forward. As `Cursor` in `bucketsieve.detect.text`. */
typedef struct {
    Written written;
    int64_t place;
    int64_t line, column, offset; /* lines and columns from 1; the offset is the object's */
} Cursor;

/* Move to `place`; the text begins at offset `base` of the whole text. */
void cursor_move(Cursor *cursor, const Text *text, int64_t base, int64_t place);

/* Bytes that a piece of the text has in the object. */
int64_t width_in_object(const Written *written, const uint8_t *bytes, size_t size);

#endif
