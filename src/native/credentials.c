#include "credentials.h"

#include <stdbool.h>
#include <string.h>

#include "base64.h"
#include "normal.h"
#include "rulings.h"

/* Characters of a password without a user, at least. */
enum { LEAST_ALONE = 8 };

/* How many bytes follow the first one of a character in UTF-8; 0 if that are none, or none that it may have. */
static size_t following(const uint8_t *bytes, size_t size) {
    uint8_t first = bytes[0], second = size > 1 ? bytes[1] : 0;
    size_t count = first < 0xC2 ? 0 : first < 0xE0 ? 1 : first < 0xF0 ? 2 : first < 0xF5 ? 3 : 0;
    uint8_t low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
    uint8_t high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
    if (count >= size || second < low || second > high)
        return 0;
    for (size_t place = 2; place <= count; place++)
        if ((bytes[place] & 0xC0) != 0x80)
            return 0;
    return count;
}

/* Whether it is UTF-8 without control characters of ASCII. */
static bool is_text(const uint8_t *bytes, size_t size) {
    for (size_t place = 0; place < size; place++) {
        if (bytes[place] < ' ' || bytes[place] == 0x7F)
            return false;
        if (bytes[place] < 0x80)
            continue;
        size_t more = following(bytes + place, size - place);
        if (more == 0)
            return false;
        place += more;
    }
    return true;
}

Credentials credentials_in(const uint8_t *value, size_t size, uint8_t *password, size_t *password_size) {
    uint8_t text[LONGEST_VALUE];
    size_t count = base64_decoded(value, size, text);
    *password_size = 0;
    if (count == NO_BASE64 || !is_text(text, count))
        return NO_CREDENTIALS;
    const uint8_t *colon = memchr(text, ':', count);
    size_t user = colon != NULL ? (size_t)(colon - text) : count;
    if (user + 1 >= count || (user == 0 && count - 1 < LEAST_ALONE))
        return NO_CREDENTIALS;
    if (!is_ascii(text, count))
        return PERHAPS_CREDENTIALS;
    *password_size = count - user - 1;
    memcpy(password, text + user + 1, *password_size);
    return SOME_CREDENTIALS;
}
