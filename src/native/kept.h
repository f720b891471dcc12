/* What is reported of an object: of each value how often and where it was met, how it is shown, and its fingerprint; not
 * the value itself. */
#ifndef BUCKETSIEVE_KEPT_H
#define BUCKETSIEVE_KEPT_H

#include <stdint.h>

#include "fingerprint.h"

typedef struct {
    uint64_t count;
    uint64_t text;  /* offset in the texts: its mask, the line around it */
    uint64_t place; /* number of its first place; the others follow */
    uint32_t mask_size, line_size, place_count;
    uint32_t beginning; /* number of that of its finding: the detector's id, severity, confidence, reason */
    char fingerprint[HEX_DIGITS];
} Kept;

/* In the object: bytes, line and column. */
typedef struct {
    int64_t start, end, line, column;
} Spot;

enum { BEGINNING_FIELDS = 4 };

#endif
