/* Heads: four bytes of text by which words, hooks and names are told from most of what they are not. */
#ifndef BUCKETSIEVE_HEADS_H
#define BUCKETSIEVE_HEADS_H

#include "loads.h"

/* Four bytes with bit 5 set, which makes letters small ones. */
static inline uint32_t head_at(const uint8_t *bytes) { return four_at(bytes) | 0x20202020; }

static inline uint64_t hash_of_eight(uint64_t eight) { return eight * 0x9E3779B97F4A7C15; }

#define FACTOR 0x9E3779B1u

static inline uint32_t hash_of(uint32_t head) { return head * FACTOR; }

/* Of a head's first three bytes: hash_of(head << 8). */
static inline uint32_t hash_of_three(uint32_t head) { return head * (FACTOR << 8); }

/* Whether the bit of a hash is set: the first bits say in which row, the next five where. */
static inline uint32_t is_in(const uint32_t *rows, uint32_t hash, int row_bits) {
    return rows[hash >> (32 - row_bits)] >> (hash >> (27 - row_bits)) % 32 & 1;
}

#endif
