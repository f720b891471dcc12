#include "checksums.h"

#include <string.h>

#include "sha256.h"
#include "text.h"

enum { BASE62_DIGITS = 6, BASE36_DIGITS = 7, HEX_DIGITS = 8, BECH32_DIGITS = 6 };

/* Of an address: bytes, those of its checksum, and numbers of 32 bits in which it has room. */
enum { ADDRESS = 25, ADDRESS_CHECK = 4, PARTS = 7 };

static const char DIGITS[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
static const char SMALL_DIGITS[] = "0123456789abcdefghijklmnopqrstuvwxyz";

/* Of ISO/IEC 3309, as zlib has it. */
static uint32_t crc32(const uint8_t *bytes, size_t size) {
    static const uint32_t by_four[] = {
        0x00000000, 0x1DB71064, 0x3B6E20C8, 0x26D930AC, 0x76DC4190, 0x6B6B51F4, 0x4DB26158, 0x5005713C,
        0xEDB88320, 0xF00F9344, 0xD6D6A3E8, 0xCB61B38C, 0x9B64C2B0, 0x86D3D2D4, 0xA00AE278, 0xBDBDF21C,
    };
    uint32_t crc = UINT32_MAX;
    for (size_t place = 0; place < size; place++) {
        crc ^= bytes[place];
        crc = crc >> 4 ^ by_four[crc & 0xF];
        crc = crc >> 4 ^ by_four[crc & 0xF];
    }
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
