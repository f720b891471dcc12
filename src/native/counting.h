/* Whether characters repeat or count: `counts` in `bucketsieve.detect.validators.passwords`. */
#ifndef BUCKETSIEVE_COUNTING_H
#define BUCKETSIEVE_COUNTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* So many characters that repeat or count are too many. */
enum { COUNTED = 6 };

/* A function that tells it of characters of a type. The distance to another character and the difference from it are
 * the same at COUNTED - 1 places in a row: each such run has one in common with the places that are looked at first. */
#define DEFINE_COUNTS(name, Character) \
    static bool name##_from(const Character *value, size_t size, size_t place, size_t distance, int difference) { \
        size_t from = place, to = place; \
        while (from > 0 && value[from - 1 + distance] - value[from - 1] == difference) \
            from--; \
        while (to + 1 + distance < size && value[to + 1 + distance] - value[to + 1] == difference) \
            to++; \
        return to - from + 1 >= COUNTED - 1; \
    } \
    static bool name(const Character *value, size_t size) { \
        for (size_t place = COUNTED - 2; place + 1 < size; place += COUNTED - 1) { \
            int next = value[place + 1] - value[place]; \
            bool second = place + 2 < size && value[place + 2] - value[place] == 1; \
            if (-1 <= next && next <= 1 && name##_from(value, size, place, 1, next)) \
                return true; \
            if (second && name##_from(value, size, place, 2, 1)) \
                return true; \
        } \
        return false; \
    }

#endif
