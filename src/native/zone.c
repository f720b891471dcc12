#include "zone.h"

#include "text.h"

/* Line lengths: of cards, of old identity cards and visas, of passports. */
enum { TD1 = 30, TD2 = 36, TD3 = 44, MOST_LINES = 4, DATE = 6 };

typedef struct {
    const uint8_t *text;
    size_t size;
} Piece;

/* A sum of several pieces, one behind the other. */
typedef struct {
    unsigned sum;
    size_t count;
    bool empty; /* nothing but fillers so far */
} Sum;

static void add(Sum *sum, const uint8_t *text, size_t size) {
    static const unsigned weights[] = {7, 3, 1};
    for (size_t place = 0; place < size; place++, sum->count++) {
        uint8_t byte = text[place];
        unsigned value = is_digit(byte) ? byte - '0' : is_upper(byte) ? byte - 'A' + 10 : 0;
        sum->sum += value * weights[sum->count % 3];
        sum->empty &= byte == '<';
    }
}

static bool agrees(const Sum *sum, uint8_t check) {
    return check == '0' + sum->sum % 10 || (check == '<' && sum->empty);
}

/* Whether the field's check digit is the byte behind it. */
static bool field_agrees(const uint8_t *text, size_t size) {
    Sum sum = {0, 0, true};
    add(&sum, text, size);
    return agrees(&sum, text[size]);
}

/* YYMMDD; two fillers stand for what is unknown, and count as 01. Years are those from 1969 to 2068. */
static bool is_day(const uint8_t *text) {
    static const unsigned days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    uint8_t date[DATE];
    for (size_t place = 0; place < DATE; place++) {
        bool two = text[place] == '<' && place + 1 < DATE && text[place + 1] == '<';
        date[place] = two ? '0' : text[place];
        if (two)
            date[++place] = '1';
    }
    for (size_t place = 0; place < DATE; place++)
        if (!is_digit(date[place]))
            return false;
    unsigned year = (date[0] - '0') * 10u + date[1] - '0', month = (date[2] - '0') * 10u + date[3] - '0';
    unsigned day = (date[4] - '0') * 10u + date[5] - '0';
    return month >= 1 && month <= 12 && day >= 1 && day <= days[month - 1] + (month == 2 && year % 4 == 0);
}

static bool card_holds(const uint8_t *upper, const uint8_t *middle) {
    Sum whole = {0, 0, true};
    add(&whole, upper + 5, TD1 - 5);
    add(&whole, middle, 7);
    add(&whole, middle + 8, 7);
    add(&whole, middle + 18, 11);
    return field_agrees(middle, DATE) && field_agrees(middle + 8, DATE) &&
           (upper[14] == '<' || field_agrees(upper + 5, 9)) && agrees(&whole, middle[29]) && is_day(middle);
}

static bool page_holds(const uint8_t *lower, size_t size) {
    Sum whole = {0, 0, true};
    add(&whole, lower, 10);
    add(&whole, lower + 13, 7);
    add(&whole, lower + 21, size - 22);
    return field_agrees(lower, 9) && field_agrees(lower + 13, DATE) && field_agrees(lower + 21, DATE) &&
           (size != TD3 || field_agrees(lower + 28, 14)) && agrees(&whole, lower[size - 1]) && is_day(lower + 13);
}

bool zone_holds(const uint8_t *value, size_t size) {
    Piece lines[MOST_LINES];
    size_t count = 0;
    bool cards = true;
    for (size_t place = 0; place < size; place++) {
        size_t begin = place;
        while (place < size && value[place] > ' ')
            place++;
        if (place == begin)
            continue;
        if (count == MOST_LINES)
            return false;
        lines[count++] = (Piece){value + begin, place - begin};
        cards &= place - begin == TD1;
    }
    if (count == 0)
        return false;
    if (cards)
        return count > 1 && card_holds(lines[0].text, lines[1].text);
    Piece last = lines[count - 1];
    return (last.size == TD2 || last.size == TD3) && page_holds(last.text, last.size);
}
