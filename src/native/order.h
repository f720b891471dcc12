/* Sorting what comes in runs that are in order: for each form, or each program, its places do.  Takes as many
 * passes as the logarithm of the number of runs: none, mostly, where qsort would take a dozen. */
#ifndef BUCKETSIEVE_ORDER_H
#define BUCKETSIEVE_ORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

typedef int Comparison(const void *one, const void *other);

#define INLINED static inline __attribute__((always_inline))

/* Write the runs [from, middle) and [middle, to) to the same place in `merged`, as one. Which of the two comes next a
 * processor cannot guess, so nothing branches on it. */
INLINED void merge_two(const char *items, char *merged, size_t from, size_t middle, size_t to, size_t size,
                       Comparison *compare) {
    size_t left = from, right = middle, place = from;
    for (; left < middle && right < to; place++) {
        bool later = compare(items + left * size, items + right * size) > 0;
        memcpy(merged + place * size, items + (later ? right : left) * size, size);
        right += later;
        left += !later;
    }
    memcpy(merged + place * size, items + left * size, (middle - left) * size);
    place += middle - left;
    memcpy(merged + place * size, items + right * size, (to - right) * size);
}

/* Where the runs of `items` end; the answer is their number. */
INLINED size_t find_runs(const char *items, size_t count, size_t size, Comparison *compare, size_t *ends) {
    size_t runs = 0;
    for (size_t place = 1; place < count; place++)
        if (compare(items + (place - 1) * size, items + place * size) > 0)
            ends[runs++] = place;
    ends[runs++] = count;
    return runs;
}

INLINED bool in_order(const char *items, size_t count, size_t size, Comparison *compare) {
    for (size_t place = 1; place < count; place++)
        if (compare(items + (place - 1) * size, items + place * size) > 0)
            return false;
    return true;
}

/* Sort `count` items of `size` bytes; equal ones keep their order. To be inlined, with a constant size and comparison.
 * False: no memory. */
INLINED bool merge_runs(void *items, size_t count, size_t size, Comparison *compare) {
    if (in_order(items, count, size, compare))
        return true;
    char *memory = malloc(count * size), *from = items, *to = memory;
    size_t *ends = malloc(count * sizeof *ends);
    bool ok = memory != NULL && ends != NULL;
    for (size_t runs = ok ? find_runs(items, count, size, compare, ends) : 1; runs > 1; runs = (runs + 1) / 2) {
        size_t begin = 0;
        for (size_t run = 0; run < runs; run += 2) {
            size_t end = ends[run + 1 < runs ? run + 1 : run];
            merge_two(from, to, begin, ends[run], end, size, compare);
            ends[run / 2] = begin = end;
        }
        char *other = from;
        from = to;
        to = other;
    }
    if (from != items)
        memcpy(items, from, count * size);
    free(memory);
    free(ends);
    return ok;
}

#endif
