/* Places: the bits of a bitmap as numbers, and those of them where four bytes are worth a look. */
#ifndef BUCKETSIEVE_PLACES_H
#define BUCKETSIEVE_PLACES_H

#include <stddef.h>
#include <stdint.h>

#include "classify.h"

/* Room for the places of a stretch; and a margin, for more of them are written at a time than there may be. */
enum { STRETCH_PLACES = STRETCH * 64 + 32 };

/* The places of the bits of `count` words, up to STRETCH, in order; the answer is their number. */
size_t list_places(const uint64_t *words, size_t count, uint16_t places[STRETCH_PLACES]);

/* Of `count` places keep those where four bytes are one of the heads for which `rows` have a bit, 1 << HEAD_BITS of
 * them: see `plan.h`; and some more. The answer is how many. */
size_t keep_heads(const uint32_t *rows, const uint8_t *bytes, uint16_t *places, size_t count);

#endif
