/* Sorting what comes in runs that are in order: for each form, or each program, its places do.
 *
 * Takes as many passes as the logarithm of the number of runs: none, mostly, where qsort would take a dozen.
 */
#ifndef BUCKETSIEVE_ORDER_H
#define BUCKETSIEVE_ORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

typedef int Comparison(const void *one, const void *other);

/* The end of the run that begins with item `from`. */
static inline __attribute__((always_inline)) size_t run_end(const char *items, size_t from, size_t count, size_t size,
                                                            Comparison *compare) {
    size_t to = from + 1;
    while (to < count && compare(items + (to - 1) * size, items + to * size) <= 0)
        to++;
    return to < count ? to : count;
}

/* Write the runs [from, middle) and [middle, to) to the same place in `merged`, as one. */
static inline __attribute__((always_inline)) void merge_two(const char *items, char *merged, size_t from, size_t middle,
                                                            size_t to, size_t size, Comparison *compare) {
    size_t left = from, right = middle;
    for (size_t place = from; place < to; place++) {
        bool first = right == to || (left < middle && compare(items + left * size, items + right * size) <= 0);
        memcpy(merged + place * size, items + (first ? left : right) * size, size);
        left += first;
        right += !first;
    }
}

/* Sort `count` items of `size` bytes; equal ones keep their order. To be inlined, with a constant size and comparison.
 * False: no memory. */
static inline __attribute__((always_inline)) bool merge_runs(void *items, size_t count, size_t size, Comparison *compare) {
    if (run_end(items, 0, count, size, compare) == count)
        return true;
    char *memory = malloc(count * size), *from = items, *to = memory;
    if (memory == NULL)
        return false;
    for (bool sorted = false; !sorted;) {
        size_t begin = 0;
        for (size_t runs = 0; begin < count; runs++) {
            size_t middle = run_end(from, begin, count, size, compare);
            size_t end = middle < count ? run_end(from, middle, count, size, compare) : count;
            merge_two(from, to, begin, middle, end, size, compare);
            sorted = runs == 0 && end == count;
            begin = end;
        }
        char *other = from;
        from = to;
        to = other;
    }
    if (from == memory)
        memcpy(items, memory, count * size);
    free(memory);
    return true;
}

#endif
