#include "letters.h"

#include <string.h>

#include "normal.h"
#include "passwords.h"
#include "randomness.h"
#include "rulings.h"
#include "text.h"
#include "wide.h"

enum { ASCII = 128, PAIRS = 26, NO_PAIR = -1, NUMERO = 0x2116 };

/* A value by characters: in small letters; and as ASCII, each letter beyond it replaced by one that does not occur
 * otherwise, so that counts by character, and by kind of character, are the same. `has_numero`: not so, for a U+2116 is
 * replaced by nothing. */
typedef struct {
    size_t count;
    bool has_numero;
    uint16_t small[LONGEST_VALUE];
    uint8_t ascii[LONGEST_VALUE];
} Letters;

/* The letter of two bytes that stands there, 0 if it is none: Latin-1, Latin Extended-A, Cyrillic. Not those that Python
 * takes for ASCII where case does not matter. */
static uint32_t letter_at(const uint8_t *bytes, size_t size) {
    if (size < 2 || bytes[0] < 0xC3 || (bytes[1] & 0xC0) != 0x80)
        return 0;
    uint32_t letter = (uint32_t)(bytes[0] & 0x1F) << 6 | (bytes[1] & 0x3F);
    if (bytes[0] <= 0xC5)
        return letter == 0xD7 || letter == 0xF7 || letter == 0x130 || letter == 0x131 || letter == 0x17F ? 0 : letter;
    return (bytes[0] == 0xD0 || bytes[0] == 0xD1) && letter < 0x460 ? letter : 0;
}

/* For a small letter, which letter of ASCII stands for it and its capital: one that does not occur. NO_PAIR: all do. */
static int pair_of(uint32_t small, uint32_t pairs[PAIRS], const bool occurs[PAIRS]) {
    int free = NO_PAIR;
    for (int pair = PAIRS - 1; pair >= 0; pair--) {
        if (pairs[pair] == small)
            return pair;
        free = pairs[pair] == 0 && !occurs[pair] ? pair : free;
    }
    if (free != NO_PAIR)
        pairs[free] = small;
    return free;
}

/* False: there is something else in it, or too many different letters. */
static bool spell(const uint8_t *bytes, size_t size, Letters *letters) {
    bool occurs[PAIRS] = {false};
    uint32_t pairs[PAIRS] = {0};
    for (size_t place = 0; place < size; place++)
        if (is_letter(bytes[place]))
            occurs[(bytes[place] | 0x20) - 'a'] = true;
    letters->count = 0;
    letters->has_numero = false;
    for (size_t place = 0; place < size; place++, letters->count++) {
        uint8_t byte = bytes[place];
        letters->ascii[letters->count] = byte;
        letters->small[letters->count] = is_upper(byte) ? byte | 0x20 : byte;
        if (byte < ASCII)
            continue;
        if (is_numero(bytes + place, size - place)) {
            letters->small[letters->count] = NUMERO;
            letters->has_numero = true;
            place += NUMERO_BYTES - 1;
            continue;
        }
        uint32_t letter = letter_at(bytes + place, size - place), small = letter ? small_of_two(letter) : 0;
        int pair = small ? pair_of(small, pairs, occurs) : NO_PAIR;
        if (pair == NO_PAIR)
            return false;
        letters->small[letters->count] = (uint16_t)small;
        letters->ascii[letters->count] = (uint8_t)((letter == small ? 'a' : 'A') + pair);
        place++;
    }
    return true;
}

static uint32_t column_at(const Panel *panel, const uint8_t *classes, const Letters *letters, size_t place) {
    if (letters->small[place] < ASCII)
        return classes[letters->ascii[place]];
    return letters->small[place] == NUMERO ? panel->numero : panel->letter;
}

/* The state behind the value; 0 where the panel knows nothing of what is in it. */
static uint32_t state_behind(const Plan *plan, const Panel *panel, const Letters *letters) {
    const Automaton *automaton = &plan->automata[panel->automaton];
    const uint16_t *table = (const uint16_t *)(plan->bytes + automaton->table);
    const uint8_t *classes = plan->bytes + automaton->classes;
    uint32_t state = automaton->start;
    for (size_t place = 0; place < letters->count && state != 0; place++)
        state = table[state + column_at(panel, classes, letters, place)];
    return state;
}

/* Whether at some places in a row the character `distance` farther on differs by just that. */
static bool differs(const uint16_t *value, size_t size, size_t distance, int difference) {
    size_t run = 0;
    for (size_t place = 0; place + distance < size && run < COUNTED - 1; place++)
        run = value[place + distance] - value[place] == difference ? run + 1 : 0;
    return run == COUNTED - 1;
}

/* As in passwords.h. */
static bool letters_stand_in(const Letters *letters, uint32_t least) {
    uint8_t small[LONGEST_VALUE];
    size_t size = normalised(letters->ascii, letters->count, NORMAL_LOWER, small), start = 0;
    while (start < size && is_quote(small[start]))
        start++;
    while (size > start && is_quote(small[size - 1]))
        size--;
    const uint16_t *value = letters->small + start;
    size -= start;
    return kinds(small + start, size) < least || differs(value, size, 1, 0) || differs(value, size, 1, 1) ||
           differs(value, size, 1, -1) || differs(value, size, 2, 1);
}

enum { FAILS, HOLDS, NOT_OF_LETTERS };

static int holds(const Ruling *ruling, const Letters *letters) {
    if (ruling->check == CHECK_NONE)
        return HOLDS;
    if (letters->has_numero)
        return NOT_OF_LETTERS;
    switch (ruling->check) {
    case CHECK_STAND_IN:
        return letters_stand_in(letters, ruling->argument) ? HOLDS : FAILS;
    case CHECK_WEAK_PASSWORD:
        return is_weak(letters->ascii, letters->count, ruling->argument) ? HOLDS : FAILS;
    case CHECK_CLOSE_ENTROPY:
        return has_entropy(entropy_of(letters->ascii, letters->count), ruling->argument) == 0 ? HOLDS : FAILS;
    default:
        return NOT_OF_LETTERS;
    }
}

const Ruling *rule_letters(const Plan *plan, const Shape *shape, const uint8_t *bytes, size_t size) {
    Letters letters;
    if (!spell(bytes, size, &letters))
        return NULL;
    for (uint32_t number = 0; number < shape->panel_count; number++) {
        const Panel *panel = &plan->panels[shape->panels + number];
        if (panel->reading == READ_PASSWORD || (panel->reading == READ_UNQUOTED && memchr(bytes, '%', size) != NULL))
            return NULL;
        uint32_t state = state_behind(plan, panel, &letters);
        if (state == 0)
            return NULL;
        uint32_t applying = ((const uint32_t *)(plan->bytes + panel->masks))[row_of(panel, state)];
        for (; applying; applying &= applying - 1) {
            const Ruling *ruling = &plan->rulings[panel->rulings + (uint32_t)__builtin_ctz(applying)];
            int held = holds(ruling, &letters);
            if (held == NOT_OF_LETTERS)
                return NULL;
            if (held == HOLDS)
                return ruling->verdict == VERDICT_ASK ? NULL : ruling;
        }
    }
    return NULL;
}
