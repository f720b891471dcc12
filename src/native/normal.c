#include "normal.h"

#include <string.h>

#include "bytes.h"
#include "plan.h"
#include "text.h"

/* What becomes of a byte where letters and digits stay, letters as capitals; 0: it does not. */
#define CAPITAL(byte) ((byte) >= 'a' && (byte) <= 'z' ? (byte) - 0x20 : (byte))
#define STAYS(byte) (((byte) >= '0' && (byte) <= '9') || (CAPITAL(byte) >= 'A' && CAPITAL(byte) <= 'Z'))
#define ALNUM(byte) (STAYS(byte) ? CAPITAL(byte) : 0)
static const uint8_t alnum[256] = {EACH_BYTE(ALNUM)};

bool is_ascii(const uint8_t *bytes, size_t size) {
    uint64_t all = 0, eight;
    if (size < sizeof eight) {
        for (size_t place = 0; place < size; place++)
            all |= bytes[place];
        return all < 0x80;
    }
    for (size_t place = 0; place < size - sizeof eight; place += sizeof eight) {
        memcpy(&eight, bytes + place, sizeof eight);
        all |= eight;
    }
    memcpy(&eight, bytes + size - sizeof eight, sizeof eight);
    return ((all | eight) & 0x8080808080808080u) == 0;
}

/* Bytes that follow the first one of a letter, 0 for what is none. Those that begin with the same byte are all
 * assigned: U+00C0 to U+023F, U+0400 to U+047F, U+5000 to U+8FFF, U+B000 to U+CFFF. */
static size_t letter_bytes(uint8_t first) {
    bool two = (first >= 0xC3 && first <= 0xC8) || first == 0xD0 || first == 0xD1;
    bool three = (first >= 0xE5 && first <= 0xE8) || first == 0xEB || first == 0xEC;
    return two ? 1 : three ? 2 : 0;
}

bool is_plain(const uint8_t *bytes, size_t size) {
    if (is_ascii(bytes, size))
        return true;
    for (size_t place = 0, rest; place < size; place += 1 + rest) {
        rest = bytes[place] < 0x80 ? 0 : letter_bytes(bytes[place]);
        if (is_numero(bytes + place, size - place))
            rest = NUMERO_BYTES - 1;
        if ((bytes[place] >= 0x80 && rest == 0) || rest >= size - place)
            return false;
        for (size_t next = 1; next <= rest; next++)
            if ((bytes[place + next] & 0xC0) != 0x80)
                return false;
    }
    return true;
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
            normal[count] = alnum[bytes[place]];
            count += alnum[bytes[place]] != 0;
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
