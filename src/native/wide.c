#include "wide.h"

#include <stdbool.h>
#include <string.h>

#include "normal.h"
#include "plan.h"
#include "text.h"

static const uint8_t replacement[] = {0xEF, 0xBF, 0xBD}; /* U+FFFD */

/* Bytes of the character that stands there; or, if it is broken, of what one U+FFFD stands for: as much as a character
 * may begin with (Unicode 3.9, table 3-8). */
static size_t character(const uint8_t *bytes, size_t size, bool *whole) {
    uint8_t first = bytes[0];
    size_t rest = first < 0xC2 || first > 0xF4 ? 0 : first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3, count = 1;
    uint8_t low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
    uint8_t high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
    for (; count <= rest && count < size && low <= bytes[count] && bytes[count] <= high; count++) {
        low = 0x80;
        high = 0xBF;
    }
    *whole = first < 0x80 || (rest > 0 && count > rest);
    return count;
}

uint32_t small_of_two(uint32_t letter) {
    if (letter < 0x100)
        return letter >= 0xC0 && letter <= 0xDE && letter != 0xD7 ? letter + 0x20 : letter;
    if (letter < 0x180) {
        bool after_odd = (letter >= 0x139 && letter <= 0x148) || letter >= 0x179;
        if (letter == 0x130 || letter == 0x138 || letter == 0x178 || letter == 0x17F)
            return 0;
        return after_odd ? letter + (letter & 1) : letter | 1;
    }
    if (letter >= 0x400 && letter < 0x480)
        return letter < 0x410 ? letter + 0x50 : letter < 0x430 ? letter + 0x20 : letter < 0x460 ? letter : letter | 1;
    return (letter >= 0x2B0 && letter < 0x370) || (letter >= 0x590 && letter < 0x700) ? letter : 0;
}

/* Whether no character that begins so has another small letter: South and East Asian ones, punctuation, symbols. */
static bool lacks_case(const uint8_t *bytes) {
    uint8_t first = bytes[0];
    if (first == 0xE2)
        return bytes[1] <= 0x82;
    if (first == 0xF0)
        return bytes[1] >= 0x9F;
    return first == 0xE0 || (first >= 0xE3 && first <= 0xE9) || (first >= 0xEB && first <= 0xED);
}

/* False: only Python knows the small letter. It has as many bytes. */
static bool put_small(const uint8_t *bytes, size_t size, uint8_t *small) {
    if (size == 1) {
        small[0] = is_upper(bytes[0]) ? bytes[0] | 0x20 : bytes[0];
        return true;
    }
    if (size == 2) {
        uint32_t letter = small_of_two((uint32_t)(bytes[0] & 0x1F) << 6 | (bytes[1] & 0x3F));
        small[0] = (uint8_t)(0xC0 | letter >> 6);
        small[1] = (uint8_t)(0x80 | (letter & 0x3F));
        return letter != 0;
    }
    memcpy(small, bytes, size);
    return lacks_case(bytes);
}

size_t wide_normalised(const uint8_t *bytes, size_t size, uint32_t how, uint8_t *normal) {
    if (how == NORMAL_DIGITS)
        return normalised(bytes, size, how, normal);
    if (how == NORMAL_ALNUM)
        return NOT_KNOWN;
    size_t count = 0, taken;
    for (size_t place = 0; place < size; place += taken) {
        bool whole;
        taken = character(bytes + place, size - place, &whole);
        size_t put = whole ? taken : sizeof replacement;
        if (!whole || how == NORMAL_NONE)
            memcpy(normal + count, whole ? bytes + place : replacement, put);
        else if (!put_small(bytes + place, put, normal + count))
            return NOT_KNOWN;
        count += put;
    }
    return count;
}
