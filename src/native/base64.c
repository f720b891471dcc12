#include "base64.h"

#include "bytes.h"

/* 1 + the value of a character; 0: it is none. */
#define DIGIT(byte)                                                                                                    \
    ((byte) >= 'A' && (byte) <= 'Z'       ? (byte) - 'A' + 1                                                           \
     : (byte) >= 'a' && (byte) <= 'z'     ? (byte) - 'a' + 27                                                          \
     : (byte) >= '0' && (byte) <= '9'     ? (byte) - '0' + 53                                                          \
     : (byte) == '+' || (byte) == '-'     ? 63                                                                         \
     : (byte) == '/' || (byte) == '_'     ? 64                                                                         \
                                          : 0)
static const uint8_t digits[256] = {EACH_BYTE(DIGIT)};

size_t base64_decoded(const uint8_t *text, size_t size, uint8_t *bytes) {
    size_t count = 0;
    uint32_t bits = 0;
    while (size > 0 && text[size - 1] == '=')
        size--;
    if (size % 4 == 1)
        return NO_BASE64;
    for (size_t place = 0; place < size; place++) {
        uint8_t digit = digits[text[place]];
        if (digit == 0)
            return NO_BASE64;
        bits = bits << 6 | (digit - 1u);
        if (place % 4)
            bytes[count++] = (uint8_t)(bits >> (6 - 2 * (place % 4)));
    }
    return count;
}
