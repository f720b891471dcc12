#include "checksums.h"

#include <string.h>

#include "bytes.h"
#include "sha256.h"
#include "text.h"

enum { BASE62_DIGITS = 6, BASE36_DIGITS = 7, HEX_DIGITS = 8, BECH32_DIGITS = 6 };

/* Of an address: bytes, those of its checksum, and numbers of 32 bits in which it has room. */
enum { ADDRESS = 25, ADDRESS_CHECK = 4, PARTS = 7 };

static const char DIGITS[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
static const char SMALL_DIGITS[] = "0123456789abcdefghijklmnopqrstuvwxyz";

/* What a byte leaves, behind which none is left, one, two or three: the sum of what its bits leave. */
#define BIT(byte, bit, left) ((byte) >> (bit) & 1 ? (left) : 0u)
#define REMAINDER(byte, a, b, c, d, e, f, g, h) \
    (BIT(byte, 0, a) ^ BIT(byte, 1, b) ^ BIT(byte, 2, c) ^ BIT(byte, 3, d) ^ BIT(byte, 4, e) ^ BIT(byte, 5, f) ^ \
     BIT(byte, 6, g) ^ BIT(byte, 7, h))
#define BEHIND_0(byte) \
    REMAINDER(byte, 0x77073096, 0xEE0E612C, 0x076DC419, 0x0EDB8832, 0x1DB71064, 0x3B6E20C8, 0x76DC4190, \
              0xEDB88320)
#define BEHIND_1(byte) \
    REMAINDER(byte, 0x191B3141, 0x32366282, 0x646CC504, 0xC8D98A08, 0x4AC21251, 0x958424A2, 0xF0794F05, \
              0x3B83984B)
#define BEHIND_2(byte) \
    REMAINDER(byte, 0x01C26A37, 0x0384D46E, 0x0709A8DC, 0x0E1351B8, 0x1C26A370, 0x384D46E0, 0x709A8DC0, \
              0xE1351B80)
#define BEHIND_3(byte) \
    REMAINDER(byte, 0xB8BC6765, 0xAA09C88B, 0x8F629757, 0xC5B428EF, 0x5019579F, 0xA032AF3E, 0x9B14583D, \
              0xED59B63B)

/* Of ISO/IEC 3309, as zlib has it. */
static uint32_t crc32(const uint8_t *bytes, size_t size) {
    static const uint32_t left[4][256] = {
        {EACH_BYTE(BEHIND_0)}, {EACH_BYTE(BEHIND_1)}, {EACH_BYTE(BEHIND_2)}, {EACH_BYTE(BEHIND_3)}};
    uint32_t crc = UINT32_MAX;
    for (; size >= 4; size -= 4, bytes += 4)
        crc = left[3][(crc ^ bytes[0]) & 0xFF] ^ left[2][(crc >> 8 ^ bytes[1]) & 0xFF] ^
              left[1][(crc >> 16 ^ bytes[2]) & 0xFF] ^ left[0][crc >> 24 ^ bytes[3]];
    for (; size > 0; size--)
        crc = crc >> 8 ^ left[0][(crc ^ *bytes++) & 0xFF];
    return ~crc;
}

/* Whether `text` is the number with so many digits of a base. */
static bool is_number(const uint8_t *text, uint32_t number, const char *digits, uint32_t base, size_t count) {
    for (size_t place = count; place-- > 0; number /= base)
        if (text[place] != (uint8_t)digits[number % base])
            return false;
    return number == 0;
}

/* Where what is behind the last such byte begins; 0 if there is none. */
static size_t behind_last(const uint8_t *value, size_t size, uint8_t byte) {
    while (size > 0 && value[size - 1] != byte)
        size--;
    return size;
}

bool crc32_base62_holds(const uint8_t *value, size_t size) {
    size_t begin = behind_last(value, size, '_');
    if (size - begin < BASE62_DIGITS)
        return false;
    size_t random = size - begin - BASE62_DIGITS;
    return is_number(value + begin + random, crc32(value + begin, random), DIGITS, 62, BASE62_DIGITS);
}

static size_t digit_of(uint8_t byte) { return is_digit(byte) ? byte - '0' + 0u : (byte | 0x20u) - 'a' + 10; }

bool gitlab_holds(const uint8_t *value, size_t size) {
    const uint8_t *stop = memchr(value, '.', size), *hyphen = memchr(value, '-', size);
    if (stop == NULL || hyphen == NULL || hyphen > stop || size < behind_last(value, size, '.') + 2 + BASE36_DIGITS)
        return false;
    const uint8_t *length = value + behind_last(value, size, '.');
    return digit_of(length[0]) * 36 + digit_of(length[1]) == (size_t)(stop - hyphen) - 1 &&
           is_number(value + size - BASE36_DIGITS, crc32(value, size - BASE36_DIGITS), SMALL_DIGITS, 36, BASE36_DIGITS);
}

bool grafana_holds(const uint8_t *value, size_t size) {
    size_t begin = behind_last(value, size, '_');
    return begin > 0 && size - begin == HEX_DIGITS &&
           is_number(value + begin, __builtin_bswap32(crc32(value, begin - 1)), SMALL_DIGITS, 16, HEX_DIGITS);
}

/* BIP 173. */
static uint32_t with_value(uint32_t state, uint32_t value) {
    static const uint32_t generators[] = {0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3};
    uint32_t top = state >> 25;
    state = (state & 0x1FFFFFF) << 5 ^ value;
    for (unsigned bit = 0; bit < 5; bit++)
        state ^= generators[bit] & (0u - (top >> bit & 1));
    return state;
}

bool bech32_holds(const uint8_t *value, size_t size, uint32_t rest) {
    /* For each letter of the alphabet its value, and for the digits. */
    static const int8_t letters[] = {29, -1, 24, 13, 25, 9,  8,  23, -1, 18, 22, 31, 27,
                                     19, -1, 1,  0,  3,  16, 11, 28, 12, 14, 6,  4,  2};
    static const int8_t digits[] = {15, -1, 10, 17, 21, 20, 26, 30, 7, 5};
    size_t data = behind_last(value, size, '1');
    bool small = false, capital = false;
    if (data < 2 || size - data < BECH32_DIGITS)
        return false;
    uint32_t state = 1;
    for (size_t place = 0; place < size; place++) {
        small |= is_lower(value[place]);
        capital |= is_upper(value[place]);
    }
    for (size_t place = 0; place < data - 1; place++)
        state = with_value(state, (is_upper(value[place]) ? value[place] | 0x20u : value[place]) >> 5);
    state = with_value(state, 0);
    for (size_t place = 0; place < data - 1; place++)
        state = with_value(state, value[place] & 31);
    for (size_t place = data; place < size; place++) {
        uint8_t byte = value[place];
        int each = is_digit(byte) ? digits[byte - '0'] : is_letter(byte) ? letters[(byte | 0x20) - 'a'] : -1;
        if (each < 0)
            return false;
        state = with_value(state, (uint32_t)each);
    }
    return state == rest && !(small && capital);
}

bool base58check_holds(const uint8_t *value, size_t size) {
    static const char alphabet[] = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    uint32_t parts[PARTS] = {0}; /* of the number, the lowest first */
    uint8_t number[ADDRESS] = {0}, digest[SHA256_SIZE];
    size_t zeros = 0, used = 0;
    while (zeros < size && value[zeros] == '1')
        zeros++;
    for (size_t place = zeros; place < size; place++) {
        const char *found = memchr(alphabet, value[place], sizeof alphabet - 1);
        if (found == NULL)
            return false;
        uint64_t carry = (uint64_t)(found - alphabet);
        for (size_t part = 0; part < PARTS; part++, carry >>= 32) {
            carry += parts[part] * 58ULL;
            parts[part] = (uint32_t)carry;
        }
        if (carry > 0)
            return false;
    }
    for (size_t byte = 0; byte < sizeof parts; byte++) {
        uint8_t each = (uint8_t)(parts[byte / 4] >> 8 * (byte % 4));
        used = each ? byte + 1 : used;
        if (byte < ADDRESS)
            number[ADDRESS - 1 - byte] = each;
    }
    if (zeros + used != ADDRESS)
        return false;
    sha256(number, ADDRESS - ADDRESS_CHECK, digest);
    sha256(digest, sizeof digest, digest);
    return memcmp(digest, number + ADDRESS - ADDRESS_CHECK, ADDRESS_CHECK) == 0;
}
