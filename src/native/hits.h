/* What was found: arrays that grow. */
#ifndef BUCKETSIEVE_HITS_H
#define BUCKETSIEVE_HITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    uint32_t start, end, word;
} WordHit;

typedef struct {
    WordHit *items;
    size_t count, room;
} WordHits;

typedef struct {
    uint32_t *items;
    size_t count, room;
} Numbers;

/* False if there is no memory; the array stays as it was. */
bool add_word(WordHits *hits, WordHit hit);
bool add_numbers(Numbers *numbers, const uint32_t *items, size_t count);

#endif
