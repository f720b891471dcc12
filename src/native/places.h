/* Places: the bits of a bitmap as numbers. */
#ifndef BUCKETSIEVE_PLACES_H
#define BUCKETSIEVE_PLACES_H

#include <stddef.h>
#include <stdint.h>

#include "classify.h"

/* Room for the places of a stretch, and for what is written behind the last. */
enum { STRETCH_PLACES = STRETCH * 64 + 8 };

/* The places of the bits of `count` words, up to STRETCH, in order; the answer is their number. */
size_t list_places(const uint64_t *words, size_t count, uint16_t places[STRETCH_PLACES]);

#endif
