#include "rulings.h"

#include <string.h>

#include "match.h"
#include "text.h"

bool is_ascii(const uint8_t *bytes, size_t size) {
    uint8_t all = 0;
    for (size_t place = 0; place < size; place++)
        all |= bytes[place];
    return all < 0x80;
}

size_t normalised(const uint8_t *bytes, size_t size, uint32_t how, uint8_t *normal) {
    size_t count = 0;
    switch (how) {
    case NORMAL_DIGITS:
        for (size_t place = 0; place < size; place++) {
            normal[count] = bytes[place];
            count += is_digit(bytes[place]);
        }
        return count;
    case NORMAL_ALNUM:
        for (size_t place = 0; place < size; place++) {
            uint8_t byte = bytes[place];
            normal[count] = is_lower(byte) ? byte & 0xDF : byte;
            count += is_digit(byte) || is_letter(byte);
        }
        return count;
    case NORMAL_LOWER:
        for (size_t place = 0; place < size; place++)
            normal[place] = is_upper(bytes[place]) ? bytes[place] | 0x20 : bytes[place];
        return size;
    default:
        memcpy(normal, bytes, size);
        return size;
    }
}

/* ISO/IEC 7812-1, annex B. */
static bool luhn_holds(const uint8_t *digits, size_t size) {
    static const uint8_t doubled[] = {0, 2, 4, 6, 8, 1, 3, 5, 7, 9};
    unsigned sum = 0;
    for (size_t place = 0; place < size; place++) {
        if (!is_digit(digits[place]))
            return false;
        unsigned digit = digits[place] - '0';
        sum += (size - place) % 2 ? digit : doubled[digit];
    }
    return sum % 10 == 0;
}

/* ISO 13616: the first four characters behind the others, letters as the numbers from 10, a number of remainder 1. */
static bool mod97_holds(const uint8_t *value, size_t size) {
    unsigned remainder = 0;
    for (size_t place = 0; place < size; place++) {
        uint8_t byte = value[(place + 4) % size];
        if (is_digit(byte))
            remainder = (remainder * 10 + byte - '0') % 97;
        else if (is_upper(byte))
            remainder = (remainder * 100 + byte - 'A' + 10) % 97;
        else
            return false;
    }
    return size > 4 && remainder == 1;
}

static bool applies(const Plan *plan, const Ruling *ruling, const uint8_t *value, size_t size) {
    if (matches_whole(plan, ruling->automaton, value, size) == (bool)ruling->negated)
        return false;
    switch (ruling->check) {
    case CHECK_LUHN:
        return luhn_holds(value, size);
    case CHECK_MOD97:
        return mod97_holds(value, size);
    default:
        return true;
    }
}

const Ruling *rule(const Plan *plan, const Shape *shape, const uint8_t *bytes, size_t size) {
    uint8_t values[NORMALISATIONS][LONGEST_VALUE];
    size_t sizes[NORMALISATIONS];
    uint32_t made = 0;
    if (size > LONGEST_VALUE || !is_ascii(bytes, size))
        return NULL;
    for (uint32_t number = 0; number < shape->ruling_count; number++) {
        const Ruling *ruling = &plan->rulings[shape->rulings + number];
        uint32_t how = ruling->normalise;
        if (!(made >> how & 1)) {
            sizes[how] = normalised(bytes, size, how, values[how]);
            made |= 1u << how;
        }
        if (applies(plan, ruling, values[how], sizes[how]))
            return ruling->verdict == VERDICT_ASK ? NULL : ruling;
    }
    return NULL;
}
