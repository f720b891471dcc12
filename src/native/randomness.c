#include "randomness.h"

#include <math.h>

#include "bytes.h"
#include "counting.h"
#include "text.h"

enum { ASCII = 128, LONG = 10, LETTERS_A_HUMP = 4, DIGITS_OF_NAME = 3 };

/* More than sums of a few thousand numbers are rounded by, in bits. */
static const double ROUNDING = 1e-9;

bool fewer_kinds(const uint8_t *value, size_t size, unsigned least) {
    uint64_t met[ASCII / 64] = {0};
    unsigned count = 0;
    for (size_t place = 0; place < size && count < least; place++) {
        uint64_t *part = &met[value[place] % ASCII / 64], bit = 1ULL << value[place] % 64;
        count += (*part & bit) == 0;
        *part |= bit;
    }
    return count < least;
}

static void count_all(const uint8_t *value, size_t size, uint16_t counted[ASCII]) {
    for (size_t byte = 0; byte < ASCII; byte++)
        counted[byte] = 0;
    for (size_t place = 0; place < size; place++)
        counted[value[place] % ASCII]++;
}

bool one_repeated(const uint8_t *value, size_t size) {
    uint16_t counted[ASCII];
    count_all(value, size, counted);
    unsigned repeated = 0, often = 0;
    for (size_t byte = 0; byte < ASCII; byte++) {
        repeated += counted[byte] > 1;
        often += counted[byte] > 3;
    }
    return repeated == 1 && often == 0;
}

/* A count times its logarithm. */
static double weighted(unsigned count) {
    static const double known[] = {
        0, 0, 2, 4.754887502163468, 8, 11.60964047443681, 15.509775004326936, 19.651484454403228};
    return count < sizeof known / sizeof *known ? known[count] : count * log2(count);
}

double entropy_of(const uint8_t *value, size_t size) {
    uint16_t counted[ASCII];
    double sum = 0;
    count_all(value, size, counted);
    for (size_t place = 0; place < size; place++) {
        uint16_t *count = &counted[value[place] % ASCII];
        if (*count > 1)
            sum += weighted(*count);
        *count = 0;
    }
    return size > 0 ? log2((double)size) - sum / (double)size : 0;
}

int has_entropy(double entropy, uint32_t thousandths) {
    double least = thousandths / 1000.0;
    return entropy > least + ROUNDING ? 1 : entropy < least - ROUNDING ? -1 : 0;
}

DEFINE_COUNTS(bytes_count, uint8_t)

bool counts(const uint8_t *value, size_t size) { return bytes_count(value, size); }

/* What a token's parts are made of, a bit each. */
enum { SMALL = 1, CAPITAL = 2, DIGIT = 4, PLUS = 8 };
#define IS_FROM_TO(byte, first, last) ((byte) >= (first) && (byte) <= (last))
#define CLASS(byte) \
    (IS_FROM_TO(byte, 'a', 'z') * SMALL | IS_FROM_TO(byte, 'A', 'Z') * CAPITAL | IS_FROM_TO(byte, '0', '9') * DIGIT | \
     ((byte) == '+') * PLUS)
static const uint8_t classes[256] = {EACH_BYTE(CLASS)};

static size_t run_of(unsigned some, const uint8_t *value, size_t size) {
    size_t count = 0;
    while (count < size && classes[value[count]] & some)
        count++;
    return count;
}

static unsigned classes_of(const uint8_t *value, size_t size) {
    unsigned all = 0;
    for (size_t place = 0; place < size; place++)
        all |= classes[value[place]];
    return all;
}

/* Small letters, perhaps behind a capital, or capitals, or digits; `seen` are the classes of all. */
static bool is_word(const uint8_t *part, size_t size, unsigned seen) {
    if (seen != (SMALL | CAPITAL))
        return (seen & (seen - 1)) == 0 && seen != PLUS;
    return classes[part[0]] == CAPITAL && run_of(SMALL, part + 1, size - 1) == size - 1;
}

/* Words in camel case, perhaps with a number behind: `_is_name` in `passwords`. */
static bool is_name(const uint8_t *part, size_t size) {
    size_t humps = 0, place = 0;
    while (place < size && is_letter(part[place])) {
        size_t capitals = run_of(CAPITAL, part + place, size - place);
        size_t letters = run_of(SMALL, part + place + capitals, size - place - capitals);
        /* Several capitals are a hump of their own, but for the last, which begins a word. */
        humps += letters > 0 ? 1 + (capitals > 1) : 1;
        place += capitals + letters;
    }
    size_t digits = run_of(DIGIT, part + place, size - place);
    humps += digits > 0;
    return place > 0 && digits <= DIGITS_OF_NAME && place + digits == size && size >= LETTERS_A_HUMP * humps;
}

bool has_words(const uint8_t *value, size_t size) {
    const uint8_t *longest = value;
    size_t most = 0, others = 0;
    unsigned of_longest = 0;
    for (size_t place = 0; place < size;) {
        size_t length = run_of(SMALL | CAPITAL | DIGIT | PLUS, value + place, size - place);
        unsigned seen = classes_of(value + place, length);
        if (length > most) {
            most = length;
            longest = value + place;
            of_longest = seen & ~(unsigned)PLUS;
        }
        others += length > 0 && !is_word(value + place, length, seen);
        place += length + 1;
    }
    if (most < LONG)
        return others < 2;
    return (of_longest & (of_longest - 1)) == 0 || is_name(longest, most);
}
