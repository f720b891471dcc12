#include "mask.h"

#include <string.h>

#include "normal.h"
#include "text.h"

/* A mask shows at most so many of a value's letters and digits, and half of them. */
enum { MOST_SHOWN = 4 };
/* Longer masks are cut: so much of them is left in front of the sign for that, and behind it. */
enum { LONGEST = 64, FRONT = 55, BACK = 8 };

static const char cut_sign[] = "\xE2\x80\xA6"; /* U+2026 */

static bool is_hidden(uint8_t byte) { return is_letter(byte) || is_digit(byte) || byte >= 0x80; }

/* Bytes of a character that begins so. */
static size_t width_of(uint8_t first) { return first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4; }

static size_t put_first(uint8_t *shown, size_t count, const uint8_t *value, size_t size) {
    return size > 0 ? put(shown, count, value, width_of(value[0])) : count;
}

static size_t mask_email(const uint8_t *value, size_t size, size_t at, uint8_t *shown) {
    const uint8_t *domain = value + at + 1;
    size_t length = size - at - 1, last = length;
    while (last > 0 && domain[last - 1] != '.')
        last--;
    size_t count = put_first(shown, 0, value, at);
    count = put(shown, count, "***@", 4);
    count = put_first(shown, count, domain, length);
    count = put(shown, count, "***.", 4);
    return put(shown, count, domain + last, length - last);
}

/* Where the character begins that so many others stand in front of. */
static size_t place_of(const uint8_t *text, size_t number) {
    size_t place = 0;
    for (; number > 0; number--)
        place += width_of(text[place]);
    return place;
}

bool can_mask(const uint8_t *value, size_t size, uint32_t kind) {
    return kind == MASK_FIXED || is_plain(value, size);
}

size_t mask_value(const uint8_t *value, size_t size, uint32_t kind, uint8_t *shown) {
    if (kind == MASK_FIXED)
        return put(shown, 0, "********", 8);
    if (kind == MASK_EMAIL)
        for (size_t place = size; place > 0; place--)
            if (value[place - 1] == '@')
                return mask_email(value, size, place - 1, shown);
    size_t hidden = 0, length = 0, count = 0, width;
    for (size_t place = 0; place < size; place += width_of(value[place]), length++)
        hidden += is_hidden(value[place]) || value[place] == '*';
    size_t seen = hidden / 2 < MOST_SHOWN ? hidden / 2 : MOST_SHOWN;
    /* Of what is hidden, and of asterisks of the value, the first or the last are shown. */
    size_t from = kind == MASK_FIRST4 ? seen : 0, to = kind == MASK_LAST4 ? hidden - seen : hidden, number = 0;
    for (size_t place = 0; place < size; place += width) {
        bool hides = is_hidden(value[place]);
        bool between = number >= from && number < to;
        width = width_of(value[place]);
        if (hides && between)
            shown[count++] = '*';
        else if (width == 1)
            shown[count++] = printable(value[place]);
        else
            count = put(shown, count, value + place, width);
        number += hides || value[place] == '*';
    }
    if (length <= LONGEST)
        return count;
    size_t front = place_of(shown, FRONT), back = front + place_of(shown + front, length - BACK - FRONT);
    size_t rest = count - back;
    memmove(shown + front + sizeof cut_sign - 1, shown + back, rest);
    memcpy(shown + front, cut_sign, sizeof cut_sign - 1);
    return front + sizeof cut_sign - 1 + rest;
}
