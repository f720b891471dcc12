#include "randomness.h"

#include <math.h>

#include "text.h"

enum { ASCII = 128, RUN = 6, LONG = 10, LETTERS_A_HUMP = 4, DIGITS_OF_NAME = 3 };

/* More than sums of a few thousand numbers are rounded by, in bits. */
static const double ROUNDING = 1e-9;

static void count_all(const uint8_t *value, size_t size, uint32_t counted[ASCII]) {
    for (size_t byte = 0; byte < ASCII; byte++)
        counted[byte] = 0;
    for (size_t place = 0; place < size; place++)
        counted[value[place] % ASCII]++;
}

unsigned kinds(const uint8_t *value, size_t size) {
    uint32_t counted[ASCII];
    unsigned different = 0;
    count_all(value, size, counted);
    for (size_t byte = 0; byte < ASCII; byte++)
        different += counted[byte] > 0;
    return different;
}

bool one_repeated(const uint8_t *value, size_t size) {
    uint32_t counted[ASCII];
    count_all(value, size, counted);
    unsigned repeated = 0, often = 0;
    for (size_t byte = 0; byte < ASCII; byte++) {
        repeated += counted[byte] > 1;
        often += counted[byte] > 3;
    }
    return repeated == 1 && often == 0;
}

int has_entropy(const uint8_t *value, size_t size, uint32_t thousandths) {
    uint32_t counted[ASCII];
    double sum = 0, least = thousandths / 1000.0;
    count_all(value, size, counted);
    for (size_t byte = 0; byte < ASCII; byte++)
        if (counted[byte] > 1)
            sum += counted[byte] * log2(counted[byte]);
    double entropy = size > 0 ? log2((double)size) - sum / (double)size : 0;
    return entropy > least + ROUNDING ? 1 : entropy < least - ROUNDING ? -1 : 0;
}

/* Whether at RUN - 1 places in a row the character `distance` farther on differs by just that. */
static bool differs(const uint8_t *value, size_t size, size_t distance, int difference) {
    int run = 0;
    for (size_t place = 0; place + distance < size; place++) {
        run = value[place + distance] - value[place] == difference ? run + 1 : 0;
        if (run == RUN - 1)
            return true;
    }
    return false;
}

bool counts(const uint8_t *value, size_t size) {
    return differs(value, size, 1, 0) || differs(value, size, 1, 1) || differs(value, size, 1, -1) ||
           differs(value, size, 2, 1);
}

static size_t run_of(bool (*is)(uint8_t), const uint8_t *value, size_t size) {
    size_t count = 0;
    while (count < size && is(value[count]))
        count++;
    return count;
}

static bool lower(uint8_t byte) { return is_lower(byte); }
static bool upper(uint8_t byte) { return is_upper(byte); }
static bool digit(uint8_t byte) { return is_digit(byte); }
static bool of_part(uint8_t byte) { return is_digit(byte) || is_letter(byte) || byte == '+'; }

/* Small letters, perhaps behind a capital, or capitals, or digits. */
static bool is_word(const uint8_t *part, size_t size) {
    size_t capitals = run_of(upper, part, size);
    return capitals == size || (capitals <= 1 && capitals + run_of(lower, part + capitals, size - capitals) == size) ||
           run_of(digit, part, size) == size;
}

/* Words in camel case, perhaps with a number behind: `_is_name` in `passwords`. */
static bool is_name(const uint8_t *part, size_t size) {
    size_t humps = 0, place = 0;
    while (place < size && is_letter(part[place])) {
        size_t capitals = run_of(upper, part + place, size - place);
        size_t letters = run_of(lower, part + place + capitals, size - place - capitals);
        /* Several capitals are a hump of their own, but for the last, which begins a word. */
        humps += letters > 0 ? 1 + (capitals > 1) : 1;
        place += capitals + letters;
    }
    size_t digits = run_of(digit, part + place, size - place);
    humps += digits > 0;
    return place > 0 && digits <= DIGITS_OF_NAME && place + digits == size && size >= LETTERS_A_HUMP * humps;
}

bool has_words(const uint8_t *value, size_t size) {
    const uint8_t *longest = value;
    size_t most = 0, others = 0;
    for (size_t place = 0; place < size;) {
        size_t length = run_of(of_part, value + place, size - place);
        if (length > most) {
            most = length;
            longest = value + place;
        }
        others += length > 0 && !is_word(value + place, length);
        place += length + 1;
    }
    if (most < LONG)
        return others < 2;
    bool seen[3] = {false};
    for (size_t place = 0; place < most; place++) {
        seen[0] |= is_lower(longest[place]);
        seen[1] |= is_upper(longest[place]);
        seen[2] |= is_digit(longest[place]);
    }
    return seen[0] + seen[1] + seen[2] < 2 || is_name(longest, most);
}
