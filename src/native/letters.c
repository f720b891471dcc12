#include "letters.h"

#include <string.h>

#include "counting.h"
#include "normal.h"
#include "passwords.h"
#include "randomness.h"
#include "rulings.h"
#include "text.h"
#include "wide.h"

enum { ASCII = 128, ALPHABET = 26, ALL_LETTERS = 0x7FFFFFE, NUMERO_BEGINS = 0xE2 };

/* A value by characters: in small letters; and as ASCII, each letter beyond it replaced by one that does not occur
 * otherwise, so that counts by character, and by kind of character, are the same. `has_numero`: not so, for a U+2116 is
 * replaced by nothing. */
typedef struct {
    const uint8_t *bytes;
    size_t size, count;
    bool has_numero;
    Strength strength; /* as ASCII */
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

/* Small letters beyond ASCII, which letter of ASCII stands for each and its capital, and those that are left: a bit
 * for each, the last five bits of a letter being its number. */
typedef struct {
    unsigned count;
    uint32_t left;
    uint16_t small[ALPHABET];
    uint8_t ascii[ALPHABET];
} Pairs;

/* The letter of ASCII that stands for a small one; 0: none is left. */
static uint8_t pair_of(Pairs *pairs, uint32_t small) {
    for (unsigned number = 0; number < pairs->count; number++)
        if (pairs->small[number] == small)
            return pairs->ascii[number];
    if (pairs->left == 0)
        return 0;
    uint8_t ascii = (uint8_t)('a' - 1 + __builtin_ctz(pairs->left));
    pairs->left &= pairs->left - 1;
    pairs->small[pairs->count] = (uint16_t)small;
    pairs->ascii[pairs->count++] = ascii;
    return ascii;
}

/* The letters of ASCII that do not occur, as bits. */
static uint32_t left_by(const uint8_t *bytes, size_t size) {
    uint32_t occur = 0;
    for (size_t place = 0; place < size; place++)
        occur |= (uint32_t)is_letter(bytes[place]) << bytes[place] % 32;
    return ALL_LETTERS & ~occur;
}

/* False: there is something else in it, or too many different letters. */
static bool spell(const uint8_t *bytes, size_t size, Letters *letters) {
    Pairs pairs = {.left = left_by(bytes, size)};
    size_t count = 0;
    letters->bytes = bytes;
    letters->size = size;
    letters->has_numero = false;
    letters->strength = UNMEASURED;
    for (size_t place = 0; place < size; place++, count++) {
        uint8_t byte = bytes[place];
        letters->ascii[count] = byte;
        letters->small[count] = is_upper(byte) ? byte | 0x20 : byte;
        if (byte < ASCII)
            continue;
        if (is_numero(bytes + place, size - place)) {
            letters->has_numero = true;
            place += NUMERO_BYTES - 1;
            continue;
        }
        uint32_t letter = letter_at(bytes + place, size - place), small = letter ? small_of_two(letter) : 0;
        uint8_t ascii = small ? pair_of(&pairs, small) : 0;
        if (ascii == 0)
            return false;
        letters->small[count] = (uint16_t)small;
        letters->ascii[count] = letter == small ? ascii : ascii & ~0x20;
        place++;
    }
    letters->count = count;
    return true;
}

/* A panel's automaton: where its table and the classes of its bytes are. */
typedef struct {
    const uint16_t *table;
    const uint8_t *classes;
    uint32_t letter, numero, state;
} Reading;

static Reading reading_of(const Plan *plan, const Panel *panel) {
    const Automaton *automaton = &plan->automata[panel->automaton];
    return (Reading){
        .table = (const uint16_t *)(plan->bytes + automaton->table),
        .classes = plan->bytes + automaton->classes,
        .letter = panel->letter,
        .numero = panel->numero,
        .state = automaton->start,
    };
}

/* The states of two panels behind the value, 0 where a panel knows nothing of what is in it: both at once takes hardly
 * longer. */
static void read_panels(const Plan *plan, const Panel *panel, const Panel *next, const Letters *letters,
                        uint32_t states[2]) {
    Reading one = reading_of(plan, panel), other = reading_of(plan, next);
    const uint8_t *bytes = letters->bytes, *end = bytes + letters->size;
    while (bytes < end) {
        uint8_t byte = *bytes++;
        if (byte < ASCII) {
            one.state = one.table[one.state + one.classes[byte]];
            other.state = other.table[other.state + other.classes[byte]];
        } else if (byte < NUMERO_BEGINS) {
            one.state = one.table[one.state + one.letter];
            other.state = other.table[other.state + other.letter];
            bytes++;
        } else {
            one.state = one.table[one.state + one.numero];
            other.state = other.table[other.state + other.numero];
            bytes += NUMERO_BYTES - 1;
        }
    }
    states[0] = one.state;
    states[1] = other.state;
}

DEFINE_COUNTS(letters_count, uint16_t)

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
    return fewer_kinds(small + start, size, least) || letters_count(value, size);
}

enum { FAILS, HOLDS, NOT_OF_LETTERS };

static Strength strength_measured(Letters *letters) {
    if (letters->strength == UNMEASURED)
        letters->strength = strength_of(letters->ascii, letters->count);
    return letters->strength;
}

static int holds(const Ruling *ruling, Letters *letters) {
    if (ruling->check == CHECK_NONE)
        return HOLDS;
    if (letters->has_numero)
        return NOT_OF_LETTERS;
    switch (ruling->check) {
    case CHECK_STAND_IN:
        return letters_stand_in(letters, ruling->argument) ? HOLDS : FAILS;
    case CHECK_WEAK_PASSWORD:
        return is_weak(strength_measured(letters), letters->ascii, letters->count, ruling->argument) ? HOLDS : FAILS;
    case CHECK_CLOSE_PASSWORD:
        return may_be_weak(strength_measured(letters), letters->ascii, letters->count, ruling->argument) ? HOLDS : FAILS;
    default:
        return NOT_OF_LETTERS;
    }
}

const Ruling *rule_letters(const Plan *plan, const Shape *shape, const uint8_t *bytes, size_t size) {
    Letters letters;
    uint32_t states[2];
    if (!spell(bytes, size, &letters))
        return NULL;
    for (uint32_t number = 0; number < shape->panel_count; number++) {
        const Panel *panel = &plan->panels[shape->panels + number];
        if (panel->reading == READ_PASSWORD || (panel->reading == READ_UNQUOTED && memchr(bytes, '%', size) != NULL))
            return NULL;
        if (number % 2 == 0)
            read_panels(plan, panel, panel + (number + 1 < shape->panel_count), &letters, states);
        uint32_t state = states[number % 2];
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
