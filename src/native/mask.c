#include "mask.h"

#include <string.h>

#include "text.h"

/* A mask shows at most so many of a value's letters and digits, and half of them. */
enum { MOST_SHOWN = 4 };
/* Longer masks are cut: so much of them is left in front of the sign for that, and behind it. */
enum { LONGEST = 64, FRONT = 55, BACK = 8 };

static const char cut_sign[] = "\xE2\x80\xA6"; /* U+2026 */

static bool is_hidden(uint8_t byte) { return is_letter(byte) || is_digit(byte); }

static size_t mask_email(const uint8_t *value, size_t size, size_t at, uint8_t *shown) {
    const uint8_t *domain = value + at + 1;
    size_t length = size - at - 1, last = length;
    while (last > 0 && domain[last - 1] != '.')
        last--;
    size_t count = put(shown, 0, value, at > 0);
    count = put(shown, count, "***@", 4);
    count = put(shown, count, domain, length > 0);
    count = put(shown, count, "***.", 4);
    return put(shown, count, domain + last, length - last);
}

size_t mask_value(const uint8_t *value, size_t size, uint32_t kind, uint8_t *shown) {
    if (kind == MASK_FIXED)
        return put(shown, 0, "********", 8);
    if (kind == MASK_EMAIL)
        for (size_t place = size; place > 0; place--)
            if (value[place - 1] == '@')
                return mask_email(value, size, place - 1, shown);
    size_t hidden = 0;
    for (size_t place = 0; place < size; place++)
        hidden += is_hidden(value[place]) || value[place] == '*';
    size_t seen = hidden / 2 < MOST_SHOWN ? hidden / 2 : MOST_SHOWN;
    /* Of what is hidden, and of asterisks of the value, the first or the last are shown. */
    size_t from = kind == MASK_FIRST4 ? seen : 0, to = kind == MASK_LAST4 ? hidden - seen : hidden, number = 0;
    for (size_t place = 0; place < size; place++) {
        bool hides = is_hidden(value[place]);
        bool between = number >= from && number < to;
        shown[place] = hides && between ? '*' : printable(value[place]);
        number += hides || value[place] == '*';
    }
    if (size <= LONGEST)
        return size;
    memmove(shown + FRONT + sizeof cut_sign - 1, shown + size - BACK, BACK);
    memcpy(shown + FRONT, cut_sign, sizeof cut_sign - 1);
    return FRONT + sizeof cut_sign - 1 + BACK;
}
